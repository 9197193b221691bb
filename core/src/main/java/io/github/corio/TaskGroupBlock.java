package io.github.corio;

import io.github.corio.loop.EventLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The coroutine behind {@code taskGroup}: a body with a {@link TaskGroup} around it. */
final class TaskGroupBlock {
    private TaskGroupBlock() {}

    static <T> Coroutine<T> of(TaskGroupBody<? extends T> body) {
        Objects.requireNonNull(body, "body");
        return Coroutine.of(() -> run(body));
    }

    private static <T> @Nullable T run(TaskGroupBody<? extends T> body) {
        TaskGroup group = TaskGroup.enter();
        T value;
        try {
            value = body.call(group);
        } catch (Throwable e) {
            group.exit(e);
            return null; // it was the group's own cancel that ended the body
        }
        try {
            group.exit(null);
        } catch (Throwable e) { // nobody will have the value
            Foreign.discard(value, TaskHandle.current().context(), EventLoop.currentOrNull());
            throw e;
        }
        return value;
    }
}
