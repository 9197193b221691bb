package io.github.corio.loop.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * What one loop has to run, turn by turn. As in asyncio, a turn runs the handles that were ready when it began. A timer that is due
 * is queued behind them at the beginning of the next turn, and so is what came from other threads.
 *
 * <p>All of it belongs to the holder of the baton, but for {@link #offer}, which any thread may call.
 *
 * <p><b>No memory.</b> A queue that has to grow may throw. A handle in flight is therefore always in a field ({@link #arriving},
 * {@link #taken}) before it leaves one place and until it is in the next. The next call goes on from there.
 */
final class TurnQueue {
    /** What other threads submit. MPSC: the one consumer is the holder of the baton. */
    private final Queue<LoopHandle> inbox =
            Queues.<LoopHandle>unboundedMultiproducer().get();

    private final ArrayDeque<LoopHandle> ready = new ArrayDeque<>(4);
    private final TimerHeap timers;
    /** Of a test: decides what runs next. */
    private final @Nullable TieBreaker order;
    /** Taken from {@link #inbox}, not yet in its place. */
    private @Nullable LoopHandle arriving;
    /** Taken from {@link #ready}, not yet run. */
    @Nullable
    LoopHandle taken;
    /** Handles left in this turn. */
    private int remaining;

    /** For a {@link Tracer}: the turn that has begun last, since its loop was idle. */
    @Nullable
    Ready cycle;

    private boolean othersFirst;
    private boolean ending;
    /** A turn was begun since the last {@link #idle}. */
    private boolean inTurn;

    TurnQueue(@Nullable TieBreaker ties) {
        this.timers = new TimerHeap(ties);
        this.order = ties;
    }

    // ---- any thread ----

    void offer(LoopHandle handle) {
        if (order != null) {
            order.arrives(handle);
        }
        inbox.offer(handle);
    }

    /** For any thread that has to know whether the holder of the baton has missed something. */
    boolean hasArrivals() {
        return !inbox.isEmpty();
    }

    // ---- the holder of the baton ----

    void add(LoopHandle handle) {
        admit(); // what came from elsewhere before this call stays before it
        ready.add(handle);
    }

    void add(LoopTimer timer) {
        timers.add(timer);
    }

    /** The earliest timer that is not cancelled. */
    @Nullable
    LoopTimer firstTimer() {
        return timers.peek();
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    boolean hasTimers() {
        return !timers.isEmpty();
    }

    /** True if there is nothing at all: neither ready, nor timed, nor on its way. */
    boolean isEmpty() {
        return remaining == 0
                && order == null
                && ready.isEmpty()
                && timers.isEmpty()
                && taken == null
                && arriving == null
                && inbox.isEmpty();
    }

    /** Takes the next handle of this turn; null at its end. It stays in {@link #taken} until it runs. */
    @Nullable
    LoopHandle next() {
        LoopHandle handle = taken;
        if (handle != null) {
            return handle;
        }
        othersFirst = false;
        while (remaining > 0 && !ready.isEmpty()) {
            handle = order == null ? ready.poll() : choose(order);
            if (handle == null) {
                othersFirst = true;
                return null;
            }
            remaining--;
            if (!handle.cancelled) {
                taken = handle;
                return handle;
            }
        }
        remaining = 0;
        return null;
    }

    /** What a test wants to run next; null if that is not of this loop. A choice from beyond this turn counts for it. */
    private @Nullable LoopHandle choose(TieBreaker chooser) {
        LoopHandle first = ready.peek();
        int index = ending ? 0 : chooser.next(ready, first instanceof LoopTimer timer ? timer.order : Long.MIN_VALUE);
        if (index <= 0) {
            return index == 0 ? ready.poll() : null;
        }
        Iterator<LoopHandle> all = ready.iterator();
        LoopHandle chosen = all.next();
        for (int i = 0; i < index; i++) {
            chosen = all.next();
        }
        all.remove();
        return chosen;
    }

    /** True if {@link #next} has given null because a test wants others on the Scheduler to run first. */
    boolean othersFirst() {
        return othersFirst;
    }

    boolean inTurn() {
        return inTurn;
    }

    /** Begins a turn with what is ready by then. False if that is nothing. */
    boolean beginTurn() {
        inTurn = true;
        remaining = ready.size();
        return remaining > 0;
    }

    /** The loop gives its baton back: the next turn is the first one of another visit. */
    void idle() {
        inTurn = false;
        cycle = null;
    }

    /** Puts what is due behind what is ready. */
    void admitDue(long now) {
        for (LoopTimer due = timers.pollDue(now); due != null; due = timers.pollDue(now)) {
            if (Tracing.on()) {
                Tracing.due(due, now - due.deadline, cycle);
            }
            ready.add(due);
        }
    }

    /** Puts what other threads have submitted behind what is ready, and timers in their place. */
    void admit() {
        if (arriving == null && inbox.isEmpty()) {
            return;
        }
        for (; ; ) {
            LoopHandle handle = arriving;
            if (handle == null) {
                handle = inbox.poll();
                if (handle == null) {
                    return;
                }
                arriving = handle;
            }
            if (handle instanceof Alarm alarm) {
                alarm.arrive();
            } else if (handle instanceof LoopTimer timer) {
                if (!timer.cancelled) {
                    timers.add(timer);
                }
            } else {
                ready.add(handle);
            }
            arriving = null;
        }
    }

    /** Puts a handle that is still in flight back to the front of the queue. */
    void putBack() {
        LoopHandle inFlight = taken;
        if (inFlight != null) {
            ready.addFirst(inFlight);
            remaining++;
            taken = null;
        }
    }

    /** Takes out what was submitted last, because it was not accepted in the end. False if it is not here any more. */
    boolean takeBack(LoopHandle refused) {
        admit();
        if (refused instanceof LoopTimer timer) {
            return timers.remove(timer);
        }
        // identity: an equals(...) may be anything
        return ready.removeIf(handle -> handle == refused);
    }

    /**
     * Forgets everything, and puts these in its place: they are all that is left to run.
     *
     * @return what was forgotten
     */
    List<LoopHandle> replace(List<? extends LoopHandle> last) {
        ending = true;
        admit();
        List<LoopHandle> forgotten = new ArrayList<>(ready);
        ready.clear();
        timers.clear();
        taken = null;
        ready.addAll(last);
        remaining = ready.size();
        return forgotten;
    }

    /** What came in when the loop was closed already. Nobody has the baton any more: the lock stands for it. */
    @Nullable
    LoopHandle pollLate() {
        synchronized (inbox) {
            return inbox.poll();
        }
    }
}
