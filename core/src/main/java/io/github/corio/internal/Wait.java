package io.github.corio.internal;

import io.github.corio.loop.internal.SuspendableHandle;
import org.jspecify.annotations.Nullable;

/**
 * The one thing a task waits for. Belongs to the task's loop, but for what the implementations say.
 *
 * @param <T> the type of what comes of it
 */
public abstract class Wait<T> {
    /** True once it is over, however. */
    public abstract boolean ready();

    /** Wakes the task once, in a later turn, when this is over. Called once, before the task suspends. */
    public abstract void wake(SuspendableHandle waiter);

    /** Asks it to end by cancellation. False if it is over or cannot be cancelled: the task then gets the cancel itself. */
    public abstract boolean cancel(@Nullable String message);

    /** True if it has ended by cancellation. */
    public abstract boolean isCancelled();

    /** What came of it: the value, or the error, thrown as it is. */
    public abstract @Nullable T take();

    /** Nobody will take what came or will come of it. */
    public abstract void abandon();

    /** What the task waits for, for messages. */
    public abstract Object source();
}
