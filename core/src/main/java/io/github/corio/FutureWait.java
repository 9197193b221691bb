package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.SuspendableHandle;
import org.jspecify.annotations.Nullable;

/** A task waits for a future of its own loop. */
final class FutureWait<T> extends Wait<T> {
    private final Completable<T> future;
    private final TaskHandle waiter;
    /** Set if the future, of a class that is not ours, has thrown at its cancel: the task does not wait for it any more. */
    private @Nullable CancelledError left;

    FutureWait(Completable<T> future, TaskHandle waiter) {
        this.future = future;
        this.waiter = waiter;
    }

    @Override
    public boolean ready() {
        return left != null || future.ended() != null;
    }

    @Override
    public void wake(SuspendableHandle task) {
        future.whenDone(task);
    }

    @Override
    public boolean cancel(@Nullable String message) {
        if (left != null) {
            return false;
        }
        try {
            return future.cancel(message);
        } catch (CancelCycleException circle) {
            throw circle;
        } catch (Throwable e) {
            if (future.ended() != null) { // it has come so far: that wakes the task
                Foreign.dropError(e, waiter.context(), waiter.loop);
                return future.ended() instanceof Outcome.Cancelled;
            }
            left = new CancelledError(message);
            abandon();
            Loops.access(waiter.loop).resume(waiter);
            Foreign.dropError(e, waiter.context(), waiter.loop);
            return true;
        }
    }

    @Override
    public boolean isCancelled() {
        return left != null
                || future.ended() instanceof Outcome.Cancelled<?>
                || (future.ended() instanceof Outcome.Failure<?> failure && failure.error() instanceof CancelledError);
    }

    @Override
    @Nullable
    public T take() {
        if (left != null) {
            throw left;
        }
        if (future.ended() instanceof Outcome.Failure<T> failure && waiter.thread() != null) {
            future.showAwait(failure.error(), waiter);
        }
        return future.result();
    }

    @Override
    public void abandon() {
        future.observe();
        future.forget(waiter);
        future.abandoned(waiter.context());
    }

    @Override
    public Object source() {
        return future;
    }
}
