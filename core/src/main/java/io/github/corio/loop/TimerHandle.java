package io.github.corio.loop;

import java.time.Duration;

/**
 * A {@link Handle} with a deadline, from {@link EventLoop#callLater callLater} or {@link EventLoop#callAt callAt}.
 *
 * <ul>
 *   <li><b>Cancellation:</b> is thread-safe and lets go of the callback. A cancelled timer stays in the loop's heap
 *       until it comes to the top, or until most timers of a large heap are cancelled.
 *   <li><b>asyncio:</b> {@code asyncio.TimerHandle}.
 * </ul>
 *
 * @since 0.1.0
 */
public interface TimerHandle extends Handle {
    /**
     * Gives the deadline, on the clock of {@link EventLoop#time()}.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code TimerHandle.when}.
     * </ul>
     *
     * @return the absolute loop time at which this timer becomes due
     */
    Duration when();
}
