package io.github.corio.sync;

import io.github.corio.CancelledError;
import io.github.corio.CheckReturnValue;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.sync.internal.WaitQueue;
import io.github.corio.sync.internal.Waiter;
import io.github.corio.sync.internal.WaitingMono;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A lock, and a queue of those who wait, without it, to be notified by somebody who holds it. Thread-safe: any number of
 * loops and threads may share it.
 *
 * <pre>{@code
 *   try (var held = await(condition.acquire())) {          // async with condition:
 *       await(condition.waitFor(() -> !items.isEmpty()));  //     await condition.wait_for(...)
 *       ...
 *   }
 * }</pre>
 *
 * <p>Whoever waits has the lock again when that ends, also when it ends by a cancel. In a coroutine {@code await} takes care
 * of this. A subscriber's cancel, however, returns at once: the lock is then reacquired behind its back, for the permit it
 * had; if it closes that permit meanwhile, the lock goes on to the next.
 *
 * <p>asyncio: {@code asyncio.Condition}; its {@code wait} cannot be called so in Java.
 *
 * @since 0.1.0
 */
public final class AsyncCondition {
    private final AsyncLock lock;
    private final WaitQueue waiters = new WaitQueue();

    /** A condition with a lock of its own. */
    public AsyncCondition() {
        this(new AsyncLock());
    }

    /**
     * A condition that shares a lock.
     *
     * @param lock the lock
     */
    public AsyncCondition(AsyncLock lock) {
        this.lock = Objects.requireNonNull(lock, "lock");
    }

    /**
     * Acquires the lock, as {@link AsyncLock#acquire()} does.
     *
     * @return a cold Mono
     */
    @CheckReturnValue
    public Mono<Permit> acquire() {
        return lock.acquire();
    }

    /**
     * Runs a Mono while holding the lock, as {@link AsyncLock#withLock} does.
     *
     * @param mono what to run
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public <T> Mono<T> withLock(Mono<T> mono) {
        return lock.withLock(mono);
    }

    /**
     * Releases the lock, as {@link AsyncLock#release()} does.
     *
     * @throws IllegalStateException if it is not locked
     */
    public void release() {
        lock.release();
    }

    /**
     * Says whether somebody holds the lock.
     *
     * @return true if it is locked
     */
    public boolean isLocked() {
        return lock.isLocked();
    }

    /**
     * Releases the lock, waits to be notified, and acquires the lock again. Always suspends. It may come back without a
     * notification, so what is waited for has to be checked again. A cancel comes out when the lock has been acquired again; a
     * notification that was given to the cancelled one goes to the next. First come, first notified. A coroutine goes on in a
     * later turn of its loop; subscribed to, it is a coroutine too.
     *
     * <p>It is awaited itself, or with {@link io.github.corio.Asyncio#waitFor waitFor} around it for a time limit, or is what
     * {@link #withLock} runs. An operator that may cancel it and go on, as {@code timeout}, {@code takeUntilOther},
     * {@code firstWithSignal} and {@code zip} do, would go on without the lock, and so would a coroutine that awaits it through any
     * operator: these are refused. Such an operator stands around all that the lock guards:
     * {@code condition.withLock(...).timeout(limit)}.
     *
     * <p>asyncio: {@code Condition.wait}.
     *
     * @return a cold Mono that completes then; {@link IllegalStateException} if the lock is not held, or if it is refused
     */
    @CheckReturnValue
    public Mono<Void> waitForSignal() {
        return new AwaitedOnly<>(this, () -> {
            waitHere();
            return null;
        });
    }

    /**
     * Waits, again and again, as {@link #waitForSignal()} does, until a predicate is true. Does not suspend if it is. Refuses the
     * operators that are refused there.
     *
     * <p>asyncio: {@code Condition.wait_for}.
     *
     * @param predicate what has to be true; called with the lock held, unless it was not held at first
     * @return a cold Mono of true
     */
    @CheckReturnValue
    public Mono<Boolean> waitFor(BooleanSupplier predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return new AwaitedOnly<>(this, () -> {
            waitHereFor(predicate);
            return true;
        });
    }

    void waitHereFor(BooleanSupplier predicate) {
        while (!predicate.getAsBoolean()) {
            waitHere();
        }
    }

    private void waitHere() {
        StackGuard.toLend();
        lock.requireLocked("wait");
        Notification notification = new Notification();
        try {
            try {
                Void unused = notification.awaitDirect();
            } catch (Throwable e) {
                reacquire(notification);
                throw e;
            }
            reacquire(notification);
        } catch (Throwable e) {
            // It may have come after a notification that this one can no longer act on. Somebody else can: a wake-up
            // too many
            // is allowed, one too few is not.
            wake(1);
            throw e;
        }
    }

    /** However often it is cancelled meanwhile: the latest cancel comes out at the end. */
    private void reacquire(Notification after) {
        if (!after.released) {
            return;
        }
        CancelledError cancel = null;
        for (; ; ) {
            try {
                lock.regained(after.lent, lock.acquireHere());
                break;
            } catch (CancelledError e) {
                cancel = e;
            } catch (Throwable e) { // the loop was closed
                lock.lost(after.lent);
                throw e;
            }
        }
        if (cancel != null) {
            throw cancel;
        }
    }

    /**
     * Wakes one who waits. Never suspends; the lock stays held, so nobody goes on before it is released.
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void signal() {
        signal(1);
    }

    /**
     * Wakes some of those who wait, in the order in which they came. Never suspends.
     *
     * <p>asyncio: {@code Condition.notify}.
     *
     * @param n how many at most
     * @throws IllegalStateException if the lock is not held
     */
    public void signal(int n) {
        lock.requireLocked("notify");
        wake(n);
    }

    /**
     * Wakes all who wait. Never suspends.
     *
     * <p>asyncio: {@code Condition.notify_all}, whose name is the JDK's.
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void signalAll() {
        signal(Integer.MAX_VALUE);
    }

    void wakeAll() {
        wake(Integer.MAX_VALUE);
    }

    Permit acquireHere() {
        return lock.acquireHere();
    }

    private void wake(int n) {
        StackGuard.toRelease();
        synchronized (waiters.monitor()) {
            int left = n;
            while (left > 0 && waiters.wakeNext()) {
                left--;
            }
        }
        waiters.tell();
    }

    /**
     * A snapshot.
     *
     * @return its state at one moment
     */
    public Statistics statistics() {
        synchronized (waiters.monitor()) {
            return new Statistics(lock.isLocked(), waiters.size());
        }
    }

    /**
     * The state of a condition.
     *
     * @param locked whether somebody holds the lock
     * @param waiting how many wait to be notified, those among them that were woken or cancelled and have not run yet
     */
    public record Statistics(boolean locked, int waiting) {}

    @Override
    public String toString() {
        Statistics now = statistics();
        return "AsyncCondition[" + (now.locked ? "locked" : "unlocked")
                + (now.waiting > 0 ? ", waiting=" + now.waiting : "") + "]";
    }

    /** One wait for a notification. It joins the queue before it releases the lock, so that none can be missed. */
    private final class Notification extends WaitingMono<Void> {
        private boolean released;
        private long lent;

        Notification() {
            super(waiters);
        }

        @Override
        protected @Nullable Object attempt(@Nullable Waiter waiter) {
            if (waiter != null) {
                synchronized (waiters.monitor()) {
                    waiters.add(waiter);
                }
                if (released) { // it waits again
                    return WAIT;
                }
                try {
                    lent = lock.lend();
                    released = true;
                } catch (IllegalStateException e) { // somebody else has released it at this very moment
                    gaveUp(waiter);
                    throw e;
                }
            }
            return WAIT;
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
        protected void cancelled(Waiter waiter) {
            synchronized (waiters.monitor()) {
                boolean unused = waiters.passOn(waiter);
            }
        }

        @Override
        public String toString() {
            return "notification of " + AsyncCondition.this;
        }
    }
}
