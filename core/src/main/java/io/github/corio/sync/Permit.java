package io.github.corio.sync;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One acquisition of a lock or a semaphore: {@code try (var held = await(lock.acquire())) { ... }}. It is given back once,
 * however often it is closed. Thread-safe: it may be closed anywhere, not only by whoever acquired it.
 *
 * <p>asyncio: what {@code async with} does at its end.
 *
 * @since 0.1.0
 */
public final class Permit implements AutoCloseable {
    private static final AtomicIntegerFieldUpdater<Permit> EXPIRED =
            AtomicIntegerFieldUpdater.newUpdater(Permit.class, "expired");

    private final Issuer issuer;
    /** What its issuer knows it by. */
    final long number;
    /** For an issuer that does not know its permits. */
    private volatile int expired;

    Permit(Issuer issuer, long number) {
        this.issuer = issuer;
        this.number = number;
    }

    /** Gives it back; waiters are woken as {@code release()} of its issuer says. Never suspends. Harmless when repeated. */
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

    /** Counts as expired from now on. False if it did before. */
    boolean expire() {
        return expired == 0 && EXPIRED.compareAndSet(this, 0, 1);
    }

    boolean expired() {
        return expired != 0;
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
