package io.github.corio;

/**
 * The body of a {@code timeout} block that has no value.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TimeoutAction {
    /**
     * Runs the body once, in the task that awaits the block.
     *
     * @param timeout the time limit of this block, active until the body ends
     * @throws Exception anything; it comes out of the block as it is
     */
    void run(Timeout timeout) throws Exception;
}
