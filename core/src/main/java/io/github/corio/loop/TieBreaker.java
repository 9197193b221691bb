package io.github.corio.loop;

/**
 * What a {@link reactor.core.scheduler.Scheduler.Worker} implements that wants a say in what asyncio leaves open: which of
 * several timers with the same deadline fires first. For tests that shuffle such orders; without one, and with any worker
 * of Reactor, it is the order of registration.
 *
 * <p>Called on the loop of the worker only.
 *
 * @since 0.1.0
 */
public interface TieBreaker {
    /**
     * Called once for each timer that is registered.
     *
     * @param registration how many were registered on the loop before
     * @return the rank among timers of the same deadline; the lowest fires first
     */
    long rank(long registration);
}
