package io.github.corio.loop;

import reactor.core.Disposable;
import reactor.util.context.Context;

/**
 * A callback in the queue of an {@link EventLoop}.
 *
 * <p>Any thread may cancel a handle as long as it has not run. The loop then skips it. The handle carries the Reactor
 * {@link Context} in which it runs: the Context that was current at its registration. So a callback sees the {@code
 * ContextVar}s of its creator and changes only its own copy. Only Corio makes handles.
 *
 * <ul>
 *   <li><b>Cancellation:</b> {@link #cancel()} takes it out of the queue, if it has not run.
 *   <li><b>asyncio:</b> {@code asyncio.Handle}.
 * </ul>
 *
 * @since 0.1.0
 */
public interface Handle extends Disposable {
    /**
     * Gives the Reactor Context in which this handle runs. It belongs to the loop: read it there.
     *
     * @return the current value
     */
    Context context();

    /**
     * Takes the handle out of the loop's plans, so that it does not run. Harmless when repeated or when it has run
     * already. Thread-safe.
     */
    void cancel();

    /**
     * Says whether {@link #cancel()} was called. Thread-safe.
     *
     * @return true after a cancel
     */
    boolean isCancelled();

    /** The Reactor name of {@link #cancel()}. */
    @Override
    default void dispose() {
        cancel();
    }

    /** The Reactor name of {@link #isCancelled()}. */
    @Override
    default boolean isDisposed() {
        return isCancelled();
    }
}
