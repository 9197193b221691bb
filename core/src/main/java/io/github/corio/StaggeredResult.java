package io.github.corio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says which candidate has won a staggered race, and how the others have failed. Immutable.
 *
 * <ul>
 *   <li><b>asyncio:</b> the tuple that {@code staggered_race} returns.
 * </ul>
 *
 * @param winnerResult the value of the winner, null if that is its value, or if no candidate has won
 * @param winnerIndex the place of the winner among the candidates, null if none has won
 * @param exceptions the error of each candidate that was started, in order. A loser that was cancelled has a {@link
 *     CancelledError}, the winner null
 * @param <T> the type of the value
 * @since 0.1.0
 */
public record StaggeredResult<T>(
        @Nullable T winnerResult, @Nullable Integer winnerIndex, List<@Nullable Throwable> exceptions) {}
