package io.github.corio.internal;

import io.github.corio.CancelledError;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.loop.internal.SuspendableHandle;
import org.jspecify.annotations.Nullable;

/**
 * A task that waits for its turn at a lock, a queue and the like, until it is resumed or cancelled.
 *
 * <p>Which of the two ends it is decided there, by {@link #giveUp()}: whoever would resume it and a cancel meet in one CAS of
 * theirs, so this has none of its own.
 *
 * @since 0.1.0
 */
public abstract class QueuedWait extends Wait<Void> {
    private final Object source;
    private final AwaitingHandle task;
    /** Written by whoever resumes, before the task is queued; read by the task when it has come out of the queue. */
    private boolean over;

    private @Nullable CancelledError cancel;

    /**
     * Made by the task that will wait.
     *
     * @param task the task
     * @param source what it waits for, to be shown
     */
    protected QueuedWait(AwaitingHandle task, Object source) {
        this.task = task;
        this.source = source;
    }

    /**
     * A task that runs here is about to begin an operation: throws what another thread has asked for.
     *
     * @return the task; null where nothing could suspend: outside of a loop, or in a callback
     * @throws CancelledError if another thread has cancelled the task
     */
    public static @Nullable AwaitingHandle checkpoint() {
        if (Loops.running() instanceof AwaitingHandle task) {
            task.checkpoint();
            return task;
        }
        return null;
    }

    /**
     * Suspends its task, which runs here, until it is resumed. Once, after {@link StackGuard#toSuspend()}.
     *
     * @throws CancelledError if the task is cancelled meanwhile
     */
    public final void await() {
        Void unused = task.awaitWithRoom(this);
    }

    /**
     * Queues its task, from any thread, also before it suspends. Once, and not if it {@link #giveUp() gave up}. Whoever has changed
     * something before has made sure of {@link StackGuard}.
     */
    public final void resume() {
        over = true;
        Loops.access(task.loop).resume(task);
    }

    /**
     * {@link #resume()}, if the current thread runs the loop of the task: then all that happens is that the task is queued.
     *
     * @return false if it has to be resumed by other means
     */
    public final boolean resumeHere() {
        if (!Loops.access(task.loop).resumeHere(task)) {
            return false;
        }
        over = true; // in time: the task cannot run before this thread leaves the loop
        return true;
    }

    /**
     * A cancel of the task asks, on its loop, whether it may end this.
     *
     * @return true if nobody will resume it from now on; false if somebody has or will: then the cancel comes at its next await
     */
    protected abstract boolean giveUp();

    /**
     * After a cancel of the task, on its loop: what was meant for this may go to somebody who need not wait until the task runs. Never
     * throws.
     */
    protected void passOn() {}

    @Override
    public final boolean ready() {
        return over;
    }

    @Override
    public final void wake(SuspendableHandle waiter) {}

    @Override
    public final boolean cancel(@Nullable String message) {
        StackGuard.toRelease();
        boolean inTime = giveUp();
        if (inTime) {
            cancel = new CancelledError(message);
            resume();
        }
        passOn();
        return inTime;
    }

    @Override
    public final boolean isCancelled() {
        return cancel != null;
    }

    @Override
    public final @Nullable Void take() {
        if (cancel != null) {
            throw cancel;
        }
        return null;
    }

    @Override
    public final void abandon() {}

    @Override
    public final Object source() {
        return source;
    }
}
