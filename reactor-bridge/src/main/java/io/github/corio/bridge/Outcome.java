package io.github.corio.bridge;

import org.jspecify.annotations.Nullable;

/**
 * Where the one outcome of a call goes, for a callback of your own shape; see {@link From#callback}. Thread-safe. Its methods do not throw.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public interface Outcome<T> {
    /**
     * The call has succeeded.
     *
     * @param value the value; null makes the Mono empty
     */
    void success(@Nullable T value);

    /**
     * The call has failed.
     *
     * @param error the error; a client that has none to give may give null
     */
    void failure(@Nullable Throwable error);

    /**
     * The call has ended. An error makes it a failure, and a value beside it one that nobody will have.
     *
     * @param value the value
     * @param error null if it has succeeded
     */
    void either(@Nullable T value, @Nullable Throwable error);
}
