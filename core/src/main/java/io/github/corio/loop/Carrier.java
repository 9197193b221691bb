package io.github.corio.loop;

import org.jspecify.annotations.Nullable;

/**
 * A platform thread on which fibers are mounted. Its own stack runs the engine's {@link Work} and nothing else: foreign code
 * belongs on a fiber, and so does whatever needs a lock that a virtual thread may hold while it is unmounted.
 */
interface Carrier {
    /** The thread, as {@link VirtualThreads#currentCarrier} returns it. */
    Thread thread();

    /**
     * Queues the work, after all that the same thread has submitted before. Any thread.
     *
     * @param work not in the queue now, and not submitted by two threads at once
     */
    void submit(Work work);

    /** True on the carrier's own stack and on the fibers mounted on it: what belongs to the carrier may be touched. */
    default boolean isCurrent() {
        return VirtualThreads.currentCarrier() == thread();
    }

    /** Something short for the engine to do on the carrier's own stack. It is its own node of the queue. */
    abstract class Work {
        /** The queue's. */
        @Nullable
        Work next;

        /** Runs on the carrier's own stack, where {@link Thread#currentThread()} is the carrier. */
        abstract void onCarrier();
    }
}
