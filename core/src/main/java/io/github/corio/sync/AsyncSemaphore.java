package io.github.corio.sync;

import io.github.corio.CheckReturnValue;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.sync.internal.WaitQueue;
import io.github.corio.sync.internal.Waiter;
import io.github.corio.sync.internal.WaitingMono;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A number of permits for coroutines and subscribers, which wait for them in a queue. Thread-safe: any number of loops
 * and threads may share it.
 *
 * <pre>{@code
 *   try (var held = await(semaphore.acquire())) {   // async with semaphore:
 *       ...
 *   }
 *   flux.map(this::call).flatMap(semaphore::limit)  // never more calls at once than there are permits, over all such chains
 * }</pre>
 *
 * <ul>
 *   <li><b>Suspends:</b> {@link #acquire()} does while no permit is available, or others wait. The methods that give no
 *       Mono never do.
 *   <li><b>Cancellation:</b> takes the waiter out of the queue. If it has a permit already, the next waiter gets it.
 *   <li><b>Order:</b> first come, first served. No caller is served before a waiter that came earlier.
 *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
 *       signalled on its own thread if there is a permit, else on the thread that releases it.
 *   <li><b>asyncio:</b> {@code asyncio.Semaphore}.
 * </ul>
 *
 * @since 0.1.0
 */
public sealed class AsyncSemaphore permits BoundedAsyncSemaphore {
    /** In place of the permits while somebody waits, or is in a section of the monitor. */
    private static final int QUEUED = -1;

    private static final AtomicIntegerFieldUpdater<AsyncSemaphore> FAST =
            AtomicIntegerFieldUpdater.newUpdater(AsyncSemaphore.class, "fast");

    private final WaitQueue waiters = new WaitQueue();
    private final Object monitor = waiters.monitor();
    private final Acquire acquire = new Acquire();
    /**
     * How many permits nobody has, acquired and released by CAS as long as nobody waits. The opponent is a section of the
     * monitor, which makes it {@link #QUEUED} when it begins, and back when it has left nobody in the queue. Then
     * {@link #available} counts.
     */
    private volatile int fast;
    /** While {@link #QUEUED}, under the monitor: permits that nobody has and that were not handed to a waiter. */
    private int available;

    /**
     * Makes a semaphore with a number of permits.
     *
     * @param permits how many there are at first
     * @throws IllegalArgumentException if that is negative
     */
    public AsyncSemaphore(int permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("A semaphore cannot begin with " + permits + " permits: 0 is the least");
        }
        this.fast = permits;
    }

    /**
     * Acquires a permit.
     *
     * <p>No operator around it loses a permit. An operator that ends the chain from another thread, {@code
     * takeUntilOther} for instance, may pass on a permit that its cancel gives back at that moment. {@code await} takes
     * such a permit for none, and keeps any other. A chain of operators asks {@link Permit#keep()}. {@link
     * io.github.corio.Asyncio#waitFor waitFor} never passes on such a permit.
     *
     * <ul>
     *   <li><b>Suspends:</b> only if no permit is available, or others wait.
     *   <li><b>Cancellation:</b> takes the waiter out of the queue. If it has a permit already, the next waiter gets
     *       it. The permit is lent to its subscription: a cancel of that closes it, also later.
     *   <li><b>Order:</b> first come, first served.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
     *       signalled on its own thread if there is a permit, else on the thread that releases it.
     *   <li><b>asyncio:</b> {@code Semaphore.acquire}.
     * </ul>
     *
     * @return a cold Mono. Each subscription or await is an acquisition of its own
     */
    @CheckReturnValue
    public Mono<Permit> acquire() {
        return acquire.assembled();
    }

    /**
     * Acquires a permit if there is one and no other waits. Never suspends.
     *
     * @return the permit, null if none is available or others wait
     */
    public @Nullable Permit tryAcquire() {
        StackGuard.toSuspend(); // so that there will be room to release it
        Object permit = acquire.attempt(null);
        return permit instanceof Permit acquired ? acquired : null;
    }

    /**
     * Runs a Mono while it holds a permit. It gives the permit back before it signals the value, the completion or the
     * error.
     *
     * <ul>
     *   <li><b>Suspends:</b> as {@link #acquire()} and the Mono do.
     *   <li><b>Cancellation:</b> cancels the Mono and gives the permit back immediately. A {@link
     *       io.github.corio.Coroutine} holds the permit until its cleanup has ended.
     *   <li><b>Signals on:</b> the threads of {@link #acquire()} and of the Mono.
     *   <li><b>Errors:</b> those of the Mono, as they are.
     *   <li><b>asyncio:</b> {@code async with semaphore}.
     * </ul>
     *
     * @param mono what to run
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public <T> Mono<T> withPermit(Mono<T> mono) {
        return new UsingPermitMono<>(acquire(), mono).assembled();
    }

    /**
     * Runs a Mono while it holds a permit, as {@link #withPermit} does, for {@code flux.flatMap(semaphore::limit)}.
     *
     * @param mono what to run
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public <T> Mono<T> limit(Mono<T> mono) {
        return withPermit(mono);
    }

    /**
     * Adds a permit, and hands it to the first waiter. Never suspends. Closing a {@link Permit} does this at most once.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Semaphore.release}.
     * </ul>
     *
     * @throws IllegalArgumentException if {@link Integer#MAX_VALUE} permits are there already
     */
    public void release() {
        StackGuard.toRelease();
        giveBack();
    }

    private void giveBack() {
        for (int now = fast; now != QUEUED; now = fast) {
            checkRelease(now);
            if (FAST.compareAndSet(this, now, now + 1)) {
                return;
            }
        }
        synchronized (monitor) {
            begin();
            try {
                checkRelease(available);
                available++;
                boolean unused = handOver();
            } finally {
                end();
            }
        }
        waiters.tell();
    }

    /** Throws if there are too many. */
    void checkRelease(int now) {
        if (now == Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "AsyncSemaphore released too many times: it has Integer.MAX_VALUE permits already");
        }
    }

    // ---- under the monitor ----

    private void begin() {
        int now = FAST.getAndSet(this, QUEUED);
        if (now != QUEUED) {
            available = now;
        }
    }

    private void end() {
        if (waiters.size() == 0) {
            fast = available;
        }
    }

    private int available() {
        int now = fast;
        return now == QUEUED ? available : now;
    }

    private boolean handOver() {
        if (!waiters.wakeNext()) {
            return false;
        }
        available--;
        return true;
    }

    /** New waiters may have come, and have had to wait because of the order, while permits were available. */
    private void handOverAll() {
        boolean more = available > 0;
        while (more) {
            more = handOver() && available > 0;
        }
    }

    // ---- looking ----

    /**
     * Says whether an acquisition would have to wait: no permit is available, or others wait.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Semaphore.locked}.
     * </ul>
     *
     * @return true if it would
     */
    public boolean isLocked() {
        synchronized (monitor) {
            return available() == 0 || !waiters.allCancelled();
        }
    }

    /**
     * Counts the available permits. Those that were handed to waiters which have not run yet do not count.
     *
     * @return the number
     */
    public int availablePermits() {
        synchronized (monitor) {
            return available();
        }
    }

    /**
     * Gives a snapshot of its state.
     *
     * @return its state at one moment
     */
    public Statistics statistics() {
        synchronized (monitor) {
            return new Statistics(available(), waiters.size());
        }
    }

    /**
     * The state of a semaphore.
     *
     * @param available how many permits are available
     * @param waiting how many wait, those among them that were woken or cancelled and have not run yet
     */
    public record Statistics(int available, int waiting) {}

    @Override
    public String toString() {
        synchronized (monitor) {
            return getClass().getSimpleName() + "[" + (isLocked() ? "locked" : "available=" + available())
                    + (waiters.size() > 0 ? ", waiting=" + waiters.size() : "") + "]";
        }
    }

    private final class Acquire extends WaitingMono<Permit> implements Permit.Issuer {
        Acquire() {
            super(waiters);
        }

        @Override
        protected boolean likelyWaits() {
            return fast <= 0;
        }

        @Override
        protected Object attempt(@Nullable Waiter waiter) {
            int now = fast;
            if (now > 0) {
                Permit permit = new Permit(this, 0);
                do {
                    if (FAST.compareAndSet(AsyncSemaphore.this, now, now - 1)) {
                        return permit;
                    }
                    now = fast;
                } while (now > 0);
            }
            synchronized (monitor) {
                begin();
                Object value = available > 0 && mayGo(waiter) ? new Permit(this, 0) : WAIT;
                if (value != WAIT) {
                    available--;
                } else if (waiter != null) {
                    waiters.add(waiter);
                }
                end();
                return value;
            }
        }

        private boolean mayGo(@Nullable Waiter comer) {
            return waiters.allCancelled() || (comer != null && waiters.overtakesNobody(comer));
        }

        @Override
        protected Object resumed(Waiter waiter) {
            synchronized (monitor) {
                begin();
                waiters.remove(waiter);
                handOverAll();
                end();
            }
            return new Permit(this, 0);
        }

        @Override
        protected void gaveUp(Waiter waiter) {
            synchronized (monitor) {
                begin();
                waiters.remove(waiter);
                if (waiter.woken() && available < Integer.MAX_VALUE) {
                    available++;
                }
                handOverAll();
                end();
            }
        }

        @Override
        protected void cancelled(Waiter waiter) {
            synchronized (monitor) {
                boolean unused = waiters.passOn(waiter);
            }
        }

        @Override
        protected void refused(Permit permit) {
            if (permit.revoke()) {
                giveBack();
            }
        }

        @Override
        protected boolean lends() {
            return true;
        }

        @Override
        public void close(Permit permit) {
            StackGuard.toRelease(); // before the permit is gone
            if (permit.expire()) {
                giveBack();
            }
        }

        @Override
        public boolean isOpen(Permit permit) {
            return !permit.expired();
        }

        @Override
        public String toString() {
            return "acquire of " + AsyncSemaphore.this;
        }
    }
}
