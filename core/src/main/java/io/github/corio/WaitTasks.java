package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.TimerHandle;
import io.github.corio.loop.internal.LoopHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The coroutine behind {@code waitTasks}: one wait for several futures of one loop. */
final class WaitTasks implements Consumer<AsyncFuture<?>>, Follows {
    private final AsyncFuture<Void> waiter;
    private final ReturnWhen when;
    private @Nullable TimerHandle timer;
    private int pending;

    private WaitTasks(EventLoop loop, ReturnWhen when, int pending, @Nullable Duration timeout) {
        this.waiter = new Waiter(loop, when);
        this.when = when;
        this.pending = pending;
        this.timer = timeout == null ? null : loop.callLater(timeout, this::release);
    }

    static <F extends AsyncFuture<?>> Coroutine<WaitResult<F>> of(
            Iterable<? extends F> futures, ReturnWhen when, @Nullable Duration timeout) {
        Objects.requireNonNull(when, "when");
        Set<F> all = new LinkedHashSet<>();
        futures.forEach(all::add);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("waitTasks of nothing: it would have nothing to wait for");
        }
        EventLoop loop = all.iterator().next().loop();
        all.forEach(future -> EnsureFuture.requireOn(loop, future));
        return Coroutine.of(() -> run(loop, all, when, timeout), "waitTasks", loop);
    }

    private static <F extends AsyncFuture<?>> WaitResult<F> run(
            EventLoop loop, Set<F> futures, ReturnWhen when, @Nullable Duration timeout) {
        futures.forEach(future -> EnsureFuture.requireNotSelf(future, "waitTasks"));
        WaitTasks wait = new WaitTasks(loop, when, futures.size(), timeout);
        List<LoopHandle> followers = new ArrayList<>();
        futures.forEach(future -> followers.add(future.followOnLoop(wait)));
        try {
            wait.waiter.awaitDirect();
        } finally {
            wait.disarm();
            Iterator<LoopHandle> follower = followers.iterator();
            futures.forEach(future -> future.forget(follower.next()));
        }
        return split(futures);
    }

    private static final class Waiter extends AsyncFuture<Void> {
        private final ReturnWhen when;

        Waiter(EventLoop loop, ReturnWhen when) {
            super(loop);
            this.when = when;
        }

        @Override
        String label() {
            return "waitTasks, " + when;
        }
    }

    @Override
    public Object follower() {
        return waiter;
    }

    @Override
    public boolean isNeeded() {
        return pending == 1 || when == ReturnWhen.ALL_COMPLETED;
    }

    /** Called once for each that has ended. */
    @Override
    public void accept(AsyncFuture<?> future) {
        pending--;
        if (pending == 0
                || when == ReturnWhen.FIRST_COMPLETED
                || (when == ReturnWhen.FIRST_EXCEPTION && !future.isCancelled() && future.exception() != null)) {
            disarm();
            release();
        }
    }

    private void release() {
        boolean unused = waiter.complete(new Outcome.Success<>(null));
    }

    private void disarm() {
        TimerHandle armed = timer;
        timer = null;
        if (armed != null) {
            armed.cancel();
        }
    }

    /** Looks only now, when the waiter runs again: more may have ended meanwhile. */
    private static <F extends AsyncFuture<?>> WaitResult<F> split(Set<F> futures) {
        Set<F> done = new LinkedHashSet<>();
        Set<F> pending = new LinkedHashSet<>();
        futures.forEach(future -> (future.isDone() ? done : pending).add(future));
        return new WaitResult<>(Collections.unmodifiableSet(done), Collections.unmodifiableSet(pending));
    }
}
