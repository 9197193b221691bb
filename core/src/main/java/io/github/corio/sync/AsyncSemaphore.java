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
 * A number of permits that coroutines and subscribers wait for in a queue, in the order in which they came; nobody who comes
 * later is served before one who waits. Thread-safe: any number of loops and threads may share it.
 *
 * <pre>{@code
 *   try (var held = await(semaphore.acquire())) {   // async with semaphore:
 *       ...
 *   }
 *   flux.map(this::call).flatMap(semaphore::limit)  // never more calls at once than there are permits, over all such chains
 * }</pre>
 *
 * <p>asyncio: {@code asyncio.Semaphore}.
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
     * A semaphore.
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
     * Acquires a permit. Suspends only if none is available or others wait. A cancel leaves the queue; one that comes after a
     * permit was handed over passes it on. First come, first served. A coroutine goes on in a later turn of its loop; a
     * subscriber is signalled on its own thread if there is a permit, else on the one that releases it; the permit is lent to
     * its subscription: a cancel of that closes it, also later.
     *
     * <p>No operator around it loses a permit. One that ends the chain from another thread, {@code takeUntilOther} for instance, may
     * pass on a permit that its cancel gives back at that very moment. {@code await} takes such a permit for none, and keeps any other;
     * a chain of operators asks {@link Permit#keep()}. {@link io.github.corio.Asyncio#waitFor waitFor} never passes one on.
     *
     * <p>asyncio: {@code Semaphore.acquire}.
     *
     * @return a cold Mono; each subscription or await is an acquisition of its own
     */
    @CheckReturnValue
    public Mono<Permit> acquire() {
        return acquire.assembled();
    }

    /**
     * Acquires a permit if that is possible at once. Never suspends.
     *
     * @return the permit, null if none is available or others wait
     */
    public @Nullable Permit tryAcquire() {
        StackGuard.toSuspend(); // so that there will be room to release it
        Object permit = acquire.attempt(null);
        return permit instanceof Permit acquired ? acquired : null;
    }

    /**
     * Runs a Mono while holding a permit. That is given back before the value, the completion or the error comes out, and by a
     * cancel: at once, or, for a {@link io.github.corio.Coroutine}, when that has ended. Suspends and signals as
     * {@link #acquire()} and the Mono do.
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
     * {@link #withPermit} under the name it has as a limiter: {@code flux.flatMap(semaphore::limit)}.
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
     * <p>asyncio: {@code Semaphore.release}.
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
     * <p>asyncio: {@code Semaphore.locked}.
     *
     * @return true if it would
     */
    public boolean isLocked() {
        synchronized (monitor) {
            return available() == 0 || !waiters.allCancelled();
        }
    }

    /**
     * How many permits nobody has. Those that were handed to waiters which have not run yet do not count.
     *
     * @return the number
     */
    public int availablePermits() {
        synchronized (monitor) {
            return available();
        }
    }

    /**
     * A snapshot.
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
     * @param available how many permits nobody has
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
