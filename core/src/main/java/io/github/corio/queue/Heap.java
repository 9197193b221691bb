package io.github.corio.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import org.jspecify.annotations.Nullable;

/**
 * Smallest first: Python's {@code heapq}, step for step, so that equal items come in the same order. But it compares first and moves
 * afterwards, so that a comparator that throws leaves everything as it was. The JDK's heap and CPython's both lose an item then.
 */
final class Heap<T> implements ItemBuffer<T> {
    private final Comparator<? super T> order;
    private final ArrayList<T> heap = new ArrayList<>(4);
    /** Those that were put back while the comparator threw. They are next, before all others. */
    private final ArrayDeque<T> unordered = new ArrayDeque<>(1);
    /** Counts the changes, to find a comparator that makes some itself. */
    private int changes;

    Heap(Comparator<? super T> order) {
        this.order = order;
    }

    @Override
    public void add(T item) {
        int before = changes;
        int end = heap.size();
        int place = end;
        while (place > 0 && smaller(item, heap.get(parent(place)))) {
            place = parent(place);
        }
        change(before);
        heap.add(item);
        for (int at = end; at > place; at = parent(at)) {
            heap.set(at, heap.get(parent(at)));
        }
        heap.set(place, item);
    }

    @Override
    public @Nullable T poll() {
        T next = unordered.pollFirst();
        return next != null || heap.isEmpty() ? next : pollHeap();
    }

    private T pollHeap() {
        int before = changes;
        int end = heap.size() - 1;
        T last = heap.get(end);
        int place = leafOfTheSmaller(end);
        while (place > 0 && smaller(last, heap.get(place))) {
            place = parent(place);
        }
        change(before);
        T smallest = heap.get(0);
        heap.remove(end);
        if (end > 0) {
            replace(place, last);
        }
        return smallest;
    }

    /** Where one gets from the root by going to the smaller child each time. */
    private int leafOfTheSmaller(int end) {
        int at = 0;
        while (at < end >> 1) {
            int child = 2 * at + 1;
            at = child + 1 < end && !smaller(heap.get(child), heap.get(child + 1)) ? child + 1 : child;
        }
        return at;
    }

    /** Puts an item at a place. What was there, and all above it, go to their parent's place, and the root is gone. */
    private void replace(int place, T item) {
        T displaced = heap.set(place, item);
        for (int at = place; at > 0; at = parent(at)) {
            displaced = heap.set(parent(at), displaced);
        }
    }

    private static int parent(int place) {
        return (place - 1) >> 1;
    }

    private boolean smaller(T one, T other) {
        return order.compare(one, other) < 0;
    }

    private void change(int before) {
        if (changes != before) {
            throw new ConcurrentModificationException("The comparator has changed the queue that it orders");
        }
        changes++;
    }

    @Override
    public void putBack(T item) {
        try {
            add(item);
        } catch (Throwable e) {
            unordered.addFirst(item);
            throw e;
        }
    }

    @Override
    public int size() {
        return heap.size() + unordered.size();
    }

    @Override
    public void clear() {
        changes++;
        heap.clear();
        unordered.clear();
    }
}
