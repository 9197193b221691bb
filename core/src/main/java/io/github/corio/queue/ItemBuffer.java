package io.github.corio.queue;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The items in a queue, in its order. Belongs to that queue's monitor. */
interface ItemBuffer<T> {
    void add(T item);

    /** The next item, null if there is none. */
    @Nullable
    T poll();

    /** An item that was polled is the next one again. It is there also if this throws. */
    void putBack(T item);

    int size();

    void clear();

    /** First in, first out. */
    class Fifo<T> implements ItemBuffer<T> {
        final ArrayDeque<T> items = new ArrayDeque<>(4);

        @Override
        public void add(T item) {
            items.addLast(item);
        }

        @Override
        public @Nullable T poll() {
            return items.pollFirst();
        }

        @Override
        public final void putBack(T item) {
            items.addFirst(item);
        }

        @Override
        public final int size() {
            return items.size();
        }

        @Override
        public final void clear() {
            items.clear();
        }
    }

    /** Newest first. */
    final class Lifo<T> extends Fifo<T> {
        @Override
        public void add(T item) {
            items.addFirst(item);
        }
    }
}
