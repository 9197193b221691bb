package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.loop.internal.SuspendableHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A task's wait for a condition that others make true, again and again: for a value, for demand. Those others may be on
 * any thread; they change what {@link #open()} looks at and then call {@link #signal()}.
 *
 * <pre>{@code
 *          wake                  signal, or wake itself if it is open: the task is queued
 *   IDLE --------> WAITING -------------------------------------------------------------> IDLE
 *                      \---- cancel: the task is queued -------------------------------> CANCELLED, until the next wake
 * }</pre>
 *
 * <p>Whoever leaves WAITING does so by a CAS and queues the task, so it is queued exactly once for each wait.
 */
abstract class SignalWait extends Wait<Void> {
    private static final int IDLE = 0;
    private static final int WAITING = 1;
    private static final int CANCELLED = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SignalWait.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state;
    private volatile @Nullable SuspendableHandle waiter;
    /** The loop of the task; written before {@link #waiter}. */
    private @Nullable EventLoop loop;

    private @Nullable String message;

    /** True if there is nothing to wait for. May be asked by any thread. */
    abstract boolean open();

    /** The condition may have become true. From any thread. */
    final void signal() {
        StackGuard.toWake();
        VarHandle.fullFence(); // meets wake(): the queues' own writes are not ordered before the read of the state
        if (state == WAITING && STATE.compareAndSet(this, WAITING, IDLE)) {
            resume();
        }
    }

    private void resume() {
        SuspendableHandle task = waiter;
        if (task != null && loop != null) {
            Loops.access(loop).resume(task);
        }
    }

    @Override
    public final boolean ready() {
        return state != WAITING;
    }

    @Override
    public final void wake(SuspendableHandle task) {
        loop = EventLoop.current();
        waiter = task;
        state = WAITING;
        if (open()) {
            signal();
        }
    }

    @Override
    public final boolean cancel(@Nullable String why) {
        StackGuard.toWake();
        if (state != WAITING) {
            return false;
        }
        message = why;
        if (!STATE.compareAndSet(this, WAITING, CANCELLED)) {
            return false;
        }
        resume();
        return true;
    }

    @Override
    public final boolean isCancelled() {
        return state == CANCELLED;
    }

    @Override
    public final @Nullable Void take() {
        if (state == CANCELLED) {
            throw new CancelledError(message);
        }
        return null;
    }

    @Override
    public final void abandon() {
        state = IDLE;
    }
}
