package io.github.corio.queue;

import java.util.Comparator;
import java.util.Objects;

/**
 * A queue that gives the smallest item first; the order among equal ones is open, and is that of Python's {@code heapq}. The
 * comparator is called with the queue's monitor held: it has to be quick, and must not touch the queue. If it throws, nothing has
 * been put and nothing taken, and whoever asked gets what it threw. Thread-safe.
 *
 * <p>asyncio: {@code asyncio.PriorityQueue}.
 *
 * @param <T> the type of the items
 * @since 0.1.0
 */
public final class AsyncPriorityQueue<T> extends AsyncQueue<T> {
    /**
     * A queue without a bound.
     *
     * @param order what is smaller
     */
    public AsyncPriorityQueue(Comparator<? super T> order) {
        this(0, order);
    }

    /**
     * A queue.
     *
     * @param maxsize how many items it holds at most; no bound if that is zero or negative
     * @param order what is smaller
     */
    public AsyncPriorityQueue(int maxsize, Comparator<? super T> order) {
        super(maxsize, new Heap<>(Objects.requireNonNull(order, "order")));
    }

    /**
     * A queue of items in their natural order.
     *
     * @param maxsize how many items it holds at most; no bound if that is zero or negative
     * @param <T> the type of the items
     * @return a new queue
     */
    public static <T extends Comparable<? super T>> AsyncPriorityQueue<T> naturalOrder(int maxsize) {
        return new AsyncPriorityQueue<>(maxsize, Comparator.naturalOrder());
    }
}
