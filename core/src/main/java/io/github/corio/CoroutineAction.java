package io.github.corio;

/**
 * The body of a coroutine that has no value: direct-style code that may {@code await}.
 *
 * <ul>
 *   <li><b>asyncio:</b> the body of an {@code async def}.
 * </ul>
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CoroutineAction {
    /**
     * Runs the body once.
     *
     * @throws Exception anything. It becomes the error of the coroutine as it is
     */
    void run() throws Exception;
}
