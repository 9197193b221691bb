package io.github.corio.sync;

import io.github.corio.CheckReturnValue;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.sync.internal.WaitQueue;
import io.github.corio.sync.internal.Waiter;
import io.github.corio.sync.internal.WaitingMono;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A flag that coroutines and subscribers can wait for. Thread-safe: any number of loops and threads may share it.
 *
 * <ul>
 *   <li><b>Suspends:</b> {@link #waitUntilSet()} does while the flag is not set. The other methods never do.
 *   <li><b>Cancellation:</b> takes the waiter out of the queue.
 *   <li><b>Order:</b> waiters are woken in the order in which they came.
 *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
 *       signalled on its own thread if the flag is set, else on the thread that sets it.
 *   <li><b>asyncio:</b> {@code asyncio.Event}. Java has a final {@code wait} of its own.
 * </ul>
 *
 * @since 0.1.0
 */
public final class AsyncEvent {
    private final WaitQueue waiters = new WaitQueue();
    private final WaitUntilSet wait = new WaitUntilSet();
    /** Changed under the monitor. */
    private volatile boolean set;

    /** Makes an event that is not set. */
    public AsyncEvent() {}

    /**
     * Sets the flag and wakes all waiters, in the order in which they came. Never suspends.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Event.set}.
     * </ul>
     */
    public void set() {
        StackGuard.toSuspend();
        synchronized (waiters.monitor()) {
            if (!set) {
                set = true;
                waiters.wakeAll();
            }
        }
        waiters.tell();
    }

    /**
     * Clears the flag. Waiters that were woken before go on all the same.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Event.clear}.
     * </ul>
     */
    public void clear() {
        synchronized (waiters.monitor()) {
            set = false;
        }
    }

    /**
     * Says whether the flag is set.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Event.is_set}.
     * </ul>
     *
     * @return true if it is
     */
    public boolean isSet() {
        return set;
    }

    /**
     * Waits until the flag is set.
     *
     * <ul>
     *   <li><b>Suspends:</b> only while the flag is not set.
     *   <li><b>Cancellation:</b> takes the waiter out of the queue.
     *   <li><b>Order:</b> first come, first woken.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
     *       signalled on its own thread if the flag is set, else on the thread that sets it.
     *   <li><b>asyncio:</b> {@code Event.wait}.
     * </ul>
     *
     * @return a cold Mono that completes then
     */
    @CheckReturnValue
    public Mono<Void> waitUntilSet() {
        return wait.assembled();
    }

    /**
     * Gives a snapshot of its state.
     *
     * @return its state at one moment
     */
    public Statistics statistics() {
        synchronized (waiters.monitor()) {
            return new Statistics(set, waiters.size());
        }
    }

    /**
     * The state of an event.
     *
     * @param set whether the flag is set
     * @param waiting how many wait, those among them that were woken or cancelled and have not run yet
     */
    public record Statistics(boolean set, int waiting) {}

    @Override
    public String toString() {
        Statistics now = statistics();
        return "AsyncEvent[" + (now.set ? "set" : "unset") + (now.waiting > 0 ? ", waiting=" + now.waiting : "") + "]";
    }

    private final class WaitUntilSet extends WaitingMono<Void> {
        WaitUntilSet() {
            super(waiters);
        }

        @Override
        protected @Nullable Object attempt(@Nullable Waiter waiter) {
            synchronized (waiters.monitor()) {
                if (set) {
                    return null;
                }
                if (waiter != null) {
                    waiters.add(waiter);
                }
                return WAIT;
            }
        }

        @Override
        protected @Nullable Object resumed(Waiter waiter) {
            gaveUp(waiter);
            return null;
        }

        @Override
        protected void gaveUp(Waiter waiter) {
            synchronized (waiters.monitor()) {
                waiters.remove(waiter);
            }
        }

        @Override
        public String toString() {
            return "wait until " + AsyncEvent.this + " is set";
        }
    }
}
