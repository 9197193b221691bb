package io.github.corio.sync;

import io.github.corio.CheckReturnValue;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.sync.internal.WaitQueue;
import io.github.corio.sync.internal.Waiter;
import io.github.corio.sync.internal.WaitingMono;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A flag that can be waited for. Thread-safe: any number of loops and threads may share it.
 *
 * <p>asyncio: {@code asyncio.Event}; its {@code wait} cannot be called so in Java.
 *
 * @since 0.1.0
 */
public final class AsyncEvent {
    private final WaitQueue waiters = new WaitQueue();
    private final WaitUntilSet wait = new WaitUntilSet();
    /** Changed under the monitor. */
    private volatile boolean set;

    /** An event that is not set. */
    public AsyncEvent() {}

    /**
     * Sets the flag and wakes all who wait, in the order in which they came. Never suspends.
     *
     * <p>asyncio: {@code Event.set}.
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
     * Clears the flag. Those who were woken before are not held up.
     *
     * <p>asyncio: {@code Event.clear}.
     */
    public void clear() {
        synchronized (waiters.monitor()) {
            set = false;
        }
    }

    /**
     * Says whether the flag is set.
     *
     * <p>asyncio: {@code Event.is_set}.
     *
     * @return true if it is
     */
    public boolean isSet() {
        return set;
    }

    /**
     * Waits until the flag is set. Suspends only if it is not. A cancel leaves the queue. First come, first woken. A coroutine
     * goes on in a later turn of its loop; a subscriber is signalled on its own thread if the flag is set, else on the one that
     * sets it.
     *
     * <p>asyncio: {@code Event.wait}.
     *
     * @return a cold Mono that completes then
     */
    @CheckReturnValue
    public Mono<Void> waitUntilSet() {
        return wait.assembled();
    }

    /**
     * A snapshot.
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
