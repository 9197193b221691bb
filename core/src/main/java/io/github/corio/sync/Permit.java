package io.github.corio.sync;

import io.github.corio.Task;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition of a lock or a semaphore: {@code try (var held = await(lock.acquire())) { ... }}. It is given back once,
 * however often it is closed. Thread-safe: it may be closed anywhere, not only by whoever acquired it.
 *
 * <p>asyncio: what {@code async with} does at its end.
 *
 * @since 0.1.0
 */
public final class Permit implements AutoCloseable {
    private static final AtomicIntegerFieldUpdater<Permit> CLOSED =
            AtomicIntegerFieldUpdater.newUpdater(Permit.class, "closed");

    private final Issuer issuer;
    private volatile int closed;
    /** Debug mode: the task that awaited it. */
    private volatile @Nullable Task<?> owner;

    Permit(Issuer issuer) {
        this.issuer = issuer;
    }

    /** Gives it back; waiters are woken as {@code release()} of its issuer says. Never suspends. Harmless when repeated. */
    @Override
    public void close() {
        if (closed == 0) {
            issuer.close(this);
        }
    }

    /**
     * Says whether it was given back.
     *
     * @return true after a close
     */
    public boolean isClosed() {
        return closed != 0;
    }

    /** Counts as closed from now on. False if it did before. */
    boolean expire() {
        return CLOSED.compareAndSet(this, 0, 1);
    }

    @Nullable
    Task<?> owner() {
        return owner;
    }

    void owner(@Nullable Task<?> task) {
        owner = task;
    }

    /** {@link #expire()} for whoever need not know that: seen at the latest by those who come after its next CAS or monitor. */
    void expireSoon() {
        CLOSED.lazySet(this, 1);
    }

    @Override
    public String toString() {
        return "Permit[" + (isClosed() ? "closed" : "held") + ", " + issuer + "]";
    }

    /** What permits come from. */
    interface Issuer {
        /** Expires a permit and takes it back, once. May be called by several at the same instant. */
        void close(Permit permit);
    }
}
