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
 * <p>The first step subscribes, with the Context of the task that takes it. From then on the iterator belongs to that
 * task. It requests {@code prefetch} values. When three quarters of them have been taken and the task asks for the
 * next, it requests more. It is never further ahead. With a prefetch of 1 the source is asked for a value when the loop
 * asks, not earlier.
 *
 * <p>A {@code break} calls nothing in Java. It leaves the source open until the garbage collector finds the iterator,
 * as in asyncio. For a loop that is left early, write {@code try (var values = each(flux)) { for (T t : values) ... }},
 * which closes at the brace.
 *
 * <ul>
 *   <li><b>Suspends:</b> each step whose value is not there does. {@link #close()} never does.
 *   <li><b>Cancellation:</b> {@link #close()} cancels the source. So does a step that ends with an error or with a
 *       cancel of the task, and at the latest the end of the task. Buffered values are discarded ({@link
 *       reactor.core.publisher.Operators#onDiscard}).
 *   <li><b>Order:</b> that of the source.
 *   <li><b>Errors:</b> those of the source are thrown at the step, as they are. An error that no step has thrown goes
 *       to {@link reactor.core.publisher.Operators#onErrorDropped}, a single time.
 *   <li><b>asyncio:</b> an asynchronous iterator and {@code async for}, with {@code contextlib.aclosing} for the close.
 *       Python's close waits until the source has cleaned up. A cancel in Reactor does not wait.
 * </ul>
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
     * Gives this iterator. A second loop goes on where the first has stopped.
     *
     * @return this
     */
    @Override
    public Iterator<T> iterator() {
        return this;
    }

    /**
     * Waits for the next value or the end.
     *
     * <ul>
     *   <li><b>Suspends:</b> only if neither is there already.
     *   <li><b>Cancellation:</b> of the task cancels the source, and is thrown here.
     *   <li><b>Errors:</b> that of the source, as it is, a single time.
     *   <li><b>asyncio:</b> the step of an {@code async for}.
     * </ul>
     *
     * @return true if there is a value for {@link #next()}, false at the end, and from then on after an error or a
     *     close
     * @throws CancelledError if the task is cancelled while it waits. The error of the source is thrown as it is, a
     *     single time
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
     * <ul>
     *   <li><b>asyncio:</b> {@code anext}.
     * </ul>
     *
     * @return the value
     * @throws NoSuchElementException at the end
     * @throws CancelledError if the task is cancelled while it waits. The error of the source is thrown as it is
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
     * Ends the iteration: it cancels the source if that has not ended, and discards the buffered values. It does not
     * wait for the source. Harmless when repeated. Any thread may call it. From a thread that does not run the loop,
     * the close is queued there. A task that waits in {@link #hasNext()} gets false.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>asyncio:</b> {@code aclose}, which waits for the source.
     * </ul>
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
