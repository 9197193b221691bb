package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * The body of a {@code timeout} block: direct-style code that may {@code await}.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
@FunctionalInterface
public interface TimeoutBody<T> extends TimeoutAction {
    /**
     * Runs the body once, in the task that awaits the block.
     *
     * @param timeout the time limit of this block, active until the body ends
     * @return the value; null makes the Mono empty
     * @throws Exception anything; it comes out of the block as it is
     */
    @Nullable
    T call(Timeout timeout) throws Exception;

    /** The body where nobody asks for its value: so a lambda that may be either is one with a value. */
    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // both are the body; here its value is dropped
    default void run(Timeout timeout) throws Exception {
        @Nullable T unused = call(timeout);
    }
}
