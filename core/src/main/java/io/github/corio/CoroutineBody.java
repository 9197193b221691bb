package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * The body of a coroutine that has a value: direct-style code that may {@code await}.
 *
 * <ul>
 *   <li><b>asyncio:</b> the body of an {@code async def} with a {@code return}.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
@FunctionalInterface
public interface CoroutineBody<T> {
    /**
     * Runs the body once.
     *
     * @return the value, null to make the Mono empty
     * @throws Exception anything. It becomes the error of the coroutine as it is
     */
    @Nullable
    T call() throws Exception;
}
