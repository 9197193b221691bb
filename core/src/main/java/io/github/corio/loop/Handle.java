package io.github.corio.loop;

import reactor.core.Disposable;
import reactor.util.context.Context;

/**
 * One thing an {@link EventLoop} will run: a place in its queue of ready work.
 *
 * <p>A handle may be cancelled from any thread for as long as it has not run; the loop then skips it. It carries the Reactor {@link Context} in
 * which it runs: the one that was current where it was registered, so that a callback sees the {@code ContextVar}s of its creator and
 * changes only its own copy.
 *
 * <p>Corio makes the handles; it takes no others. asyncio: {@code asyncio.Handle}.
 *
 * @since 0.1.0
 */
public interface Handle extends Disposable {
    /**
     * The Reactor Context this handle runs in. It belongs to the loop: read it there.
     *
     * @return the current value
     */
    Context context();

    /** Takes the handle out of the loop's plans: it will not run. Harmless when repeated or when it has run already. Thread-safe. */
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
