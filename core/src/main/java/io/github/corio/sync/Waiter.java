package io.github.corio.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One that waits in a {@link WaitQueue}. Internal: public only for the queues' package, and made by {@link WaitingMono}.
 *
 * <pre>{@code
 *           WaitQueue, under its monitor: CAS
 *   WAITING ---------------------------------> WOKEN      it will be told, outside of the monitor, and goes on then
 *      \  its task or subscriber, anywhere: CAS
 *       \------------------------------------> CANCELLED  it leaves the queue when it runs, as in asyncio
 * }</pre>
 *
 * <p>These two CAS meet: a waiter that was woken is never cancelled too. A cancel that comes after is a matter of whoever
 * goes on: it passes on what it was given.
 *
 * @since 0.1.0
 */
public abstract class Waiter {
    private static final int WAITING = 0;
    private static final int WOKEN = 1;
    private static final int CANCELLED = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Waiter.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    // Of the queue, under its monitor.
    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    boolean queued;

    @Nullable
    Waiter toldNext;

    Waiter() {}

    /**
     * Makes it go on, if that is to queue a handle on the loop that the current thread runs, no more. Called once, after it was
     * woken, under the monitor. If it is false, {@link #tell()} has to do it.
     */
    abstract boolean tellHere();

    /** Makes it go on, by running foreign code. Called once, outside of the monitor. */
    abstract void tell();

    final boolean wake() {
        return STATE.compareAndSet(this, WAITING, WOKEN);
    }

    final boolean cancel() {
        return STATE.compareAndSet(this, WAITING, CANCELLED);
    }

    final boolean waiting() {
        return state == WAITING;
    }

    final boolean cancelled() {
        return state == CANCELLED;
    }

    /**
     * Says whether it was given what it waits for.
     *
     * @return true if it was woken before it was cancelled
     */
    public final boolean woken() {
        return state == WOKEN;
    }
}
