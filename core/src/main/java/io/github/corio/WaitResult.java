package io.github.corio;

import java.util.Set;

/**
 * What {@code waitTasks} found when it returned. Immutable.
 *
 * <p>asyncio: the pair of sets that {@code asyncio.wait} returns.
 *
 * @param done those that had ended, in the order given; there may be more than the one that ended the wait
 * @param pending the others, which go on
 * @param <F> the type of the futures: {@code Task<String>}, say
 * @since 0.1.0
 */
public record WaitResult<F extends AsyncFuture<?>>(Set<F> done, Set<F> pending) {}
