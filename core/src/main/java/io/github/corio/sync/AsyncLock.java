package io.github.corio.sync;

import io.github.corio.Asyncio;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Headroom;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A lock that coroutines and subscribers wait for in a queue, in the order in which they came; nobody who comes later is
 * served before one who waits. Not reentrant, and not owned: anybody may release it. Thread-safe: any number of loops and
 * threads may share it.
 *
 * <pre>{@code
 *   try (var held = await(lock.acquire())) {   // async with lock:
 *       ...
 *   }
 *   lock.withLock(mono)                        // the same for a Mono
 * }</pre>
 *
 * <p>asyncio: {@code asyncio.Lock}.
 *
 * @since 0.1.0
 */
public final class AsyncLock {
    /** In place of the holder while somebody waits, or is in a section of the monitor. */
    private static final Object QUEUED = new Object();

    private static final VarHandle FAST;

    static {
        try {
            FAST = MethodHandles.lookup().findVarHandle(AsyncLock.class, "fast", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WaitQueue waiters = new WaitQueue();
    private final Object monitor = waiters.monitor();
    private final Acquire acquire = new Acquire();
    /**
     * The acquisition that holds the lock, null if it is free: acquired and released by CAS as long as nobody waits. The
     * opponent is a section of the monitor, which makes it {@link #QUEUED} when it begins, and back when it has left nobody
     * in the queue. Then {@link #holder} counts.
     */
    private volatile @Nullable Object fast;
    /** While {@link #QUEUED}, under the monitor: the acquisition that holds the lock, which a release by hand ends too. */
    private @Nullable Permit holder;

    /** An unlocked lock. */
    public AsyncLock() {}

    /**
     * Acquires it. Suspends only if it is locked or others wait. A cancel leaves the queue; one that comes after the lock was
     * handed over passes it on. First come, first served. A coroutine goes on in a later turn of its loop; a subscriber is
     * signalled on its own thread if the lock is free, else on the one that releases it; the permit is lent to its
     * subscription: a cancel of that closes it, also later.
     *
     * <p>asyncio: {@code Lock.acquire}.
     *
     * @return a cold Mono; each subscription or await is an acquisition of its own
     */
    public Mono<Permit> acquire() {
        return acquire.assembled();
    }

    /**
     * Acquires it if that is possible at once. Never suspends.
     *
     * @return the permit, null if it is locked or others wait
     */
    public @Nullable Permit tryAcquire() {
        Object permit = acquire.attempt(null);
        return permit instanceof Permit acquired ? acquired : null;
    }

    /**
     * Runs a Mono while holding the lock. It is released before the value, the completion or the error comes out, and by a
     * cancel: at once, or, for a {@link io.github.corio.Coroutine}, when that has ended. Suspends and signals as
     * {@link #acquire()} and the Mono do.
     *
     * @param mono what to run
     * @param <T> the type of the value
     * @return a cold Mono
     */
    public <T> Mono<T> withLock(Mono<T> mono) {
        return new Scoped<>(acquire(), mono).assembled();
    }

    /**
     * Releases it and wakes the first waiter. Never suspends. Closing a {@link Permit} does this at most once.
     *
     * <p>asyncio: {@code Lock.release}.
     *
     * @throws IllegalStateException if it is not locked
     */
    public void release() {
        Headroom.toRelease();
        Permit held;
        synchronized (monitor) {
            begin();
            held = holder;
            if (held != null) {
                held.expireSoon();
                unlock();
            }
            end();
        }
        waiters.tell();
        requireLocked(held, "release");
    }

    /**
     * Says whether somebody holds it. Between a release and the turn of the waiter that it woke, nobody does.
     *
     * <p>asyncio: {@code Lock.locked}.
     *
     * @return true if it is locked
     */
    public boolean locked() {
        Object now = fast;
        return now == QUEUED ? holder() != null : now != null;
    }

    private @Nullable Permit holder() {
        synchronized (monitor) {
            Object now = fast;
            return now == QUEUED ? holder : (Permit) now;
        }
    }

    /**
     * A snapshot.
     *
     * @return its state at one moment
     */
    public Statistics statistics() {
        synchronized (monitor) {
            return new Statistics(holder() != null, waiters.size());
        }
    }

    /**
     * The state of a lock.
     *
     * @param locked whether somebody holds it
     * @param waiting how many wait, those among them that were woken or cancelled and have not run yet
     */
    public record Statistics(boolean locked, int waiting) {}

    // ---- for conditions ----

    /** Acquires it in a coroutine. */
    Permit acquireHere() {
        return Objects.requireNonNull(acquire.awaitDirect());
    }

    void requireLocked(String what) {
        requireLocked(holder(), what);
    }

    private Permit requireLocked(@Nullable Permit held, String what) {
        if (held == null) {
            throw new IllegalStateException("Cannot " + what + ": " + this + " is not acquired");
        }
        return held;
    }

    /** Releases the lock without ending the acquisition that holds it, and gives that. */
    Permit lend() {
        Permit held;
        synchronized (monitor) {
            begin();
            held = holder;
            if (held != null) {
                unlock();
            }
            end();
        }
        waiters.tell();
        return requireLocked(held, "wait");
    }

    /** The acquisition that was lent holds the lock again, instead of the given one; if it was closed meanwhile, none does. */
    void regained(@Nullable Permit lent, Permit now) {
        synchronized (monitor) {
            begin();
            if (holder == now) {
                if (lent == null || lent.isClosed()) {
                    unlock();
                } else {
                    holder = lent;
                }
            }
            end();
        }
        waiters.tell();
    }

    // ---- under the monitor ----

    private void begin() {
        Object now = FAST.getAndSet(this, QUEUED);
        if (now != QUEUED) {
            holder = (Permit) now;
        }
    }

    private void end() {
        if (waiters.size() == 0) {
            fast = holder;
        }
    }

    private void unlock() {
        holder = null;
        waiters.wakeFirst();
    }

    private Permit lock() {
        Permit permit = new Permit(acquire);
        holder = permit;
        return permit;
    }

    @Override
    public String toString() {
        Statistics now = statistics();
        Permit held = holder();
        Task<?> by = held == null ? null : held.owner();
        return "AsyncLock[" + (now.locked ? "locked" : "unlocked") + (by == null ? "" : " by " + by.name())
                + (now.waiting > 0 ? ", waiting=" + now.waiting : "")
                + "]";
    }

    private final class Acquire extends WaitingMono<Permit> implements Permit.Issuer {
        Acquire() {
            super(waiters);
        }

        @Override
        protected boolean likelyWaits() {
            return fast != null;
        }

        @Override
        protected Object attempt(@Nullable Waiter waiter) {
            if (fast == null) {
                Permit permit = new Permit(this);
                if (FAST.compareAndSet(AsyncLock.this, null, permit)) {
                    return permit;
                }
            }
            synchronized (monitor) {
                begin();
                Object value = holder == null && waiters.allCancelled() ? lock() : WAIT;
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
                if (holder == null) {
                    waiters.wakeFirst();
                }
                end();
            }
        }

        /** So that the dump of a deadlock can say who holds the lock. */
        @Override
        protected void awaited(@Nullable Permit permit, EventLoop loop) {
            if (permit != null && loop.getDebug()) {
                permit.owner(Asyncio.currentTask());
            }
        }

        @Override
        protected void refused(Permit permit) {
            permit.close();
        }

        @Override
        protected boolean lends() {
            return true;
        }

        /** A permit does not hold the lock while a condition has lent that: see {@link #regained}. */
        @Override
        public void close(Permit permit) {
            Headroom.toRelease();
            permit.expireSoon();
            if (fast == permit && FAST.compareAndSet(AsyncLock.this, permit, null)) {
                return;
            }
            synchronized (monitor) {
                begin();
                if (holder == permit) {
                    unlock();
                }
                end();
            }
            waiters.tell();
        }

        @Override
        public String toString() {
            return "acquire of " + AsyncLock.this;
        }
    }
}
