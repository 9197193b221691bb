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
 * <p>Belongs to the loop it was made on. Leaving it in the middle is harmless, and it can be gone on with later.
 *
 * <p>asyncio: the iterator that {@code asyncio.as_completed} returns, for both of its ways of iterating.
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
     * The next task that ends. Counts as taken at once, even if it is awaited later; several may be awaited at the same time, and
     * get the tasks in the order in which they have begun to wait. Its Mono suspends unless one has ended already. A cancel
     * leaves the task for the next who asks.
     *
     * @return a Mono to be awaited once; a {@link TimeoutException} if the time is over first
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
        void timedOut(int unfinished) {
            for (int i = 0; i < unfinished; i++) {
                offer(TIMED_OUT);
            }
        }

        @Override
        void allEnded() {}
    }
}
