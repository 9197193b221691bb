package io.github.corio.sync;

import io.github.corio.internal.Lent;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * An acquisition of a lock or a semaphore: {@code try (var held = await(lock.acquire())) { ... }}. It is given back
 * once, however often it is closed. Thread-safe: any thread may close it, not only its holder.
 *
 * <ul>
 *   <li><b>Suspends:</b> never.
 *   <li><b>Cancellation:</b> of the subscription that it came through closes it, unless it was kept: see {@link
 *       #keep()}.
 *   <li><b>asyncio:</b> what {@code async with} does at its end.
 * </ul>
 *
 * @since 0.1.0
 */
@SuppressWarnings("exports") // a superclass for speed only
public final class Permit extends Lent implements AutoCloseable {
    /** Its subscription, if it came through one, may take it back. */
    private static final int LENT = 0;
    /** Only its holder gives it back. */
    private static final int KEPT = 1;

    private static final int EXPIRED = 2;

    private static final AtomicIntegerFieldUpdater<Permit> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Permit.class, "state");

    private final Issuer issuer;
    /** What its issuer knows it by. */
    final long number;

    private volatile int state;

    Permit(Issuer issuer, long number) {
        this.issuer = issuer;
        this.number = number;
    }

    /**
     * Gives it back, and wakes a waiter as {@code release()} of its lock or semaphore does. Never suspends. Harmless
     * when repeated.
     */
    @Override
    public void close() {
        issuer.close(this);
    }

    /**
     * Says whether it was given back.
     *
     * @return true after a close, and once its lock was released by hand
     */
    public boolean isClosed() {
        return !issuer.isOpen(this);
    }

    /**
     * Makes the holder its owner: from now on a cancel of its subscription no longer takes it back. {@code await} keeps
     * the permit that it gives to a body.
     *
     * <p>A chain of operators may pass a permit on while it cancels, as {@code takeUntilOther} and {@code switchMap}
     * may. Such a chain asks first: {@code .filter(Permit::keep)}. Then the holder closes the permit, also after a
     * cancel. Never suspends. Thread-safe, harmless when repeated.
     *
     * @return false if it was taken back before, or closed
     */
    @Override
    public boolean keep() {
        return STATE.compareAndSet(this, LENT, KEPT) || state == KEPT;
    }

    /** Takes it back from a subscription. False if it was kept, or given back before. */
    boolean revoke() {
        return STATE.compareAndSet(this, LENT, EXPIRED);
    }

    /** Counts as expired from now on. False if it did before. */
    boolean expire() {
        return state != EXPIRED && STATE.getAndSet(this, EXPIRED) != EXPIRED;
    }

    boolean expired() {
        return state == EXPIRED;
    }

    @Override
    public String toString() {
        return "Permit[" + (isClosed() ? "closed" : "held") + ", " + issuer + "]";
    }

    /** What permits come from. */
    interface Issuer {
        /** Takes a permit back, once. May be called by several at the same instant, and again. */
        void close(Permit permit);

        /** True if it was not taken back yet. */
        boolean isOpen(Permit permit);
    }
}
