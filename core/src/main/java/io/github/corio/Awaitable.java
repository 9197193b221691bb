package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.internal.LoopAccess;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * A {@link Mono} that a coroutine can await inline: {@code await(awaitable)} calls it on the stack of the coroutine.
 * There is no subscription, and the order is asyncio's, turn for turn.
 *
 * <ul>
 *   <li><b>Suspends:</b> as each subclass says.
 *   <li><b>Cancellation:</b> of the awaiting task cancels what this waits for, and is thrown at the await.
 *   <li><b>asyncio:</b> the {@code __await__} protocol.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public abstract class Awaitable<T> extends Mono<T> {
    /** For subclasses. */
    protected Awaitable() {}

    /**
     * Gives the value to {@code await}, which calls this in a coroutine, on its loop.
     *
     * <ul>
     *   <li><b>Suspends:</b> as the subclass says.
     *   <li><b>Cancellation:</b> is thrown here, as {@link CancelledError}.
     * </ul>
     *
     * @return the value, null for none
     */
    public abstract @Nullable T awaitDirect();

    /**
     * Blocks the calling thread until this has a value, as {@link Mono#block()} does.
     *
     * @throws IllegalStateException in a coroutine, in a callback of a loop and on a {@link reactor.core.scheduler.NonBlocking} thread:
     *     await it instead
     */
    @Override
    public @Nullable T block() {
        LoopAccess.requireBlockingAllowed("block() on " + this);
        return super.block();
    }

    /**
     * Blocks the calling thread until this has a value, as {@link Mono#block(Duration)} does.
     *
     * @throws IllegalStateException as for {@link #block()}
     */
    @Override
    public @Nullable T block(Duration timeout) {
        LoopAccess.requireBlockingAllowed("block(...) on " + this);
        return super.block(timeout);
    }

    /**
     * Blocks the calling thread until this has a value, as {@link Mono#blockOptional()} does.
     *
     * @throws IllegalStateException as for {@link #block()}
     */
    @Override
    public Optional<T> blockOptional() {
        LoopAccess.requireBlockingAllowed("blockOptional() on " + this);
        return super.blockOptional();
    }

    /**
     * Blocks the calling thread until this has a value, as {@link Mono#blockOptional(Duration)} does.
     *
     * @throws IllegalStateException as for {@link #block()}
     */
    @Override
    public Optional<T> blockOptional(Duration timeout) {
        LoopAccess.requireBlockingAllowed("blockOptional(...) on " + this);
        return super.blockOptional(timeout);
    }

    /** True if a task that runs it needs a stack; false if it can be begun without. */
    boolean needsStack() {
        return true;
    }

    /** Starts it for a task that has no stack, in the given Context. Only if it does not need one. */
    Wait<T> begin(TaskHandle task, Context context) {
        throw new IllegalStateException(this + " needs a stack");
    }
}
