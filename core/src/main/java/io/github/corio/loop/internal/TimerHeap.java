package io.github.corio.loop.internal;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop: a binary heap, stable for equal deadlines, owned by whoever holds the loop's baton.
 *
 * <p>A cancelled timer is dropped when it reaches the top. Only when more than {@value #PURGE_ABOVE} timers are there and
 * more than half of them are cancelled are all cancelled ones removed at once (asyncio's rule). The count that decides
 * this may be raised by a foreign thread while the owner takes that very timer out, so it can be too high by a few until
 * the next purge resets it; it only ever decides when to purge.
 */
final class TimerHeap implements LoopTimer.Holder {
    static final int PURGE_ABOVE = 100;

    private static final LoopTimer[] NONE = {};
    private static final AtomicIntegerFieldUpdater<TimerHeap> CANCELLED =
            AtomicIntegerFieldUpdater.newUpdater(TimerHeap.class, "cancelledCount");

    private final @Nullable TieBreaker ties;
    private LoopTimer[] heap = NONE;
    private int size;
    private long registered;
    private volatile int cancelledCount;

    /** With null, equal deadlines keep the order of registration. */
    TimerHeap(@Nullable TieBreaker ties) {
        this.ties = ties;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(LoopTimer timer) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, Math.max(4, size * 2));
        }
        timer.order = ties == null ? registered : ties.rank(timer, registered);
        registered++;
        timer.heap = this;
        if (timer.cancelled) { // cancelled on its way here, when there was no heap to count it
            countCancelled();
        }
        siftUp(size++, timer);
    }

    /** The earliest timer that is not cancelled; drops the cancelled ones above it. */
    @Nullable
    LoopTimer peek() {
        if (size > PURGE_ABOVE && cancelledCount * 2 > size) {
            purge();
        }
        while (size > 0 && heap[0].cancelled) {
            CANCELLED.decrementAndGet(this);
            removeFirst();
        }
        return size == 0 ? null : heap[0];
    }

    /** Takes out the earliest timer if it is due. */
    @Nullable
    LoopTimer pollDue(long now) {
        LoopTimer first = peek();
        if (first == null || first.deadline > now) {
            return null;
        }
        return removeFirst();
    }

    /** Takes out a timer that was just added. False if it is not here. */
    boolean remove(LoopTimer timer) {
        for (int i = 0; i < size; i++) {
            if (heap[i] == timer) {
                timer.cancel(); // it leaves as every cancelled one does
                return true;
            }
        }
        return false;
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            heap[i].heap = null;
        }
        heap = NONE;
        size = 0;
        cancelledCount = 0;
    }

    @Override
    public void countCancelled() {
        CANCELLED.incrementAndGet(this);
    }

    private LoopTimer removeFirst() {
        LoopTimer first = heap[0];
        first.heap = null;
        LoopTimer last = heap[--size];
        heap[size] = null;
        if (size > 0) {
            siftDown(0, last);
        }
        return first;
    }

    private void purge() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            LoopTimer timer = heap[i];
            if (timer.cancelled) {
                timer.heap = null;
            } else {
                heap[kept++] = timer;
            }
        }
        Arrays.fill(heap, kept, size, null);
        size = kept;
        cancelledCount = 0;
        for (int i = (kept >>> 1) - 1; i >= 0; i--) {
            siftDown(i, heap[i]);
        }
    }

    private void siftUp(int index, LoopTimer timer) {
        int i = index;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!timer.before(heap[parent])) {
                break;
            }
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = timer;
    }

    private void siftDown(int index, LoopTimer timer) {
        int i = index;
        int half = size >>> 1;
        while (i < half) {
            int child = 2 * i + 1;
            if (child + 1 < size && heap[child + 1].before(heap[child])) {
                child++;
            }
            if (!heap[child].before(timer)) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = timer;
    }
}
