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
 * A lock, and a queue of waiters that have released it until its holder signals them. Thread-safe: any number of loops
 * and threads may share it.
 *
 * <pre>{@code
 *   try (var held = await(condition.acquire())) {          // async with condition:
 *       await(condition.waitFor(() -> !items.isEmpty()));  //     await condition.wait_for(...)
 *       ...
 *   }
 * }</pre>
 *
 * <p>A waiter has the lock again when its wait ends, also when it ends by a cancel. In a coroutine {@code await} takes
 * care of this. A subscriber's cancel returns immediately. The condition then reacquires the lock for the permit of
 * that subscriber. If the subscriber closes the permit meanwhile, the next waiter for the lock gets it.
 *
 * <ul>
 *   <li><b>Suspends:</b> {@link #acquire()} and the waits do. The methods that give no Mono never do.
 *   <li><b>Cancellation:</b> of a wait is thrown when the lock has been acquired again. A signal to the cancelled
 *       waiter goes to the next.
 *   <li><b>Order:</b> first come, first signalled.
 *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. Subscribed to, a
 *       wait is a coroutine.
 *   <li><b>Errors:</b> {@link IllegalStateException} where the lock is not held.
 *   <li><b>asyncio:</b> {@code asyncio.Condition}. Java has a final {@code wait} of its own.
 * </ul>
 *
 * @since 0.1.0
 */
public final class AsyncCondition {
    private final AsyncLock lock;
    private final WaitQueue waiters = new WaitQueue();

    /** Makes a condition with a lock of its own. */
    public AsyncCondition() {
        this(new AsyncLock());
    }

    /**
     * Makes a condition that shares a lock.
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
     * Says whether the lock is held.
     *
     * @return true if it is locked
     */
    public boolean isLocked() {
        return lock.isLocked();
    }

    /**
     * Releases the lock, waits for a signal, and acquires the lock again. It may return without a signal, so check
     * again what you wait for.
     *
     * <p>You await it directly, or with {@link io.github.corio.Asyncio#waitFor waitFor} around it for a time limit, or
     * pass it to {@link #withLock}. An operator that may cancel it and go on is refused, since it would go on without
     * the lock. {@code timeout}, {@code takeUntilOther}, {@code firstWithSignal} and {@code zip} are among these. So is
     * an await of it through any operator. Put such an operator around all that the lock guards: {@code
     * condition.withLock(...).timeout(limit)}.
     *
     * <ul>
     *   <li><b>Suspends:</b> always.
     *   <li><b>Cancellation:</b> is thrown when the lock has been acquired again. A signal to the cancelled waiter goes
     *       to the next.
     *   <li><b>Order:</b> first come, first signalled.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. Subscribed to,
     *       it is a coroutine.
     *   <li><b>Errors:</b> {@link IllegalStateException} if the lock is not held, or for an operator that is refused.
     *   <li><b>asyncio:</b> {@code Condition.wait}.
     * </ul>
     *
     * @return a cold Mono that completes then
     */
    @CheckReturnValue
    public Mono<Void> waitForSignal() {
        return new AwaitedOnly<>(this, () -> {
            waitHere();
            return null;
        });
    }

    /**
     * Waits, again and again, as {@link #waitForSignal()} does, until a predicate is true. It refuses the same
     * operators.
     *
     * <ul>
     *   <li><b>Suspends:</b> unless the predicate is true.
     *   <li><b>Cancellation:</b> is thrown when the lock has been acquired again. A signal to the cancelled waiter goes
     *       to the next.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. Subscribed to,
     *       it is a coroutine.
     *   <li><b>Errors:</b> those of the predicate, and {@link IllegalStateException} if the lock is not held.
     *   <li><b>asyncio:</b> {@code Condition.wait_for}.
     * </ul>
     *
     * @param predicate what has to be true. It is called with the lock held, unless that was not held at first
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
     * Wakes a waiter. Never suspends. The lock stays held, so the waiter goes on when you release it.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Condition.notify()}. Java has a final {@code notify} of its own.
     * </ul>
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void signal() {
        signal(1);
    }

    /**
     * Wakes some of the waiters, in the order in which they came. Never suspends.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Condition.notify}.
     * </ul>
     *
     * @param n how many at most
     * @throws IllegalStateException if the lock is not held
     */
    public void signal(int n) {
        lock.requireLocked("notify");
        wake(n);
    }

    /**
     * Wakes all waiters. Never suspends.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Condition.notify_all}, whose name is the JDK's.
     * </ul>
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
     * Gives a snapshot of its state.
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
     * @param locked whether the lock is held
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
