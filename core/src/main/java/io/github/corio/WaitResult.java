package io.github.corio;

import java.util.Set;

/**
 * The futures that have ended and the futures that have not, when {@code waitTasks} returned. Immutable.
 *
 * <ul>
 *   <li><b>asyncio:</b> the pair of sets that {@code asyncio.wait} returns.
 * </ul>
 *
 * @param done the futures that had ended, in the order given. There may be more than the one that ended the wait
 * @param pending the others, which go on
 * @param <F> the type of the futures: {@code Task<String>}, say
 * @since 0.1.0
 */
public record WaitResult<F extends AsyncFuture<?>>(Set<F> done, Set<F> pending) {}
