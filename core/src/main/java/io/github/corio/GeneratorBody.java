package io.github.corio;

/**
 * The body of a generator: direct-style code that may {@code await}, and emits any number of values.
 *
 * <ul>
 *   <li><b>asyncio:</b> the body of an {@code async def} with {@code yield}.
 * </ul>
 *
 * @param <T> the type of the values
 * @since 0.1.0
 */
@FunctionalInterface
public interface GeneratorBody<T> {
    /**
     * Runs the body once. Its return completes the Flux.
     *
     * @param emitter what to emit with
     * @throws Exception anything. It becomes the error of the Flux as it is
     */
    void run(Emitter<T> emitter) throws Exception;
}
