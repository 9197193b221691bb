package io.github.corio.loop;

import java.time.Duration;

/**
 * A {@link Handle} with a deadline: what {@link EventLoop#callLater callLater} and {@link EventLoop#callAt callAt} give
 * back. Cancelling it is thread-safe and lets go of the callback. A cancelled timer stays in the loop's heap until it comes to the top or until
 * cancelled ones are the majority of a large heap.
 *
 * <p>asyncio: {@code asyncio.TimerHandle}.
 *
 * @since 0.1.0
 */
public interface TimerHandle extends Handle {
    /**
     * The deadline, on the clock of {@link EventLoop#time()}.
     *
     * @return the absolute loop time at which this timer becomes due
     */
    Duration when();
}
