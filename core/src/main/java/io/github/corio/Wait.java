package io.github.corio;

import io.github.corio.loop.Strand;
import org.jspecify.annotations.Nullable;

/**
 * The one thing a task waits for. Belongs to the task's loop, but for what the implementations say.
 *
 * @param <T> the type of what comes of it
 */
interface Wait<T> {
    /** True once it is over, however. */
    boolean ready();

    /** Wakes the task once, in a later turn, when this is over. Called once, before the task suspends. */
    void wake(Strand waiter);

    /** Asks it to end by cancellation. False if it is over or cannot be cancelled: the task then gets the cancel itself. */
    boolean cancel(@Nullable String message);

    /** True if it has ended by cancellation. */
    boolean cancelled();

    /** What came of it: the value, or the error, thrown as it is. */
    @Nullable
    T take();

    /** Nobody will take what came or will come of it. */
    void abandon();

    /** What the task waits for, for messages. */
    Object source();
}
