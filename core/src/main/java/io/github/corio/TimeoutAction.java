package io.github.corio;

/**
 * The body of a {@code timeout} block that has no value: direct-style code that may {@code await}.
 *
 * <ul>
 *   <li><b>asyncio:</b> the code below {@code async with asyncio.timeout(delay)}.
 * </ul>
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TimeoutAction {
    /**
     * Runs the body once, in the task that awaits the block.
     *
     * @param timeout the time limit of this block, active until the body ends
     * @throws Exception anything. The block throws it as it is
     */
    void run(Timeout timeout) throws Exception;
}
