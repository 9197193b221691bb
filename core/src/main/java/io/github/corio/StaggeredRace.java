package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * The coroutine behind {@code staggeredRace}. Each candidate runs in a task, which first waits for the one before to fail or
 * for the delay, and starts the next task before its own candidate.
 */
final class StaggeredRace<T> {
    private final EventLoop loop = EventLoop.current();
    private final Task<?> self = (Task<?>) TaskHandle.current().task();
    private final Iterator<? extends Mono<? extends T>> candidates;
    private final @Nullable Duration delay;
    private final Set<Task<Void>> running = new LinkedHashSet<>();
    private final List<@Nullable Throwable> exceptions = new ArrayList<>();
    /** What is no failure of a candidate: an error that the JVM may not survive, or one of the iterator. */
    private @Nullable Throwable broken;

    private @Nullable AsyncFuture<Void> onCompleted;
    private boolean cancelledFromElsewhere;
    private @Nullable T winnerResult;
    private @Nullable Integer winnerIndex;
    /** It has won by a future that was given. */
    private boolean winnerIsOthers;

    private StaggeredRace(Iterator<? extends Mono<? extends T>> candidates, @Nullable Duration delay) {
        this.candidates = candidates;
        this.delay = delay;
    }

    /** The race, told as data: that nobody won is no error. */
    static <T> Coroutine<StaggeredResult<T>> of(
            Iterable<? extends Mono<? extends T>> candidates, @Nullable Duration delay) {
        Objects.requireNonNull(candidates, "candidates");
        return Coroutine.of(() -> new StaggeredRace<T>(candidates.iterator(), delay).run());
    }

    /** The value of the winner. */
    static <T> Coroutine<T> winner(Iterable<? extends Mono<? extends T>> candidates, @Nullable Duration delay) {
        Coroutine<StaggeredResult<T>> race = of(candidates, delay);
        return Coroutine.of(() -> {
            StaggeredResult<T> result = Objects.requireNonNull(race.awaitDirect());
            if (result.winnerIndex() != null) {
                return result.winnerResult();
            }
            if (result.exceptions().isEmpty()) {
                throw new NoSuchElementException("staggeredRace: there was no candidate");
            }
            throw new ExceptionGroup("no candidate of a staggeredRace has won", result.exceptions());
        });
    }

    private StaggeredResult<T> run() {
        begin(null);
        try {
            waitForAllAndThrow();
        } catch (Throwable e) {
            discard(winnerResult, winnerIsOthers);
            throw e;
        }
        return new StaggeredResult<>(winnerResult, winnerIndex, Collections.unmodifiableList(exceptions));
    }

    private void waitForAllAndThrow() {
        CancelledError cancelled = waitForAll();
        if (broken != null) {
            throw Unchecked.raise(broken);
        }
        if (cancelled != null) {
            throw cancelled;
        }
    }

    /** A value that nobody will have. That of a future that was given belongs to others too. */
    private void discard(@Nullable T value, boolean others) {
        if (!others) {
            Foreign.discard(value, TaskHandle.current().context(), loop);
        }
    }

    /** No task is left running when the race is over, even if the wait for them is cancelled. */
    private @Nullable CancelledError waitForAll() {
        CancelledError cancelled = null;
        while (!running.isEmpty()) {
            AsyncFuture<Void> allEnded = new AllEnded();
            onCompleted = allEnded;
            try {
                allEnded.awaitDirect();
            } catch (CancelledError e) {
                cancelled = e;
                if (!cancelledFromElsewhere) {
                    cancelAllBut(null, e.getMessage());
                }
                cancelledFromElsewhere = false;
            } finally {
                onCompleted = null;
            }
        }
        return cancelled;
    }

    private void cancelAllBut(@Nullable Object spared, @Nullable String message) {
        Cancels.sweep(() -> {
            for (Task<Void> task : List.copyOf(running)) {
                if (task != spared) {
                    cancel(task, message);
                }
            }
        });
    }

    private void cancel(Task<Void> task, @Nullable String message) {
        try {
            boolean unused = self.ending() ? task.end(message) : task.cancel(message);
        } catch (Throwable e) { // one that waits for itself, or no stack: the others are cancelled all the same
            loop.callExceptionHandler(new ExceptionContext("A candidate of a race could not be cancelled", e, task));
        }
    }

    /** A cancel from another thread reaches the candidates at once, of which one may be running. */
    private final class AllEnded extends AsyncFuture<Void> {
        AllEnded() {
            super(loop);
        }

        @Override
        public boolean cancel(@Nullable String message) {
            boolean news = super.cancel(message);
            if (news && Loops.access(loop).urgent().running()) {
                cancelledFromElsewhere = true;
                cancelAllBut(null, message);
            }
            return news;
        }

        @Override
        Collection<? extends AsyncFuture<?>> waitsForAll() {
            return running;
        }

        @Override
        String label() {
            return "the end of a staggeredRace";
        }
    }

    private void begin(@Nullable AsyncFuture<Void> previousFailed) {
        Coroutine<Void> one = Coroutine.ofAction(() -> runOne(previousFailed));
        Task<Void> task = EnsureFuture.task(one, loop, AsyncContext.copy());
        running.add(task);
        task.addLoopCallback(new Candidate());
    }

    private final class Candidate implements Consumer<AsyncFuture<Void>>, Follows {
        @Override
        public void accept(AsyncFuture<Void> task) {
            ended(task);
        }

        @Override
        public Object follower() {
            AsyncFuture<Void> end = onCompleted;
            return end == null ? self : end;
        }
    }

    private void ended(AsyncFuture<Void> task) {
        running.remove(task);
        Throwable error = task.isCancelled() ? null : task.exception();
        if (error != null) {
            broken = broken == null ? error : broken;
            cancelAllBut(null, null);
        }
        if (onCompleted != null && running.isEmpty()) {
            boolean unused = onCompleted.complete(new Outcome.Success<>(null));
        }
    }

    private void runOne(@Nullable AsyncFuture<Void> previousFailed) {
        if (previousFailed != null) {
            awaitFailureOrDelay(previousFailed);
        }
        if (!candidates.hasNext()) {
            return;
        }
        Mono<? extends T> candidate = candidates.next();
        AsyncFuture<Void> failed = new AsyncFuture<>(loop);
        begin(failed);
        int index = exceptions.size();
        exceptions.add(null);
        T value;
        try {
            if (candidate == self) {
                throw new IllegalStateException("staggeredRace, in " + self
                        + ", cannot wait for that task itself: it would never end. Leave it out");
            }
            value = AwaitSubscriber.await(candidate);
        } catch (Throwable e) {
            if (Exceptions.isJvmFatal(e)) {
                throw Unchecked.raise(e);
            }
            exceptions.set(index, e);
            boolean unused = failed.complete(new Outcome.Success<>(null));
            return;
        }
        win(index, value, candidate instanceof AsyncFuture);
    }

    private void awaitFailureOrDelay(AsyncFuture<Void> previousFailed) {
        try {
            WaitFor.run(previousFailed, delay);
        } catch (Throwable e) {
            if (!(e instanceof TimeoutException)) {
                throw Unchecked.raise(e);
            }
        }
    }

    /** A loser that did not heed its cancel, and has a value too, comes too late. */
    private void win(int index, @Nullable T value, boolean others) {
        if (winnerIndex == null) {
            winnerIndex = index;
            winnerResult = value;
            winnerIsOthers = others;
            cancelAllBut(TaskHandle.current().task(), null);
        } else {
            discard(value, others);
        }
    }
}
