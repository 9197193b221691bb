package io.github.corio;

import io.github.corio.loop.internal.LoopHandle;
import java.util.concurrent.CompletableFuture;

/** A task as a future of the JDK. */
final class TaskCompletableFuture<T> extends CompletableFuture<T> {
    private final Task<T> task;

    private TaskCompletableFuture(Task<T> task) {
        this.task = task;
    }

    /** Starts the task; its outcome comes from its loop. */
    static <T> CompletableFuture<T> of(Task<T> task) {
        TaskCompletableFuture<T> future = new TaskCompletableFuture<>(task);
        task.whenDone(future.new Arrival());
        task.start();
        return future;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean unused = task.cancel();
        return super.cancel(mayInterruptIfRunning);
    }

    private final class Arrival extends LoopHandle {
        Arrival() {
            super(task.context().get());
        }

        @Override
        protected void run() {
            task.observe();
            Outcome<T> outcome = task.outcome();
            if (outcome instanceof Outcome.Success<T> success) {
                complete(success.value());
            } else if (outcome instanceof Outcome.Failure<T> failure) {
                completeExceptionally(failure.error());
            } else {
                TaskCompletableFuture.super.cancel(false);
            }
        }

        @Override
        protected void dropped() { // the thread that waits must not wait for ever
            run();
        }
    }
}
