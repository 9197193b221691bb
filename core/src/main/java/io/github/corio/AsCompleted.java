package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * Tasks in the order in which they end, as a cold Flux. {@link #iterate()} is the same for direct style. Immutable and
 * thread-safe.
 *
 * <p>A subscription starts a task for each Mono that is not a task already. If the Monos include tasks, all run on the
 * loop of these tasks. Otherwise they run on the loop in the subscriber's Context, else on a new loop that ends with
 * the subscription. Demand beyond what is requested is buffered.
 *
 * <ul>
 *   <li><b>Suspends:</b> never. {@link AsCompletedIterator#next()} gives Monos that do.
 *   <li><b>Cancellation:</b> ends none of the tasks, and neither does a timeout. Only a new loop cancels and awaits its
 *       tasks. A value of a task that was not requested is then discarded, but that of a future that was given is not.
 *   <li><b>Order:</b> that in which the tasks end.
 *   <li><b>Signals on:</b> the loop. A subscriber that requests later gets the task on its own thread.
 *   <li><b>Errors:</b> those of a task are in the task. A {@link java.util.concurrent.TimeoutException} if the time is
 *       over first.
 *   <li><b>asyncio:</b> {@code asyncio.as_completed}.
 * </ul>
 *
 * @param <T> the type of the tasks' values
 * @since 0.1.0
 */
public final class AsCompleted<T> extends Flux<Task<T>> implements Scannable {
    private final List<Mono<? extends T>> awaitables;
    private final @Nullable Duration timeout;
    /** This Flux as Reactor's assembly hooks have made it; itself if they have not. */
    private final Flux<Task<T>> hooked;

    private AsCompleted(Set<Mono<? extends T>> awaitables, @Nullable Duration timeout) {
        this.awaitables = new ArrayList<>(awaitables);
        this.timeout = timeout;
        this.hooked = onAssembly(this);
    }

    static <T> AsCompleted<T> of(Iterable<? extends Mono<? extends T>> awaitables, @Nullable Duration timeout) {
        Set<Mono<? extends T>> each = new LinkedHashSet<>();
        for (Mono<? extends T> awaitable : Objects.requireNonNull(awaitables, "awaitables")) {
            each.add(Objects.requireNonNull(awaitable, "asCompleted: one of the awaitables is null"));
        }
        return new AsCompleted<>(each, timeout);
    }

    /**
     * Starts a task for each Mono that is not a task already, and gives the tasks in the order in which they end.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Cancellation:</b> of the running task ends none of the tasks.
     *   <li><b>asyncio:</b> {@code for earliest in asyncio.as_completed(...)}.
     * </ul>
     *
     * @return an iterator
     * @throws IllegalStateException if no loop is running here, or one of the futures belongs to another
     */
    public AsCompletedIterator<T> iterate() {
        return new AsCompletedIterator<>(EventLoop.current(), awaitables, timeout);
    }

    @Override
    public void subscribe(CoreSubscriber<? super Task<T>> actual) {
        if (hooked != this) {
            hooked.subscribe(actual);
            return;
        }
        Context context = actual.currentContext();
        EventLoop given = loopOfFutures();
        if (given == null) {
            given = context.<@Nullable EventLoop>getOrDefault(EventLoop.CONTEXT_KEY, null);
        }
        if (given != null) {
            subscribe(actual, context, given, false);
            return;
        }
        EventLoop loop;
        try {
            loop = EventLoop.createFor(context);
        } catch (Throwable refused) { // the Scheduler has no Worker for it, or is none
            Operators.error(actual, Foreign.operatorError(refused, context));
            return;
        }
        subscribe(actual, context, loop, true);
    }

    private void subscribe(CoreSubscriber<? super Task<T>> actual, Context context, EventLoop loop, boolean fresh) {
        Sinks.Many<Task<T>> sink = Sinks.many().unicast().onBackpressureBuffer();
        Emission<T> emission = new Emission<>(loop, timeout, sink, actual, context);
        sink.asFlux()
                .doOnDiscard(Task.class, emission::discard)
                .doFinally(signal -> onLoop(
                        loop,
                        context,
                        () -> {
                            emission.leave();
                            if (fresh) {
                                RemainingTasks.cancelAll(loop, loop::dispose);
                            }
                        },
                        emission::leave))
                .subscribe(new Unthrowing<>(actual, loop));
        onLoop(loop, context, () -> emission.start(awaitables, context), () -> emission.refuse(loop));
    }

    private @Nullable EventLoop loopOfFutures() {
        for (Mono<?> awaitable : awaitables) {
            if (awaitable instanceof AsyncFuture<?> future) {
                return future.loop();
            }
        }
        return null;
    }

    /** Now if the loop runs here, else queued; on a closed loop the other action, on this thread or the one that closes it. */
    private static void onLoop(EventLoop loop, Context context, Runnable action, Runnable closed) {
        if (loop.inLoop()) {
            action.run();
        } else {
            Loops.access(loop).queue(new LoopHandle(context) {
                @Override
                protected void run() {
                    action.run();
                }

                @Override
                protected void dropped() {
                    closed.run();
                }
            });
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.NAME) {
            return toString();
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public String toString() {
        return "asCompleted of " + awaitables.size();
    }

    private static final class Emission<T> extends CompletionTracker<T> {
        private final Sinks.Many<Task<T>> sink;
        private final CoreSubscriber<? super Task<T>> actual;
        private final Context context;
        /** Complete before the first task is emitted, and not changed from then on. */
        private final Set<Task<T>> given = new HashSet<>();

        Emission(
                EventLoop loop,
                @Nullable Duration timeout,
                Sinks.Many<Task<T>> sink,
                CoreSubscriber<? super Task<T>> actual,
                Context context) {
            super(loop, timeout);
            this.sink = sink;
            this.actual = actual;
            this.context = context;
        }

        @Override
        void given(Task<T> task) {
            given.add(task);
        }

        /** Nobody has the task, so what it gives is discarded. From any thread. */
        private void discard(Task<?> task) {
            if (!given.contains(task)) {
                LoopHandle unused = task.follow(done -> done.discardLater(context));
            }
        }

        /** The subscriber gets no more. */
        void leave() {
            List<Task<T>> unfinished = unfinished();
            stop();
            unfinished.forEach(this::discard);
        }

        @Override
        Object taker() {
            return actual;
        }

        void start(List<? extends Mono<? extends T>> awaitables, Context context) {
            try {
                if (begin(awaitables, context) == 0) {
                    allEnded();
                }
            } catch (Throwable e) { // a future of another loop, a closed loop, no room for a task
                Sinks.EmitResult unused = sink.tryEmitError(e);
            }
        }

        void refuse(EventLoop closed) {
            Sinks.EmitResult unused = sink.tryEmitError(new IllegalStateException(
                    "Event loop is closed: asCompleted on " + closed + " from " + Thread.currentThread()
                            + " comes too late. Subscribe while the loop of the tasks is open"));
        }

        @Override
        void ended(Task<T> task) {
            if (sink.tryEmitNext(task).isFailure()) {
                discard(task);
            }
        }

        @Override
        void timedOut(List<Task<T>> unfinished) {
            Sinks.EmitResult unused = sink.tryEmitError(overdue());
            unfinished.forEach(this::discard);
        }

        @Override
        void allEnded() {
            Sinks.EmitResult unused = sink.tryEmitComplete();
        }
    }
}
