package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.Loops;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What {@code ensureFuture} does, for the operators that take any Mono. */
final class EnsureFuture {
    private EnsureFuture() {}

    /** The future itself, which must belong to the loop; anything else as a task of the loop, in the given context. */
    static <T> AsyncFuture<T> of(Mono<? extends T> awaitable, EventLoop loop, AsyncContext context) {
        return of(awaitable, loop, context, "A wait");
    }

    /** The same, for a wait of that name. */
    @SuppressWarnings("unchecked")
    static <T> AsyncFuture<T> of(Mono<? extends T> awaitable, EventLoop loop, AsyncContext context, String what) {
        if (awaitable instanceof AsyncFuture<?> future) {
            requireOn(loop, future);
            requireNotSelf(future, what);
            return (AsyncFuture<T>) future;
        }
        return task(awaitable, loop, context);
    }

    /** A task of the loop, in the given context. */
    static <T> Task<T> task(Mono<? extends T> awaitable, EventLoop loop, AsyncContext context) {
        return new Task<T>(loop, awaitable, nameOf(awaitable), context).start();
    }

    static @Nullable String nameOf(Mono<?> awaitable) {
        return awaitable instanceof Coroutine<?> coroutine ? coroutine.taskName() : null;
    }

    /** Callbacks of futures of several loops would run at the same time. */
    static void requireOn(EventLoop loop, AsyncFuture<?> future) {
        if (future.loop() != loop) {
            throw new IllegalStateException(
                    Foreign.text(future) + ", which belongs to " + future.loop() + ", cannot be waited for on " + loop
                            + ", from " + Thread.currentThread() + ". Give it as future.hide(), which may cross loops");
        }
    }

    /** Called where the wait begins. */
    static void requireNotSelf(Object awaitable, String what) {
        if (Loops.running() instanceof TaskHandle handle && handle.task() == awaitable) {
            throw new IllegalStateException(what + ", in " + awaitable + " on " + Thread.currentThread()
                    + ", cannot wait for that task itself: it would never end. Leave it out:"
                    + " tasks.remove(currentTask())");
        }
    }
}
