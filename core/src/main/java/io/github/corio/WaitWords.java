package io.github.corio;

import io.github.corio.internal.Owned;
import io.github.corio.internal.Wait;
import java.util.function.Function;
import reactor.core.Scannable;

/** Words for what a task waits for, as the tree of tasks has them. Made by {@code Tracing}, by its name. */
final class WaitWords implements Function<Object, String> {
    /** For {@code Tracing}. */
    WaitWords() {}

    @Override
    public String apply(Object waits) {
        return of((Wait<?>) waits);
    }

    static String of(Wait<?> wait) {
        Object source = wait.source();
        if (source instanceof Owned owned) {
            return Shown.ofClass(owned.resource());
        }
        if (source instanceof Task<?> task) {
            return "(T) " + Shown.text(task);
        }
        return source instanceof AsyncFuture<?> || source instanceof Awaitable<?>
                ? Shown.text(source)
                : Shown.chain(Shown.beside(wait, Scannable.Attr.PARENT), source);
    }
}
