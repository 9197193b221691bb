package io.github.corio;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The coroutines behind {@code timeout} and {@code timeoutAt}: a body with a {@link Timeout} around it. */
final class TimeoutBlock {
    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

    private TimeoutBlock() {}

    /** Limits the body to a time from the moment it begins. */
    static <T> Coroutine<T> after(@Nullable Duration delay, TimeoutBody<? extends T> body) {
        Objects.requireNonNull(body, "body");
        return Coroutine.of(() -> run(deadline(delay), delay, body));
    }

    /** Limits the body to a deadline. */
    static <T> Coroutine<T> at(@Nullable Duration when, TimeoutBody<? extends T> body) {
        Objects.requireNonNull(body, "body");
        return Coroutine.of(() -> run(when, null, body));
    }

    /** That time from now, on the clock of the running loop. */
    static @Nullable Duration deadline(@Nullable Duration delay) {
        if (delay == null) {
            return null;
        }
        Duration now = EventLoop.current().time();
        return delay.compareTo(NEVER.minus(now)) > 0 ? NEVER : now.plus(delay);
    }

    /** Runs the body in place, in the running task. */
    static <T> @Nullable T run(@Nullable Duration when, @Nullable Duration delay, TimeoutBody<? extends T> body) {
        Timeout timeout = Timeout.enter(when, delay);
        T value;
        try {
            value = body.call(timeout);
        } catch (Throwable e) {
            throw Unchecked.raise(timeout.exit(e));
        }
        timeout.exit();
        return value;
    }
}
