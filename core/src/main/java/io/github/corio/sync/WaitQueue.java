package io.github.corio.sync;

import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * A first-in-first-out queue of {@link Waiter}s, under every primitive. Internal: public only for the queues' package.
 *
 * <p>A primitive changes its state, and wakes its waiters, inside {@code synchronized (queue.monitor())}; nothing foreign runs
 * there, so it is held for a few field writes. Afterwards it calls {@link #tell()}: waiters that were woken, but for those of
 * the loop that runs here, are told then, in the order in which they were woken, by one thread at a time. What they do in
 * turn is told by the same loop and not by recursion.
 *
 * <p>Woken and cancelled waiters stay in the queue until they run, as in asyncio, unless they are {@link #takeOut taken out}.
 * Leaving is cheap at any place of the queue.
 *
 * <p>Whoever enters a primitive from outside asks for {@link io.github.corio.loop.Headroom} first: to suspend, or to release.
 *
 * @since 0.1.0
 */
public final class WaitQueue {
    private final Woken woken;
    private @Nullable Waiter first;
    private @Nullable Waiter last;
    /** No waiter before this one is still waiting, so that looking for the next one to wake is cheap as well. */
    private @Nullable Waiter candidate;

    private int size;

    /** A queue with a monitor of its own. */
    public WaitQueue() {
        this.woken = new Woken();
    }

    /**
     * A further queue of the same primitive.
     *
     * @param sibling the one whose monitor it shares
     */
    public WaitQueue(WaitQueue sibling) {
        this.woken = sibling.woken;
    }

    /**
     * What guards the state of the primitive and all its queues.
     *
     * @return the monitor
     */
    public Object monitor() {
        return woken;
    }

    /** Tells those who were woken. Called outside of the monitor, after each section that may have woken somebody. */
    public void tell() {
        if (woken.first != null) { // not null for certain, if it was this thread that woke somebody
            woken.tell();
        }
    }

    // ---- under the monitor ----

    /**
     * Puts a waiter at the end. Under the monitor.
     *
     * @param waiter a new one
     */
    public void add(Waiter waiter) {
        waiter.queued = true;
        Waiter tail = last;
        waiter.previous = tail;
        if (tail == null) {
            first = waiter;
        } else {
            tail.next = waiter;
        }
        last = waiter;
        if (candidate == null) {
            candidate = waiter;
        }
        size++;
    }

    /**
     * Takes a waiter out, wherever it stands. Harmless when repeated. Under the monitor.
     *
     * @param waiter one of this queue
     */
    public void remove(Waiter waiter) {
        if (!waiter.queued) {
            return;
        }
        waiter.queued = false;
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
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
        if (candidate == waiter) {
            candidate = after;
        }
        waiter.previous = null;
        waiter.next = null;
        size--;
    }

    /**
     * How many there are, woken and cancelled ones that have not run yet among them. Under the monitor.
     *
     * @return the number
     */
    public int size() {
        return size;
    }

    /** True if nobody is in the queue who may go on: it is empty, or all were cancelled. Under the monitor. */
    boolean allCancelled() {
        for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
            if (!waiter.cancelled()) {
                return false;
            }
        }
        return true;
    }

    /** Wakes the first, if it is still waiting. Under the monitor. */
    void wakeFirst() {
        Waiter head = first;
        if (head != null && head.wake()) {
            woken.add(head);
        }
    }

    /**
     * Wakes the first that is still waiting. Under the monitor.
     *
     * @return false if there is none
     */
    public boolean wakeNext() {
        for (Waiter waiter = candidate; waiter != null; waiter = waiter.next) {
            candidate = waiter.next;
            if (waiter.wake()) {
                woken.add(waiter);
                return true;
            }
        }
        return false;
    }

    /** Wakes all. Under the monitor. */
    public void wakeAll() {
        boolean more;
        do {
            more = wakeNext();
        } while (more);
    }

    /**
     * Wakes the first that is still waiting and takes it out, with all before it. Under the monitor.
     *
     * @return false if there is none
     */
    public boolean takeOut() {
        for (Waiter head = first; head != null; head = first) {
            remove(head);
            if (head.wake()) {
                woken.add(head);
                return true;
            }
        }
        return false;
    }

    /** The monitor of a primitive, and in it those who were woken and not told yet. */
    private static final class Woken {
        private @Nullable Waiter first;
        private @Nullable Waiter last;
        /** True while a thread tells: others leave theirs to it. */
        private boolean telling;

        void add(Waiter waiter) {
            if (waiter.tellHere()) {
                return;
            }
            Waiter tail = last;
            if (tail == null) {
                first = waiter;
            } else {
                tail.toldNext = waiter;
            }
            last = waiter;
        }

        void tell() {
            synchronized (this) {
                if (telling) {
                    return;
                }
                telling = true;
            }
            Throwable failure = null;
            for (Waiter waiter = poll(); waiter != null; waiter = poll()) {
                try {
                    waiter.tell();
                } catch (Throwable e) { // a subscriber must not throw; the others must not suffer
                    failure = failure == null ? e : Exceptions.addSuppressed(failure, e);
                }
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw Exceptions.propagate(failure);
            }
        }

        private synchronized @Nullable Waiter poll() {
            Waiter head = first;
            if (head == null) {
                telling = false;
                return null;
            }
            first = head.toldNext;
            if (first == null) {
                last = null;
            }
            head.toldNext = null;
            return head;
        }
    }
}
