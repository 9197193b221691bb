package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.TimerHandle;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Follows tasks of one loop until all have ended or the time is over, and tells of each in turn. Belongs to the loop. */
abstract class Completions<T> {
    private final EventLoop loop;
    private final @Nullable Duration timeout;
    private final Set<Task<T>> todo = new LinkedHashSet<>();
    private final Consumer<AsyncFuture<T>> onDone = this::completed;
    private @Nullable TimerHandle timer;
    private int all;

    Completions(EventLoop loop, @Nullable Duration timeout) {
        this.loop = loop;
        this.timeout = timeout;
    }

    abstract void ended(Task<T> task);

    abstract void timedOut(int unfinished);

    abstract void allEnded();

    final EventLoop loop() {
        return loop;
    }

    /** Starts what is no task yet, and begins to follow. Gives the number of tasks. */
    final int begin(List<? extends Mono<? extends T>> awaitables, Context context) {
        for (Mono<? extends T> awaitable : awaitables) {
            todo.add(task(awaitable, context));
        }
        for (Task<T> task : todo) {
            task.addDoneCallback(onDone);
        }
        all = todo.size();
        if (all > 0 && timeout != null) {
            timer = loop.callLater(timeout, this::timeIsOver);
        }
        return all;
    }

    /** A task is itself; a future that is none gets one that waits for it. */
    @SuppressWarnings("unchecked")
    private Task<T> task(Mono<? extends T> awaitable, Context context) {
        if (awaitable instanceof AsyncFuture<?> future) {
            EnsureFuture.requireOn(loop, future);
            EnsureFuture.requireNotSelf(future, "asCompleted");
            if (future instanceof Task<?> task) {
                return (Task<T>) task;
            }
        }
        return EnsureFuture.task(awaitable, loop, AsyncContext.of(context));
    }

    private void completed(AsyncFuture<T> done) {
        if (todo.remove(done)) {
            ended((Task<T>) done);
            if (todo.isEmpty()) {
                stop();
                allEnded();
            }
        }
    }

    private void timeIsOver() {
        int unfinished = todo.size();
        stop();
        timedOut(unfinished);
    }

    /** Follows no longer. The tasks go on. */
    final void stop() {
        if (timer != null) {
            timer.cancel();
        }
        for (Task<T> task : todo) {
            int unused = task.removeDoneCallback(onDone);
        }
        todo.clear();
    }

    final TimeoutException overdue() {
        return new TimeoutException(
                "asCompleted: not all of " + all + " tasks ended within " + TimeoutBlock.shown(timeout));
    }
}
