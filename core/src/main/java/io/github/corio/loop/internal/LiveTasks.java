package io.github.corio.loop.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The live handles of one loop, oldest first: a linked list through the handles themselves. Its lock is held for a few
 * field writes only and never while foreign code runs, so that any thread may take a {@link #snapshot()}.
 */
final class LiveTasks {
    private @Nullable SuspendableHandle first;
    private @Nullable SuspendableHandle last;
    private int size;

    synchronized void add(SuspendableHandle handle) {
        if (handle.live) {
            return;
        }
        handle.live = true;
        SuspendableHandle tail = last;
        handle.previous = tail;
        if (tail == null) {
            first = handle;
        } else {
            tail.next = handle;
        }
        last = handle;
        size++;
    }

    synchronized void remove(SuspendableHandle handle) {
        if (!handle.live) {
            return;
        }
        handle.live = false;
        SuspendableHandle before = handle.previous;
        SuspendableHandle after = handle.next;
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
        handle.previous = null;
        handle.next = null;
        size--;
    }

    synchronized int size() {
        return size;
    }

    synchronized List<SuspendableHandle> snapshot() {
        List<SuspendableHandle> all = new ArrayList<>();
        for (SuspendableHandle handle = first; handle != null; handle = handle.next) {
            all.add(handle);
        }
        return all;
    }
}
