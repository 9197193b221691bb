package io.github.corio.loop.internal;

import io.github.corio.loop.internal.AlarmHeap.Alarm;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread on which fibers are mounted. Its own stack runs the engine's {@link Work} and nothing else: foreign code
 * belongs on a fiber, and so does whatever needs a lock that a virtual thread may hold while it is unmounted.
 *
 * <p>Another thread may take the place of one that a fiber holds up. What belongs to the carrier then belongs to the new thread. The old one
 * only carries its fiber to the next stop, and ends.
 */
interface Carrier {
    /** The thread that carries now, as {@link VirtualThreads#currentCarrier} returns it. Null while nothing is served. */
    @Nullable
    Thread thread();

    /**
     * Queues the work, after all that the same thread has submitted before. Any thread.
     *
     * @param work not in the queue now, and not submitted by two threads at once
     */
    void submit(Work work);

    /** True on the carrier's own stack and on the fibers mounted on it. */
    default boolean isCurrent() {
        return VirtualThreads.currentCarrier() == thread();
    }

    /** True on the carrier's own stack: what belongs to the carrier may be touched, and a fiber may be mounted. */
    default boolean isOwnStack() {
        return Thread.currentThread() == thread();
    }

    /** The carrier's own stack is about to mount a fiber. Until {@link #unmounted} another thread may take the place of this one. */
    default void mounting() {}

    /** The fiber has stopped. This is the carrier's own stack again, if {@link #isOwnStack} says so. */
    default void unmounted() {}

    /** Sets the alarm, to be rung on the carrier's own stack, or sets it to another time. Inside {@link #run} or {@link Work} only. */
    void set(Alarm alarm, long deadline);

    /** Cancels the alarm. Inside {@link #run} or {@link Work} only. */
    boolean cancel(Alarm alarm);

    /** Runs the action where what belongs to the carrier may be touched: here if that is so, else on the carrier's own stack. */
    default void run(Runnable action) {
        if (isCurrent()) {
            action.run();
        } else {
            submit(new Work() {
                @Override
                void onCarrier() {
                    action.run();
                }
            });
        }
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
