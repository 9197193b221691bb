package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * How a future or task has ended, as data. Immutable.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public sealed interface Outcome<T> {
    /**
     * The value.
     *
     * @return the value of a {@link Success}
     * @throws CancelledError of a {@link Cancelled}; a {@link Failure} throws its error as it is
     */
    @Nullable
    T get();

    /**
     * Ended with a value, which may be null.
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
     * Ended with an error.
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
     * Ended by cancellation.
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
