package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * The way in which a future or task has ended, as data. Immutable.
 *
 * <ul>
 *   <li><b>asyncio:</b> none. There, {@code Future.result} and {@code Future.exception} say it.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public sealed interface Outcome<T> {
    /**
     * Gives the value, or throws the error or the cancellation.
     *
     * @return the value of a {@link Success}
     * @throws CancelledError of a {@link Cancelled}. A {@link Failure} throws its error as it is
     */
    @Nullable
    T get();

    /**
     * It has ended with a value, which may be null.
     *
     * @param value the value
     * @param <T> the type of the value
     */
    record Success<T>(@Nullable T value) implements Outcome<T> {
        @Override
        public @Nullable T get() {
            return value;
        }
    }

    /**
     * It has ended with an error.
     *
     * @param error the error
     * @param <T> the type of the value there is not
     */
    record Failure<T>(Throwable error) implements Outcome<T> {
        @Override
        public T get() {
            throw Unchecked.raise(error);
        }
    }

    /**
     * It has ended by cancellation.
     *
     * @param error the cancellation, with its message
     * @param <T> the type of the value there is not
     */
    record Cancelled<T>(CancelledError error) implements Outcome<T> {
        @Override
        public T get() {
            throw error;
        }
    }
}
