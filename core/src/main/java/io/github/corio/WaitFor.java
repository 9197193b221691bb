package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The coroutine behind {@code waitFor}. */
final class WaitFor {
    private WaitFor() {}

    /** A future is waited for on its own loop, wherever the Mono is subscribed to. */
    static <T> Coroutine<T> of(Mono<? extends T> awaitable, @Nullable Duration timeout) {
        Objects.requireNonNull(awaitable, "awaitable");
        CoroutineBody<T> body = () -> run(awaitable, timeout);
        return awaitable instanceof AsyncFuture<?> future
                ? Coroutine.of(body, "waitFor", future.loop())
                : Coroutine.of(body);
    }

    /** Waits in place, in the running task. */
    static <T> @Nullable T run(Mono<? extends T> awaitable, @Nullable Duration timeout) {
        if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
            return atOnce(awaitable, timeout);
        }
        return TimeoutBlock.run(TimeoutBlock.deadline(timeout), timeout, limit -> AwaitSubscriber.await(awaitable));
    }

    /** No time at all: what is done already is taken, what was not begun does not begin. */
    private static <T> @Nullable T atOnce(Mono<? extends T> awaitable, Duration timeout) {
        AsyncFuture<T> future = EnsureFuture.of(awaitable, EventLoop.current(), AsyncContext.copy());
        if (!future.isDone()) {
            cancelAndWait(future);
            if (future.outcome() instanceof Outcome.Cancelled<T> cancelled) {
                TimeoutException overdue =
                        new TimeoutException(Foreign.text(future) + " did not end within " + Timeout.shown(timeout));
                overdue.initCause(cancelled.error());
                throw Unchecked.raise(overdue);
            }
        }
        return future.result();
    }

    /** Waits for a future of its own, so that a second cancel ends the wait and not the cleanup. */
    private static void cancelAndWait(AsyncFuture<?> future) {
        AsyncFuture<Void> ended = new AsyncFuture<>(future.loop());
        LoopHandle release = future.follow(done -> {
            boolean unused = ended.complete(new Outcome.Success<>(null));
        });
        try {
            boolean unused = future.cancel();
            ended.awaitDirect();
        } finally {
            future.forget(release);
        }
    }
}
