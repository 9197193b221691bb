package io.github.corio;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Tasks in the order in which they end, one by one, for direct style:
 *
 * <pre>{@code
 *   AsCompletedIterator<T> ended = asCompleted(monos).iterate();
 *   while (ended.hasNext()) {
 *       Task<T> task = await(ended.next());
 *       ...
 *   }
 * }</pre>
 *
 * <p>It belongs to the loop on which it was made. You may stop in the middle, and go on later.
 *
 * <ul>
 *   <li><b>Suspends:</b> an await of a Mono that {@link #next()} has given does, unless a task has ended already.
 *   <li><b>Cancellation:</b> of the awaiting task ends no task, and leaves the ended task to another await. The call of
 *       {@link #next()} counts all the same, as in asyncio.
 *   <li><b>Order:</b> that in which the tasks end. Several that wait get the tasks in the order in which they began to
 *       wait.
 *   <li><b>Errors:</b> those of a task are in the task. A {@link TimeoutException} if the time is over first.
 *   <li><b>asyncio:</b> the iterator that {@code asyncio.as_completed} returns, for both of its ways of iterating.
 * </ul>
 *
 * @param <T> the type of the tasks' values
 * @since 0.1.0
 */
public final class AsCompletedIterator<T> {
    private final Tracked tracked;
    /** What has ended and was not taken; {@link #TIMED_OUT} for each that had not when the time was over. */
    private final ArrayDeque<Object> ended = new ArrayDeque<>();

    private final ArrayDeque<AsyncFuture<Void>> takers = new ArrayDeque<>();
    private int left;

    private static final Object TIMED_OUT = new Object();

    AsCompletedIterator(EventLoop loop, List<? extends Mono<? extends T>> awaitables, @Nullable Duration timeout) {
        this.tracked = new Tracked(loop, timeout);
        this.left = tracked.begin(awaitables, AsyncContext.now());
    }

    /**
     * Says whether there are more. Never suspends.
     *
     * @return true if {@link #next} may be called
     */
    public boolean hasNext() {
        return left > 0;
    }

    /**
     * Gives a Mono of the next task that ends. This call counts as the taking, also if you await the Mono later.
     *
     * <ul>
     *   <li><b>Suspends:</b> the call never does. An await of the Mono does, unless a task has ended already.
     *   <li><b>Cancellation:</b> leaves the ended task to another await. The call counts all the same, as in asyncio.
     *   <li><b>Order:</b> if several await at the same time, they get the tasks in the order in which they began to
     *       wait.
     *   <li><b>Errors:</b> a {@link TimeoutException} if the time is over first.
     *   <li><b>asyncio:</b> {@code next} and {@code anext} on that iterator.
     * </ul>
     *
     * @return a Mono to be awaited once
     * @throws NoSuchElementException if there are no more
     */
    @CheckReturnValue
    public Mono<Task<T>> next() {
        if (left == 0) {
            throw new NoSuchElementException("as many tasks were taken as there are");
        }
        left--;
        return Coroutine.of(this::take);
    }

    @SuppressWarnings("unchecked")
    private Task<T> take() {
        while (ended.isEmpty()) {
            awaitOne();
        }
        Object next = ended.remove();
        if (next == TIMED_OUT) {
            throw Unchecked.raise(tracked.overdue());
        }
        return (Task<T>) next;
    }

    private void awaitOne() {
        AsyncFuture<Void> taker = new Taker(tracked.loop());
        takers.add(taker);
        try {
            taker.awaitDirect();
        } catch (Throwable e) {
            boolean woken = !taker.cancel() && !taker.isCancelled();
            takers.remove(taker);
            if (woken && !ended.isEmpty()) {
                wakeTaker();
            }
            throw e;
        }
    }

    private void offer(Object next) {
        ended.add(next);
        wakeTaker();
    }

    private void wakeTaker() {
        for (AsyncFuture<Void> taker = takers.poll(); taker != null; taker = takers.poll()) {
            if (taker.complete(new Outcome.Success<>(null))) {
                return;
            }
        }
    }

    private static final class Taker extends AsyncFuture<Void> {
        Taker(EventLoop loop) {
            super(loop);
        }

        @Override
        String label() {
            return "the next of asCompleted";
        }
    }

    private final class Tracked extends CompletionTracker<T> {
        Tracked(EventLoop loop, @Nullable Duration timeout) {
            super(loop, timeout);
        }

        @Override
        @Nullable
        Object taker() {
            return takers.peek();
        }

        @Override
        void ended(Task<T> task) {
            offer(task);
        }

        @Override
        void timedOut(List<Task<T>> unfinished) {
            unfinished.forEach(task -> offer(TIMED_OUT));
        }

        @Override
        void allEnded() {}
    }
}
