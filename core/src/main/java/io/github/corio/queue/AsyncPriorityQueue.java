package io.github.corio.queue;

import java.util.Comparator;
import java.util.Objects;

/**
 * A queue that gives the smallest item first. The order among equal items is that of Python's {@code heapq}, and open.
 * The comparator is called with the queue's monitor held: it has to be quick, and must not touch the queue. If it
 * throws, no item has been put or taken, and the caller gets its error. Thread-safe.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.PriorityQueue}.
 * </ul>
 *
 * @param <T> the type of the items
 * @since 0.1.0
 */
public final class AsyncPriorityQueue<T> extends AsyncQueue<T> {
    /**
     * Makes a queue without a bound.
     *
     * @param order what is smaller
     */
    public AsyncPriorityQueue(Comparator<? super T> order) {
        this(0, order);
    }

    /**
     * Makes a queue with a bound.
     *
     * @param maxsize how many items it holds at most, zero or negative for no bound
     * @param order what is smaller
     */
    public AsyncPriorityQueue(int maxsize, Comparator<? super T> order) {
        super(maxsize, new Heap<>(Objects.requireNonNull(order, "order")));
    }

    /**
     * Makes a queue of items in their natural order.
     *
     * @param maxsize how many items it holds at most, zero or negative for no bound
     * @param <T> the type of the items
     * @return a new queue
     */
    public static <T extends Comparable<? super T>> AsyncPriorityQueue<T> naturalOrder(int maxsize) {
        return new AsyncPriorityQueue<>(maxsize, Comparator.naturalOrder());
    }
}
