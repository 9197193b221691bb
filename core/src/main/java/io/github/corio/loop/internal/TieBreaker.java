package io.github.corio.loop.internal;

import java.util.Collection;

/**
 * What a {@link reactor.core.scheduler.Scheduler.Worker} implements that wants a say in the order of its loop: which of several
 * timers with the same deadline fires first, which handle runs next, and when others on the Scheduler have their turn. For
 * tests that shuffle or explore orders; without one, and with any worker of Reactor, timers fire in the order of registration,
 * and handles run first in, first out.
 *
 * <p>Called on the loop of the worker only, but for {@link #arrives}.
 *
 * @since 0.1.0
 */
public interface TieBreaker {
    /** What {@link #next} answers to give others on the Scheduler their turn before anything else runs here. */
    int OTHERS_FIRST = -1;

    /**
     * Called once for each timer that is registered.
     *
     * @param registration how many were registered on the loop before
     * @return the rank among timers of the same deadline; the lowest fires first
     */
    long rank(long registration);

    /**
     * Called once for each timer that is registered, by a loop.
     *
     * @param timer the timer
     * @param registration how many were registered on the loop before
     * @return the rank among timers of the same deadline; the lowest fires first
     */
    default long rank(LoopTimer timer, long registration) {
        return rank(registration);
    }

    /**
     * Called before each handle that is about to run. An answer that moves anything but the step of a task, or a timer, breaks
     * what asyncio promises.
     *
     * @param ready what is ready, in order, cancelled handles among it; not empty, and not to be changed
     * @param rank the rank of the first, if that is a timer; else {@link Long#MIN_VALUE}
     * @return the index of the handle to run, or {@link #OTHERS_FIRST}
     */
    default int next(Collection<LoopHandle> ready, long rank) {
        return 0;
    }

    /**
     * Called for each handle that a thread which does not run the loop submits, on that thread, before the loop sees the handle.
     *
     * @param handle what is submitted
     */
    default void arrives(LoopHandle handle) {}
}
