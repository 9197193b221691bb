package io.github.corio;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Scannable;
import reactor.util.concurrent.Queues;

/**
 * Direct-style iteration over a Publisher, in a coroutine: {@code for (T t : each(flux)) { ... }}.
 *
 * <p>The first step subscribes, with the Context of the task that takes it; the iterator belongs to that task from then on.
 * It requests {@code prefetch} values, and more when three quarters of them have been taken and the next one is asked for;
 * it is never further ahead. With a prefetch of 1 the source is asked for a value when the loop is, not earlier.
 *
 * <p>The source is cancelled by {@link #close()}; when a step ends with an error, a cancel of the task among them; and at the
 * latest when the task ends. Java calls nothing at a {@code break}, so that leaves the source open until the garbage collector
 * finds that nobody can go on with the iteration, as in asyncio. The form for a loop that is left early closes at the brace:
 * {@code try (var values = each(flux)) { for (T t : values) ... }}. Values that are buffered by then are discarded ({@link reactor.core.publisher.Operators#onDiscard}), an error that was not seen goes to
 * {@link reactor.core.publisher.Operators#onErrorDropped}, once.
 *
 * <p>asyncio: an asynchronous iterator and {@code async for}, with {@code contextlib.aclosing} for the close; that waits until
 * the source has cleaned up, where a cancel in Reactor does not.
 *
 * @param <T> the type of the values
 * @since 0.1.0
 */
@SuppressWarnings(
        "IterableAndIterator") // the loop needs the one, single steps the other; there is one position, as in asyncio
public final class AsyncIterator<T> implements Iterable<T>, Iterator<T>, AutoCloseable {
    /** Closes what nobody can go on with. */
    private static final Cleaner FORGOTTEN = Cleaner.create();

    private final Publisher<? extends T> source;
    private final int prefetch;
    private volatile @Nullable IteratorSubscriber<T> pull;
    /** Of the task that iterates. */
    private Cleaner.@Nullable Cleanable forgotten;

    /** Written by whoever closes; meets {@link #pull}: each side writes its own and then reads the other. */
    private volatile boolean closed;

    private AsyncIterator(Publisher<? extends T> source, int prefetch) {
        this.source = source;
        this.prefetch = prefetch;
    }

    static <T> AsyncIterator<T> of(Publisher<? extends T> source) {
        // a generator runs in step with its loop, as in asyncio; anything else may run a little ahead
        return of(source, source instanceof Generator || givesAway(source) ? 1 : Queues.XS_BUFFER_SIZE);
    }

    /** At its head is one that says by a prefetch of 1 that a value which nobody uses is lost, such as a queue. */
    private static boolean givesAway(Publisher<?> source) {
        Object above = source;
        while (above instanceof Scannable publisher) {
            if (publisher.scanUnsafe(Scannable.Attr.PREFETCH) instanceof Integer ahead && ahead == 1) {
                return true;
            }
            above = publisher.scanUnsafe(Scannable.Attr.PARENT);
        }
        return false;
    }

    static <T> AsyncIterator<T> of(Publisher<? extends T> source, int prefetch) {
        Objects.requireNonNull(source, "source");
        if (prefetch < 1) {
            throw new IllegalArgumentException("each(..., " + prefetch + "): at least one value must be asked for");
        }
        return new AsyncIterator<>(source, prefetch);
    }

    /**
     * This iterator. There is only one: a second loop goes on where the first has left.
     *
     * @return this
     */
    @Override
    public Iterator<T> iterator() {
        return this;
    }

    /**
     * Waits for the next value or the end. Suspends only if neither is there already. A cancel of the task cancels the source
     * and is thrown here.
     *
     * @return true if there is a value for {@link #next()}; false at the end, and ever after an error or a close
     * @throws CancelledError if the task is cancelled while it waits; the error of the source comes out as it is, once
     * @throws IllegalStateException outside of a coroutine, and in a task that has not begun this iteration
     */
    @Override
    public boolean hasNext() {
        IteratorSubscriber<T> values = pull;
        if (values == null) {
            if (closed) {
                return false;
            }
            values = open();
        }
        try {
            boolean more = values.hasNext();
            if (!more) {
                ended();
            }
            return more;
        } finally {
            Reference.reachabilityFence(this); // while it waits, and nobody else may know it
        }
    }

    private void ended() {
        Cleaner.Cleanable registered = forgotten;
        if (registered != null) {
            forgotten = null;
            registered.clean();
        }
    }

    private IteratorSubscriber<T> open() {
        TaskHandle task = TaskHandle.current();
        task.checkpoint();
        IteratorSubscriber<T> values = IteratorSubscriber.ahead(task, source, prefetch);
        pull = values;
        forgotten = FORGOTTEN.register(this, new Close(values));
        if (closed) {
            values.dispose();
        } else {
            values.subscribe();
        }
        return values;
    }

    /**
     * Waits for the next value, as {@link #hasNext()} does, and takes it.
     *
     * <p>asyncio: {@code anext}.
     *
     * @return the value
     * @throws NoSuchElementException at the end
     * @throws CancelledError if the task is cancelled while it waits; the error of the source comes out as it is
     */
    @Override
    public T next() {
        IteratorSubscriber<T> values = pull;
        if (values == null && !closed) {
            values = open();
        }
        if (values == null) {
            throw new NoSuchElementException(
                    "There is no next value: the iterator over " + Foreign.text(source) + " was closed");
        }
        try {
            return values.next();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Ends the iteration: cancels the source if it has not ended, discards what is buffered. Never suspends; does not wait for
     * the source. Harmless when repeated. From any thread; from one that does not run the loop it is queued there. A task that
     * waits in {@link #hasNext()} gets false.
     */
    @Override
    public void close() {
        closed = true;
        IteratorSubscriber<T> values = pull;
        if (values != null) {
            values.dispose();
        }
    }

    /** On the thread of the Cleaner: it does not know the iterator, which could not be forgotten otherwise. */
    private record Close(IteratorSubscriber<?> values) implements Runnable {
        @Override
        public void run() {
            if (!values.isDisposed()) {
                values.dispose();
            }
        }
    }

    @Override
    public String toString() {
        return "each(" + Foreign.text(source) + ")";
    }
}
