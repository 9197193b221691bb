package io.github.corio.bridge;

import org.jspecify.annotations.Nullable;

/**
 * Takes the outcome of a call, from a callback of your own shape: see {@link From#callback}. Thread-safe. Its methods
 * do not throw.
 *
 * <ul>
 *   <li><b>Suspends:</b> never.
 *   <li><b>asyncio:</b> {@code future.set_result} and {@code future.set_exception}, through {@code
 *       call_soon_threadsafe}.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public interface Outcome<T> {
    /**
     * The call has succeeded.
     *
     * @param value the value, null to make the Mono empty
     */
    void success(@Nullable T value);

    /**
     * The call has failed.
     *
     * @param error the error. A client that has none may give null
     */
    void failure(@Nullable Throwable error);

    /**
     * The call has ended. An error makes it a failure, and no subscriber gets a value beside it.
     *
     * @param value the value
     * @param error null if it has succeeded
     */
    void either(@Nullable T value, @Nullable Throwable error);
}
