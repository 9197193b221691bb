package io.github.corio.internal;

import io.github.corio.Task;
import org.jspecify.annotations.Nullable;

/**
 * A wait for what one task has at a time, such as a lock. It says which task that is, for those who look at what runs.
 *
 * @since 0.1.0
 */
public interface Owned {
    /**
     * What is waited for: the same object for all who wait for it.
     *
     * @return the lock
     */
    Object resource();

    /**
     * The task that has it at this moment. Asked from any thread; perhaps it has changed hands before the answer is read.
     *
     * @return the task, null if none has it, or if it is not known
     */
    @Nullable
    Task<?> owner();
}
