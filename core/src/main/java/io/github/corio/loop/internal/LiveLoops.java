package io.github.corio.loop.internal;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loops of this JVM that are not closed, for those who look at what runs. A loop that nobody can reach any more is not kept alive.
 *
 * <p>A request has a loop of its own, so an entry has to be cheap: it is one small object in a list, under one of several locks, each held
 * for a few field writes. A loop that is closed takes its entry out. Entries of loops that were collected without that are swept out
 * when a list has grown to twice what the last sweep has left.
 */
public final class LiveLoops {
    private static final int STRIPES =
            Math.min(64, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 4);
    private static final int FIRST_SWEEP = 256;
    private static final LiveLoops[] ALL = new LiveLoops[STRIPES];

    static {
        for (int i = 0; i < STRIPES; i++) {
            ALL[i] = new LiveLoops(i);
        }
    }

    private final int index;
    private @Nullable Entry first;
    private int size;
    private int sweepAt = FIRST_SWEEP;
    private long added;

    private LiveLoops(int index) {
        this.index = index;
    }

    /** From now on {@link #all} has the loop. Any thread. */
    @SuppressWarnings("deprecation") // threadId() is Java 19
    static Entry add(Object loop) {
        LiveLoops stripe = ALL[(int) Thread.currentThread().getId() & (STRIPES - 1)];
        Entry entry = new Entry(loop, stripe);
        stripe.link(entry);
        return entry;
    }

    /** It is closed. Harmless when repeated. Any thread. */
    static void remove(Entry entry) {
        entry.stripe.unlink(entry);
    }

    /** A snapshot, oldest first, as far as that can be said. Any thread. */
    public static List<Object> all() {
        List<Entry> found = new ArrayList<>();
        for (LiveLoops stripe : ALL) {
            stripe.addTo(found);
        }
        found.sort(Comparator.comparingLong(entry -> entry.number));
        List<Object> loops = new ArrayList<>(found.size());
        for (Entry entry : found) {
            Object loop = entry.get();
            if (loop != null) {
                loops.add(loop);
            }
        }
        return loops;
    }

    private synchronized void link(Entry entry) {
        entry.number = ++added * STRIPES + index;
        Entry head = first;
        entry.next = head;
        if (head != null) {
            head.previous = entry;
        }
        first = entry;
        entry.linked = true;
        if (++size >= sweepAt) {
            sweep();
        }
    }

    private synchronized void unlink(Entry entry) {
        if (!entry.linked) {
            return;
        }
        entry.linked = false;
        Entry before = entry.previous;
        Entry after = entry.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        entry.previous = null;
        entry.next = null;
        size--;
    }

    private void sweep() {
        for (Entry entry = first; entry != null; ) {
            Entry after = entry.next;
            if (entry.refersTo(null)) {
                unlink(entry);
            }
            entry = after;
        }
        sweepAt = Math.max(FIRST_SWEEP, 2 * size);
    }

    private synchronized void addTo(List<Entry> entries) {
        for (Entry entry = first; entry != null; entry = entry.next) {
            entries.add(entry);
        }
    }

    /** For tests: how many entries there are, those of loops that were collected among them. */
    static int entries() {
        int entries = 0;
        for (LiveLoops stripe : ALL) {
            synchronized (stripe) {
                entries += stripe.size;
            }
        }
        return entries;
    }

    /** The place of one loop. */
    static final class Entry extends WeakReference<Object> {
        private final LiveLoops stripe;
        /** Of this loop alone in this JVM. Written once, before anybody else knows the entry. */
        long number;

        private @Nullable Entry previous;
        private @Nullable Entry next;
        private boolean linked;

        private Entry(Object loop, LiveLoops stripe) {
            super(loop);
            this.stripe = stripe;
        }
    }
}
