package io.github.corio.loop.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The live strands of one loop, oldest first: a linked list through the strands themselves. Its lock is held for a few
 * field writes only and never while foreign code runs, so that any thread may take a {@link #snapshot()}.
 */
final class LiveStrands {
    private @Nullable Strand first;
    private @Nullable Strand last;
    private int size;

    synchronized void add(Strand strand) {
        if (strand.live) {
            return;
        }
        strand.live = true;
        Strand tail = last;
        strand.previous = tail;
        if (tail == null) {
            first = strand;
        } else {
            tail.next = strand;
        }
        last = strand;
        size++;
    }

    synchronized void remove(Strand strand) {
        if (!strand.live) {
            return;
        }
        strand.live = false;
        Strand before = strand.previous;
        Strand after = strand.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        strand.previous = null;
        strand.next = null;
        size--;
    }

    synchronized int size() {
        return size;
    }

    synchronized List<Strand> snapshot() {
        List<Strand> all = new ArrayList<>();
        for (Strand strand = first; strand != null; strand = strand.next) {
            all.add(strand);
        }
        return all;
    }
}
