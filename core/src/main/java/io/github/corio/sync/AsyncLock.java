package io.github.corio.sync;

import io.github.corio.CheckReturnValue;
import io.github.corio.Task;
import io.github.corio.internal.AwaitingHandle;
import io.github.corio.internal.Owned;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.sync.internal.WaitQueue;
import io.github.corio.sync.internal.Waiter;
import io.github.corio.sync.internal.WaitingMono;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A lock for coroutines and subscribers, which wait for it in a queue. Not reentrant, and not owned: any thread may
 * release it. Thread-safe: any number of loops and threads may share it.
 *
 * <pre>{@code
 *   try (var held = await(lock.acquire())) {   // async with lock:
 *       ...
 *   }
 *   lock.withLock(mono)                        // the same for a Mono
 * }</pre>
 *
 * <ul>
 *   <li><b>Suspends:</b> {@link #acquire()} does while the lock is held, or others wait. The methods that give no Mono
 *       never do.
 *   <li><b>Cancellation:</b> takes the waiter out of the queue. If it has the lock already, the next waiter gets it.
 *   <li><b>Order:</b> first come, first served. No caller is served before a waiter that came earlier.
 *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
 *       signalled on its own thread if the lock is free, else on the thread that releases it.
 *   <li><b>asyncio:</b> {@code asyncio.Lock}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class AsyncLock {
    /** No acquisition: their numbers are odd. */
    private static final long NONE = 0;
    /** In place of a number while somebody waits, or is in a section of the monitor. */
    private static final long QUEUED = -1;

    private static final VarHandle FAST;
    private static final VarHandle AWAITING;

    static {
        try {
            FAST = MethodHandles.lookup().findVarHandle(AsyncLock.class, "fast", long.class);
            AWAITING = MethodHandles.lookup().findVarHandle(AsyncLock.class, "awaiting", AwaitingHandle.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WaitQueue waiters = new WaitQueue();
    private final Object monitor = waiters.monitor();
    private final Acquire acquire = new Acquire();
    /**
     * Even: free; odd: held, and the number of the acquisition that holds it. Acquired and released by CAS, which add one each,
     * as long as nobody waits; so no number comes twice, and a release that comes late meets another one. The opponent is a
     * section of the monitor, which makes it {@link #QUEUED} when it begins, and back when it has left nobody in the queue.
     * Then {@link #holder} and {@link #latest} count.
     */
    private volatile long fast;

    // While QUEUED, under the monitor.
    /** The acquisition that holds the lock, or {@link #NONE}. */
    private long holder;
    /** It is free, but for a waiter that was woken and has not run yet. */
    private boolean handed;
    /** The number of the latest acquisition. */
    private long latest;
    /** The acquisitions for which conditions wait, and which hold the lock again after that unless they are closed meanwhile. */
    private Set<Long> lent = Collections.emptySet();

    // For those who look at what runs: they may see what was there a moment before.
    /** The task that has awaited the acquisition that holds it; that acquisition takes it away when it ends. */
    @SuppressWarnings("unused") // read through AWAITING
    private @Nullable AwaitingHandle awaiting;

    /** Makes an unlocked lock. */
    public AsyncLock() {}

    /**
     * Acquires the lock, and gives a permit that releases it.
     *
     * <p>No operator around it loses a permit. An operator that ends the chain from another thread, {@code
     * takeUntilOther} for instance, may pass on a permit that its cancel gives back at that moment. {@code await} takes
     * such a permit for none, and keeps any other. A chain of operators asks {@link Permit#keep()}. {@link
     * io.github.corio.Asyncio#waitFor waitFor} never passes on such a permit.
     *
     * <ul>
     *   <li><b>Suspends:</b> only if the lock is held, or others wait.
     *   <li><b>Cancellation:</b> takes the waiter out of the queue. If it has the lock already, the next waiter gets
     *       it. The permit is lent to its subscription: a cancel of that closes it, also later.
     *   <li><b>Order:</b> first come, first served.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
     *       signalled on its own thread if the lock is free, else on the thread that releases it.
     *   <li><b>asyncio:</b> {@code Lock.acquire}.
     * </ul>
     *
     * @return a cold Mono. Each subscription or await is an acquisition of its own
     */
    @CheckReturnValue
    public Mono<Permit> acquire() {
        return acquire.assembled();
    }

    /**
     * Acquires it if it is free and no other waits. Never suspends.
     *
     * @return the permit, null if it is locked or others wait
     */
    public @Nullable Permit tryAcquire() {
        StackGuard.toSuspend(); // so that there will be room to release it
        Object permit = acquire.attempt(null);
        return permit instanceof Permit acquired ? acquired : null;
    }

    /**
     * Runs a Mono while it holds the lock. It releases the lock before it signals the value, the completion or the
     * error.
     *
     * <ul>
     *   <li><b>Suspends:</b> as {@link #acquire()} and the Mono do.
     *   <li><b>Cancellation:</b> cancels the Mono and releases the lock immediately. A {@link
     *       io.github.corio.Coroutine} holds the lock until its cleanup has ended.
     *   <li><b>Signals on:</b> the threads of {@link #acquire()} and of the Mono.
     *   <li><b>Errors:</b> those of the Mono, as they are.
     *   <li><b>asyncio:</b> {@code async with lock}.
     * </ul>
     *
     * @param mono what to run
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public <T> Mono<T> withLock(Mono<T> mono) {
        return new UsingPermitMono<>(acquire(), mono).assembled();
    }

    /**
     * Releases it and wakes the first waiter. Never suspends. Closing a {@link Permit} does this at most once.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Lock.release}.
     * </ul>
     *
     * @throws IllegalStateException if it is not locked
     */
    public void release() {
        StackGuard.toRelease();
        boolean held;
        synchronized (monitor) {
            begin();
            held = holder != NONE;
            if (held) {
                unlock();
            }
            end();
        }
        waiters.tell();
        requireLocked(held, "release");
    }

    /**
     * Says whether it is held. Between a release and the turn of the waiter that it woke, it is not.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Lock.locked}.
     * </ul>
     *
     * @return true if it is locked
     */
    public boolean isLocked() {
        long now = fast;
        return now == QUEUED ? holder() != NONE : isHeld(now);
    }

    private long holder() {
        synchronized (monitor) {
            long now = fast;
            return now == QUEUED ? holder : isHeld(now) ? now : NONE;
        }
    }

    private static boolean isHeld(long state) {
        return (state & 1) != 0;
    }

    /**
     * Gives a snapshot of its state.
     *
     * @return its state at one moment
     */
    public Statistics statistics() {
        synchronized (monitor) {
            return new Statistics(holder() != NONE, waiters.size());
        }
    }

    /**
     * The state of a lock.
     *
     * @param locked whether it is held
     * @param waiting how many wait, those among them that were woken or cancelled and have not run yet
     */
    public record Statistics(boolean locked, int waiting) {}

    // ---- for conditions ----

    /** Acquires it in a coroutine. */
    Permit acquireHere() {
        return Objects.requireNonNull(acquire.awaitDirect());
    }

    void requireLocked(String what) {
        requireLocked(holder() != NONE, what);
    }

    private void requireLocked(boolean held, String what) {
        if (!held) {
            throw new IllegalStateException("Cannot " + what + ": " + this + " is not acquired");
        }
    }

    /** Releases the lock without ending the acquisition that holds it, and gives the number of that. */
    long lend() {
        long held;
        synchronized (monitor) {
            begin();
            held = holder;
            if (held != NONE) {
                if (lent.isEmpty()) {
                    lent = new HashSet<>(2);
                }
                lent.add(held);
                unlock();
            }
            end();
        }
        waiters.tell();
        requireLocked(held != NONE, "wait");
        return held;
    }

    /** The acquisition that was lent holds the lock again, instead of the given one; if it was closed meanwhile, none does. */
    void regained(long number, Permit now) {
        synchronized (monitor) {
            begin();
            boolean open = lent.remove(number);
            if (holder == now.number) {
                if (!open) {
                    unlock();
                } else {
                    holder = number;
                }
            }
            end();
        }
        waiters.tell();
    }

    /** Nobody will regain the lock for the acquisition that was lent. */
    void lost(long number) {
        synchronized (monitor) {
            lent.remove(number);
        }
    }

    // ---- under the monitor ----

    private void begin() {
        long now = (long) FAST.getAndSet(this, QUEUED);
        if (now != QUEUED) {
            holder = isHeld(now) ? now : NONE;
            latest = isHeld(now) ? now : now - 1;
        }
    }

    /** It stays {@link #QUEUED} also while one holds it that had lent it, whose number is not the latest. */
    private void end() {
        if (waiters.size() == 0 && (holder == NONE || holder == latest)) {
            fast = holder == NONE ? latest + 1 : holder;
        }
    }

    private void unlock() {
        awaiting = null;
        holder = NONE;
        handOver();
    }

    private void handOver() {
        if (holder == NONE && !handed) {
            handed = waiters.wakeFirst();
        }
    }

    private Permit lock() {
        Permit permit = new Permit(acquire, latest + 2);
        latest = permit.number;
        holder = permit.number;
        return permit;
    }

    @Override
    public String toString() {
        Statistics now = statistics();
        Task<?> owner = acquire.owner();
        return "AsyncLock[" + (now.locked ? "locked" : "unlocked")
                + (owner != null ? " by " + owner.name() : "")
                + (now.waiting > 0 ? ", waiting=" + now.waiting : "")
                + "]";
    }

    private final class Acquire extends WaitingMono<Permit> implements Permit.Issuer, Owned {
        Acquire() {
            super(waiters);
        }

        @Override
        protected boolean likelyWaits() {
            return isHeld(fast);
        }

        @Override
        protected Object attempt(@Nullable Waiter waiter) {
            long now = fast;
            if (!isHeld(now)) {
                Permit permit = new Permit(this, now + 1);
                if (FAST.compareAndSet(AsyncLock.this, now, now + 1)) {
                    return permit;
                }
            }
            synchronized (monitor) {
                begin();
                Object value = holder == NONE && waiters.allCancelled() ? lock() : WAIT;
                if (value == WAIT && waiter != null) {
                    waiters.add(waiter);
                }
                end();
                return value;
            }
        }

        @Override
        protected Object resumed(Waiter waiter) {
            synchronized (monitor) {
                begin();
                waiters.remove(waiter);
                handed = false;
                Permit permit = lock();
                end();
                return permit;
            }
        }

        @Override
        protected void gaveUp(Waiter waiter) {
            synchronized (monitor) {
                begin();
                waiters.remove(waiter);
                if (waiter.woken()) {
                    handed = false;
                }
                handOver();
                end();
            }
        }

        @Override
        protected void cancelled(Waiter waiter) {
            synchronized (monitor) {
                begin();
                if (!waiters.passOn(waiter)) {
                    handOver();
                }
                end();
            }
        }

        /** So that the dump of a deadlock can say who holds the lock. */
        @Override
        protected void awaited(@Nullable Permit permit, AwaitingHandle task) {
            AWAITING.setRelease(AsyncLock.this, task);
        }

        @Override
        public Object resource() {
            return AsyncLock.this;
        }

        @Override
        public @Nullable Task<?> owner() {
            AwaitingHandle handle = isLocked() ? (AwaitingHandle) AWAITING.getAcquire(AsyncLock.this) : null;
            return handle != null && handle.task() instanceof Task<?> task ? task : null;
        }

        @Override
        protected void refused(Permit permit) {
            if (permit.revoke()) {
                permit.close();
            }
        }

        @Override
        protected boolean lends() {
            return true;
        }

        /** A permit does not hold the lock while a condition has lent that: see {@link #regained}. */
        @Override
        public void close(Permit permit) {
            StackGuard.toRelease();
            long number = permit.number;
            if (fast == number) {
                awaiting = null; // before it is free: after that it is the next one's
                if (FAST.compareAndSet(AsyncLock.this, number, number + 1)) {
                    return;
                }
            }
            synchronized (monitor) {
                begin();
                if (holder == number) {
                    unlock();
                } else {
                    lent.remove(number);
                }
                end();
            }
            waiters.tell();
        }

        @Override
        public boolean isOpen(Permit permit) {
            synchronized (monitor) {
                return holder() == permit.number || lent.contains(permit.number);
            }
        }

        @Override
        public String toString() {
            return "acquire of " + AsyncLock.this;
        }
    }
}
