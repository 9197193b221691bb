package io.github.corio.sync.internal;

import io.github.corio.loop.EventLoop;
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
 *
 *   WOKEN -------------------------------------> CANCELLED  its task was cancelled before it ran, and what it was given
 *           WaitQueue, under its monitor                    went to one of another loop: see WaitQueue.passOn
 * }</pre>
 *
 * <p>The first two CAS meet. A cancel that comes after a wake-up is a matter of whoever goes on: it passes on what it was given.
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

    private volatile int state;

    /** The loop on which it goes on; null for a subscriber, which goes on anywhere. */
    final @Nullable EventLoop loop;

    // Of the queue, under its monitor.
    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    boolean queued;

    @Nullable
    Waiter toldNext;

    Waiter(@Nullable EventLoop loop) {
        this.loop = loop;
    }

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

    /** What it was given is taken away again. Under the monitor, after a {@link #wake()}. */
    final void revoke() {
        state = CANCELLED;
    }

    final boolean waiting() {
        return state == WAITING;
    }

    final boolean isCancelled() {
        return state == CANCELLED;
    }

    /**
     * Says whether it was given what it waits for.
     *
     * @return true if it was woken before it was cancelled, and what it was given was not passed on
     */
    public final boolean woken() {
        return state == WOKEN;
    }
}
