package io.github.corio;

import io.github.corio.loop.Strand;
import org.jspecify.annotations.Nullable;

/**
 * The one thing a task waits for. Belongs to the task's loop, but for what the implementations say.
 *
 * @param <T> the type of what comes of it
 */
abstract class Wait<T> {
    /** True once it is over, however. */
    abstract boolean ready();

    /** Wakes the task once, in a later turn, when this is over. Called once, before the task suspends. */
    abstract void wake(Strand waiter);

    /** Asks it to end by cancellation. False if it is over or cannot be cancelled: the task then gets the cancel itself. */
    abstract boolean cancel(@Nullable String message);

    /** True if it has ended by cancellation. */
    abstract boolean isCancelled();

    /** What came of it: the value, or the error, thrown as it is. */
    abstract @Nullable T take();

    /** Nobody will take what came or will come of it. */
    abstract void abandon();

    /** What the task waits for, for messages. */
    abstract Object source();
}
