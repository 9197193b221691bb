package io.github.corio.loop.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of one carrier: a binary heap by deadline, in order of setting where deadlines are equal. A cancelled alarm
 * leaves it. Deadlines are of {@link System#nanoTime}, less than 146 years ahead.
 */
final class AlarmHeap {
    private @Nullable Alarm[] heap = new Alarm[16];
    private int size;
    private long settings;

    /** Something to do on the carrier's own stack when its time has come. It may be set again, then or before. */
    static final class Alarm {
        private final Runnable action;
        private long deadline;
        private long order;
        private int index = -1;

        Alarm(Runnable action) {
            this.action = action;
        }

        void ring() {
            action.run();
        }

        private boolean before(Alarm other) {
            long difference = deadline - other.deadline;
            return difference < 0 || (difference == 0 && order < other.order);
        }
    }

    int size() {
        return size;
    }

    /** Sets the alarm, or sets it to another time. */
    void set(Alarm alarm, long deadline) {
        if (alarm.index < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            put(size++, alarm);
        }
        alarm.deadline = deadline;
        alarm.order = settings++;
        siftDown(siftUp(alarm.index, alarm), alarm);
    }

    /** Takes the alarm out: true; false if it is not set, or no longer. */
    boolean cancel(Alarm alarm) {
        int index = alarm.index;
        if (index < 0) {
            return false;
        }
        Alarm last = at(--size);
        heap[size] = null;
        alarm.index = -1;
        if (last != alarm) {
            put(index, last);
            siftDown(siftUp(index, last), last);
        }
        return true;
    }

    /** Takes out the first alarm whose time has come; null if there is none. */
    @Nullable
    Alarm pollDue(long now) {
        if (size == 0 || at(0).deadline - now > 0) {
            return null;
        }
        Alarm due = at(0);
        boolean unused = cancel(due);
        return due;
    }

    /** How long it is until the first alarm: not above 0 if it is due, {@link Long#MAX_VALUE} if there is none. */
    long nanosToFirst(long now) {
        return size == 0 ? Long.MAX_VALUE : at(0).deadline - now;
    }

    private int siftUp(int start, Alarm alarm) {
        int index = start;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (!alarm.before(at(parent))) {
                break;
            }
            put(index, at(parent));
            index = parent;
        }
        put(index, alarm);
        return index;
    }

    private void siftDown(int start, Alarm alarm) {
        int index = start;
        for (int child; (child = 2 * index + 1) < size; ) {
            if (child + 1 < size && at(child + 1).before(at(child))) {
                child++;
            }
            if (!at(child).before(alarm)) {
                break;
            }
            put(index, at(child));
            index = child;
        }
        put(index, alarm);
    }

    private void put(int index, Alarm alarm) {
        heap[index] = alarm;
        alarm.index = index;
    }

    private Alarm at(int index) {
        Alarm alarm = heap[index];
        if (alarm == null) {
            throw new AssertionError("No alarm at " + index + " of " + size);
        }
        return alarm;
    }
}
