package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * The body of a {@code timeout} block: direct-style code that may {@code await}.
 *
 * <ul>
 *   <li><b>asyncio:</b> the code below {@code async with asyncio.timeout(delay)}.
 * </ul>
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
     * @return the value, null to make the Mono empty
     * @throws Exception anything. The block throws it as it is
     */
    @Nullable
    T call(Timeout timeout) throws Exception;

    /**
     * Runs the body and drops its value. So the compiler takes a lambda that could be either for a body with a value.
     */
    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // both are the body; here its value is dropped
    default void run(Timeout timeout) throws Exception {
        @Nullable T unused = call(timeout);
    }
}
