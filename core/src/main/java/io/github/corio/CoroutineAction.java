package io.github.corio;

/**
 * The body of a coroutine that has no value.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CoroutineAction {
    /**
     * Runs the body once.
     *
     * @throws Exception anything; it becomes the error of the coroutine as it is
     */
    void run() throws Exception;
}
