package io.github.corio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a staggered race went. Immutable.
 *
 * <p>asyncio: the tuple that {@code staggered_race} returns.
 *
 * @param winnerResult the value of the winner; null also if that is its value, or nobody won
 * @param winnerIndex the place of the winner among the candidates; null if nobody won
 * @param exceptions for each candidate that was started, in order, what it failed with, a {@link CancelledError} for a loser
 *     that was cancelled; null for the winner
 * @param <T> the type of the value
 * @since 0.1.0
 */
public record StaggeredResult<T>(
        @Nullable T winnerResult, @Nullable Integer winnerIndex, List<@Nullable Throwable> exceptions) {}
