package io.github.corio.sync.internal;

import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * A first-in-first-out queue of {@link Waiter}s, under every primitive. Internal: public only for the queues' package.
 *
 * <p>A primitive changes its state, and wakes its waiters, inside {@code synchronized (queue.monitor())}; nothing foreign runs
 * there, so it is held for a few field writes. Afterwards it calls {@link #tell()}: waiters that were woken, but for those of
 * the loop that runs here, are told then, coroutines first, in the order in which they were woken. What they do in turn is told
 * by the same loop and not by recursion. A waiter that throws stops no other; one that blocks holds up only what its own thread
 * has woken.
 *
 * <p>Woken and cancelled waiters stay in the queue until they run, as in asyncio, unless they are {@link #takeOut taken out}.
 * Leaving is cheap at any place of the queue.
 *
 * <p>Whoever enters a primitive from outside asks for {@link io.github.corio.loop.internal.StackGuard} first: to suspend, or to release.
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
    public boolean allCancelled() {
        for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
            if (!waiter.isCancelled()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Says whether one who comes now would overtake nobody: all in the queue were cancelled, or have what they wait for and are of
     * other loops, so that their turn is none of its business. Under the monitor.
     */
    public boolean overtakesNobody(Waiter comer) {
        for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
            if (waiter.waiting() || (waiter.woken() && comer.loop == waiter.loop)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Wakes the first that is still waiting, unless one of its own loop stands before it that was cancelled and has not run yet:
     * that one will wake it in its turn, as in asyncio. Nobody waits for the turn of another loop. Under the monitor.
     *
     * @return false if nobody was woken
     */
    public boolean wakeFirst() {
        for (Waiter waiter = candidate; waiter != null; waiter = waiter.next) {
            candidate = waiter;
            if (waiter.waiting() && comesAfterCancelledOfItsLoop(waiter)) {
                return false;
            }
            candidate = waiter.next;
            if (waiter.wake()) {
                woken.add(waiter);
                return true;
            }
        }
        return false;
    }

    private boolean comesAfterCancelledOfItsLoop(Waiter waiter) {
        for (Waiter before = first; waiter.loop != null && before != waiter && before != null; before = before.next) {
            if (before.loop == waiter.loop && before.isCancelled()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Gives to the first that is still waiting what a woken one was given whose task was cancelled before it ran; but not to one of
     * the same loop, which in asyncio comes after that turn. Under the monitor, on the loop of the cancelled one.
     *
     * @param from the one that was cancelled
     * @return true if somebody else has it now
     */
    public boolean passOn(Waiter from) {
        for (Waiter waiter = candidate; from.woken() && waiter != null; waiter = waiter.next) {
            candidate = waiter;
            if (waiter.waiting() && waiter.loop == from.loop) {
                return false;
            }
            candidate = waiter.next;
            if (waiter.wake()) {
                from.revoke();
                if (!from.queued) { // as from was taken out, so is this one
                    remove(waiter);
                }
                woken.add(waiter);
                return true;
            }
        }
        return false;
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
        /** One for each thread that has woken somebody and has not told them all. */
        private @Nullable Telling first;

        void add(Waiter waiter) {
            if (waiter.tellHere()) {
                return;
            }
            Object self = self();
            Telling mine = find(self);
            if (mine == null) {
                mine = new Telling(self, first);
                first = mine;
            }
            mine.add(waiter);
        }

        /** As a subscriber may wait inside of its onNext, it is a matter of the body that it runs on rather than of the thread. */
        private static Object self() {
            LoopHandle running = Loops.running();
            return running == null ? Thread.currentThread() : running;
        }

        private @Nullable Telling find(Object teller) {
            Telling telling = first;
            while (telling != null && telling.teller != teller) {
                telling = telling.next;
            }
            return telling;
        }

        /** What is woken by those who are told is told by the same loop. */
        void tell() {
            Telling mine;
            synchronized (this) {
                mine = find(self());
                if (mine == null || mine.begun) {
                    return;
                }
                mine.begun = true;
            }
            for (Waiter waiter = poll(mine); waiter != null; waiter = poll(mine)) {
                try {
                    waiter.tell();
                } catch (Throwable e) { // the others must not suffer
                    Dropped.error(e, Context.empty());
                }
            }
        }

        private synchronized @Nullable Waiter poll(Telling telling) {
            Waiter next = telling.poll();
            if (next == null) {
                remove(telling);
            }
            return next;
        }

        private void remove(Telling telling) {
            if (first == telling) {
                first = telling.next;
                return;
            }
            Telling before = first;
            while (before != null && before.next != telling) {
                before = before.next;
            }
            if (before != null) {
                before.next = telling.next;
            }
        }
    }

    /**
     * Whom one thread has to tell: first the coroutines, for which that is to be queued, then the subscribers, whose code is foreign
     * and may take its time.
     */
    private static final class Telling {
        private final Object teller;
        private @Nullable Telling next;
        private boolean begun;
        private @Nullable Waiter first;
        private @Nullable Waiter last;
        private @Nullable Waiter lastCoroutine;

        Telling(Object teller, @Nullable Telling next) {
            this.teller = teller;
            this.next = next;
        }

        void add(Waiter waiter) {
            Waiter before = waiter.loop == null ? last : lastCoroutine;
            if (before == null) {
                waiter.toldNext = first;
                first = waiter;
            } else {
                waiter.toldNext = before.toldNext;
                before.toldNext = waiter;
            }
            if (waiter.toldNext == null) {
                last = waiter;
            }
            if (waiter.loop != null) {
                lastCoroutine = waiter;
            }
        }

        @Nullable
        Waiter poll() {
            Waiter head = first;
            if (head != null) {
                first = head.toldNext;
                last = first == null ? null : last;
                lastCoroutine = head == lastCoroutine ? null : lastCoroutine;
                head.toldNext = null;
            }
            return head;
        }
    }
}
