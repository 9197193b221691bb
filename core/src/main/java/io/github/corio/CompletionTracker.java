package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.TimerHandle;
import io.github.corio.loop.internal.LoopHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Follows tasks of one loop until all have ended or the time is over, and tells of each in turn. Belongs to the loop. */
abstract class CompletionTracker<T> {
    private final EventLoop loop;
    private final @Nullable Duration timeout;
    /** The tasks that have not ended, with what follows each. */
    private final Map<Task<T>, @Nullable LoopHandle> todo = new LinkedHashMap<>();

    private @Nullable TimerHandle timer;
    private int all;

    CompletionTracker(EventLoop loop, @Nullable Duration timeout) {
        this.loop = loop;
        this.timeout = timeout;
    }

    /** The task is a future that was given, or waits for it: others have its value too. Called before the first has ended. */
    void given(Task<T> task) {}

    abstract void ended(Task<T> task);

    abstract void timedOut(List<Task<T>> unfinished);

    abstract void allEnded();

    final EventLoop loop() {
        return loop;
    }

    /** Starts what is no task yet, and begins to follow. Gives the number of tasks. */
    final int begin(List<? extends Mono<? extends T>> awaitables, Context context) {
        List<Task<T>> begun = new ArrayList<>();
        try {
            for (Mono<? extends T> awaitable : awaitables) {
                Task<T> task = task(awaitable, context);
                todo.put(task, null);
                if (task != awaitable) {
                    begun.add(task);
                }
                if (awaitable instanceof AsyncFuture) {
                    given(task);
                }
            }
            all = todo.size();
            if (all > 0 && timeout != null) {
                timer = loop.callLater(timeout, this::timeIsOver);
            }
        } catch (Throwable refused) { // a future of another loop, say: those before it do not begin either
            todo.clear();
            for (Task<T> task : begun) {
                boolean unused = task.cancel();
            }
            throw refused;
        }
        for (Task<T> task : unfinished()) {
            LoopHandle follower = task.follow(new Tracker());
            if (todo.containsKey(task)) { // not so if the loop is closed: it has ended just now
                todo.put(task, follower);
            }
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

    /** Who gets the next one: a future or a subscriber; null if nobody waits at this moment. */
    @Nullable
    Object taker() {
        return null;
    }

    private final class Tracker implements Consumer<AsyncFuture<T>>, Follows {
        @Override
        public void accept(AsyncFuture<T> done) {
            completed(done);
        }

        @Override
        public @Nullable Object follower() {
            return taker();
        }

        @Override
        public boolean isNeeded() {
            return todo.size() == 1;
        }
    }

    private void completed(AsyncFuture<T> done) {
        Task<T> task = (Task<T>) done;
        if (todo.containsKey(task)) {
            LoopHandle unused = todo.remove(task);
            boolean last = todo.isEmpty();
            if (last) {
                stop();
            }
            ended(task);
            if (last) {
                allEnded();
            }
        }
    }

    private void timeIsOver() {
        List<Task<T>> unfinished = unfinished();
        stop();
        timedOut(unfinished);
    }

    final List<Task<T>> unfinished() {
        return List.copyOf(todo.keySet());
    }

    /** Follows no longer. The tasks go on. */
    final void stop() {
        if (timer != null) {
            timer.cancel();
        }
        todo.forEach((task, follower) -> {
            if (follower != null) {
                task.forget(follower);
            }
        });
        todo.clear();
    }

    final TimeoutException overdue() {
        return new TimeoutException("asCompleted: not all of " + all + " tasks ended within " + Timeout.shown(timeout));
    }
}
