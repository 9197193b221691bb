package io.github.corio.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * The queue of one loop and its baton: what is ready, what is timed, and who may touch either.
 *
 * <p><b>The baton.</b> All plain fields here belong to whoever holds the baton: one thread or fiber at a time.
 *
 * <pre>{@code
 *           submit: CAS          drained, nothing left: set
 *   FREE ----------------> HELD ---------------------------> FREE, then look at the inbox once more
 *     \                     | \
 *      \ stop(): CAS        |  \ stop() seen at the end of a turn: set
 *       +--------> STOPPED <+   \
 *                     |          +--> CLOSED (closed: set; for good), then look at the inbox once more
 *                     +-- runForever: CAS --> HELD
 *
 *   HELD -- dispatch: set --> QUEUED -- the worker begins to drain: CAS --> HELD
 * }</pre>
 *
 * <p>A submitter offers to the {@link #inbox} first and tries FREE to HELD afterwards; a drainer sets FREE first and looks
 * at the inbox afterwards. So one of the two always sees the other, and no handle is left behind. With CLOSED it is the same,
 * but what either finds there is dropped.
 *
 * <p>QUEUED is a HELD that nobody executes yet: the baton is in the queue of the worker. A Scheduler that is disposed of may
 * drop what is in there without a word. Whoever closes the loop then takes the baton out by the same CAS.
 *
 * <p><b>Turns.</b> As in asyncio, a turn runs the handles that were ready when it began; a timer that is due is queued
 * behind them at the beginning of the next turn.
 *
 * <p><b>No memory, no stack.</b> A queue that has to grow may throw. A handle in flight is therefore always in a field ({@link
 * #arriving}, {@link #taken}) before it leaves one place and until it is in the next; whoever comes next goes on from there.
 * Nothing here is called near the end of a stack: whoever enters from outside asks for {@link Headroom} first.
 */
abstract class LoopCore {
    static final int FREE = 0;
    static final int HELD = 1;
    static final int STOPPED = 2;
    static final int CLOSED = 3;
    static final int QUEUED = 4;

    /** How many handles one visit to the worker may run before others on the same worker get their turn. */
    static final int BUDGET = 1024;

    private static final long SLOW_NANOS = Duration.ofMillis(100).toNanos();
    static final @Nullable ThreadLocals THREAD_LOCALS = ThreadLocals.load();
    private static final ThreadLocal<@Nullable LoopCore> RUNNING = new ThreadLocal<>();
    private static final VarHandle BATON;

    static {
        Headroom.toSuspend(); // its class is made now, while there is room
        try {
            BATON = MethodHandles.lookup().findVarHandle(LoopCore.class, "baton", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Scheduler scheduler;
    final Scheduler.Worker worker;
    /** Of a test: decides what runs next. */
    private final @Nullable TieBreaker order;

    final Strands strands = new Strands();
    /** What other threads submit. MPSC: the one consumer is the holder of the baton. */
    private final Queue<Handle> inbox = Queues.<Handle>unboundedMultiproducer().get();

    private final ArrayDeque<Handle> ready = new ArrayDeque<>(4);
    private final TimerHeap timers;
    private final Runnable drainQueued = this::drainQueued;

    private volatile int baton;
    /** Set by {@code stop}; read at the end of a turn. */
    volatile boolean stopping;
    /** Set by {@code dispose}; read at the end of a turn. */
    volatile boolean closing;
    /** Once set, nothing is accepted; the holder of the baton unwinds what is suspended and then sets CLOSED. */
    volatile boolean closed;

    volatile boolean debug = Boolean.getBoolean("corio.debug");

    /** The handle that runs now; null while the engine itself or nobody runs. */
    @Nullable
    Handle running;
    /** Taken from {@link #ready}, not yet run. */
    @Nullable
    Handle taken;
    /** Handles left to run before others on the worker get their turn. */
    int budget;
    /** The thread that lent itself to the drain and waits for the loop to be idle, if there is one. */
    @Nullable
    Parker idle;

    /** Taken from {@link #inbox}, not yet in its place. */
    private @Nullable Handle arriving;
    /** Handles left in this turn. */
    private int remaining;

    private boolean inTurn;
    /** The timer armed at the Scheduler. */
    private @Nullable Alarm alarm;
    /** The latest deadline the Scheduler has fired for: time has come at least that far, whatever the clock's grain. */
    private volatile long floor = Long.MIN_VALUE;

    private ThreadLocals.@Nullable Scope scope;
    private long entered;
    /** Debug mode: the thread {@link #running} is on. */
    volatile @Nullable Thread runner;

    LoopCore(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.worker = scheduler.createWorker();
        this.order = worker instanceof TieBreaker ties ? ties : null;
        this.timers = new TimerHeap(order);
    }

    /** Runs what is ready, on a thread of the worker, which has the baton. Gives the baton back or away. */
    abstract void drain();

    /** Tells the exception handler that a handle has thrown. Must not throw. */
    abstract void report(Handle handle, Throwable error);

    /** Begins to close the loop, for the holder of the baton: what is suspended is all that is left to run. */
    abstract void unwind();

    /**
     * Called before the baton becomes STOPPED or CLOSED; what it gives is run afterwards. In between, somebody may run the loop
     * again, who must not be told of this end.
     */
    abstract Runnable halting();

    abstract void slow(Handle handle, long nanos);

    /** Called before a body is told that the loop is closed, each time: at first where it waited, then where it wants to. */
    abstract void refused();

    // ---- who runs here ----

    static @Nullable LoopCore current() {
        return RUNNING.get();
    }

    /** The current thread runs this loop from now on, or, with null, the one it ran before: none. */
    static void current(@Nullable LoopCore loop) {
        if (loop == null) {
            RUNNING.remove();
        } else {
            RUNNING.set(loop);
        }
    }

    /** From now on the handle runs: it is what {@code running} says, with its ThreadLocals, and it is in flight no more. */
    final void enter(Handle handle) {
        taken = null;
        running = handle;
        if (THREAD_LOCALS != null) {
            scope = THREAD_LOCALS.open(handle.context());
        }
        if (debug) {
            entered = System.nanoTime();
            runner = Thread.currentThread();
        } else {
            entered = 0;
        }
    }

    /** The strand could not leave and runs on; what had been taken to run in its place stays next. */
    final void enterAgain(Strand strand) {
        running = strand; // first, and without a call: there may be no stack left for one
        Handle inFlight = taken;
        enter(strand);
        taken = inFlight;
    }

    /** There is no stack for this strand to start on. */
    final void failStart(Strand strand, Throwable reason) {
        Strand starter = strand.starter;
        strand.starter = null;
        enter(strand);
        try {
            strand.startFailed(reason);
        } catch (Throwable error) {
            report(strand, error);
        } finally {
            leave();
        }
        strand.cancel();
        strands.remove(strand);
        taken = starter; // an eager start fails into the one that asked for it
    }

    /** Puts a handle that is still in flight back to the front of the queue. */
    final void putBack() {
        Handle inFlight = taken;
        if (inFlight != null) {
            ready.addFirst(inFlight);
            remaining++;
            taken = null;
        }
    }

    final void leave() {
        Handle left = running;
        running = null;
        if (debug && left != null && entered != 0) {
            runner = null;
            if (System.nanoTime() - entered > SLOW_NANOS) {
                slow(left, System.nanoTime() - entered);
            }
        }
        if (THREAD_LOCALS != null && scope != null) {
            scope.close();
            scope = null;
        }
    }

    /** Runs a handle to its end. Whatever it throws, the loop goes on. */
    final void call(Handle handle) {
        enter(handle);
        try {
            handle.run();
        } catch (Throwable error) {
            report(handle, error);
        } finally {
            leave();
        }
    }

    /** The Context for a callback registered now: that of whoever runs, if it is on this loop. */
    final Context capture() {
        LoopCore here = current();
        Handle registrar = here == null ? null : here.running;
        return registrar == null ? Context.empty() : registrar.context();
    }

    // ---- submitting ----

    /** Queues a handle, from any thread. False if the loop is closed. */
    final boolean enqueue(Handle handle) {
        if (enqueueHere(handle)) {
            return true;
        }
        if (closed) {
            return false;
        }
        inbox.offer(handle);
        if (takeIfFree()) {
            dispatch();
        } else if (baton == CLOSED) {
            dropLate();
        }
        return true;
    }

    /** Queues a handle, if the current thread runs this loop and it is not closed. */
    final boolean enqueueHere(Handle handle) {
        if (current() != this || closed) {
            return false;
        }
        admitArrivals(); // what came from elsewhere before this call stays before it
        ready.add(handle);
        return true;
    }

    /** True if whoever runs here would be next again, were it queued: for the holder of the baton. */
    final boolean alone() {
        return remaining == 0
                && budget > 0
                && ready.isEmpty()
                && timers.isEmpty()
                && taken == null
                && arriving == null
                && inbox.isEmpty()
                && order == null
                && !(stopping || closing || closed || debug);
    }

    /** Registers a timer, from any thread. False if the loop is closed. */
    final boolean schedule(TimerHandle timer) {
        if (current() == this && !closed) {
            timers.add(timer);
            return true;
        }
        return enqueue(timer); // the holder of the baton puts it into the heap
    }

    final boolean takeIfFree() {
        return baton == FREE && BATON.compareAndSet(this, FREE, HELD);
    }

    final boolean takeIfStopped() {
        return baton == STOPPED && BATON.compareAndSet(this, STOPPED, HELD);
    }

    /** Stops a loop that nobody drains at this moment. */
    final boolean stopIfFree() {
        return BATON.compareAndSet(this, FREE, STOPPED);
    }

    /** Takes the baton unless somebody makes use of it, or the Scheduler is about to. */
    final boolean takeIfIdle() {
        return takeIfFree() || takeIfStopped() || (scheduler.isDisposed() && BATON.compareAndSet(this, QUEUED, HELD));
    }

    final boolean held() {
        int now = baton;
        return now == HELD || now == QUEUED;
    }

    /** Makes the worker drain. The caller has the baton, and has it no longer when this returns. */
    final void dispatch() {
        baton = QUEUED;
        try {
            worker.schedule(drainQueued);
        } catch (RejectedExecutionException e) {
            if (closed) { // only what is suspended is left, and that must come to its end
                Thread closing = new Thread(drainQueued, "corio-closing");
                closing.setDaemon(true);
                closing.start();
                return;
            }
            baton = FREE;
            throw new RejectedExecutionException(
                    "The Scheduler of " + this + " takes no more work: was it disposed?", e);
        }
    }

    private void drainQueued() {
        if (BATON.compareAndSet(this, QUEUED, HELD)) { // else it was taken out of the queue, see takeIfIdle
            drain();
        }
    }

    final long now() {
        return Math.max(scheduler.now(TimeUnit.NANOSECONDS), floor);
    }

    // ---- draining: the caller has the baton ----

    /** Takes the next handle of this turn, or of a new one; null if there is nothing to run now. */
    final @Nullable Handle next() {
        Handle handle = taken;
        if (handle != null) {
            return handle;
        }
        for (; ; ) {
            while (remaining > 0 && !ready.isEmpty()) {
                handle = order == null ? ready.poll() : choose(order);
                if (handle == null) {
                    budget = 0; // others on the worker first
                    return null;
                }
                remaining--;
                if (!handle.cancelled) {
                    taken = handle;
                    budget--;
                    return handle;
                }
            }
            remaining = 0;
            if (inTurn && (stopping || closing)) {
                return null;
            }
            inTurn = true;
            admitArrivals();
            if (!timers.isEmpty()) {
                admitDueTimers();
            }
            remaining = ready.size();
            if (remaining == 0) {
                return null;
            }
        }
    }

    /** What a test wants to run next; null if that is not of this loop. A choice from beyond this turn counts for it. */
    private @Nullable Handle choose(TieBreaker chooser) {
        Handle first = ready.peek();
        int index = closed ? 0 : chooser.next(ready, first instanceof TimerHandle timer ? timer.order : Long.MIN_VALUE);
        if (index <= 0) {
            return index == 0 ? ready.poll() : null;
        }
        Iterator<Handle> all = ready.iterator();
        Handle chosen = all.next();
        for (int i = 0; i < index; i++) {
            chosen = all.next();
        }
        all.remove();
        return chosen;
    }

    /**
     * Gives the baton back, after {@link #next} gave null.
     *
     * @return false if something came in meanwhile: the caller still has the baton
     */
    final boolean release() {
        if (closing && !closed) {
            unwind();
            if (remaining > 0) {
                return false;
            }
        }
        Parker waiting = idle;
        idle = null;
        if (closed || (inTurn && stopping)) {
            inTurn = false;
            stopping = false;
            disarm();
            Runnable tellTheDrivers = halting();
            boolean forGood = closed; // asked before: once it is STOPPED, somebody else may close it
            baton = forGood ? CLOSED : STOPPED;
            if (forGood) {
                dropLate(); // meets a submitter who did not see that it was about to be closed
            }
            tellTheDrivers.run();
        } else {
            inTurn = false;
            arm();
            baton = FREE; // meets the CAS of a submitter, see above
            if (!inbox.isEmpty() && BATON.compareAndSet(this, FREE, HELD)) {
                idle = waiting;
                return false;
            }
        }
        if (waiting != null) {
            waiting.grant();
        }
        return true;
    }

    /** Lets a thread go that waits for this loop to be idle, because the loop will need that thread. */
    final void dismissIdle() {
        Parker waiting = idle;
        idle = null;
        if (waiting != null) {
            waiting.grant();
        }
    }

    /** Makes the worker go on, after others on it; a thread of it that waits here for the loop to be idle is let go for that. */
    final void yieldToWorker() {
        Parker waiting = idle;
        idle = null;
        dispatch(); // first, so that whoever is let go finds it
        if (waiting != null) {
            waiting.grant();
        }
    }

    /** Forgets everything that was queued, and tells it so. Only the given handles are left to run. */
    final void clear(Iterable<? extends Handle> last) {
        admitArrivals();
        List<Handle> queued = List.copyOf(ready);
        ready.clear();
        timers.clear();
        taken = null;
        for (Handle handle : queued) {
            if (!(handle instanceof Strand) && !handle.cancelled) {
                drop(handle);
            }
        }
        for (Handle handle : last) {
            ready.add(handle);
        }
        remaining = ready.size();
    }

    /** The loop is closed: the handle will not run. */
    final void drop(Handle handle) {
        try {
            handle.dropped();
        } catch (Throwable error) {
            report(handle, error);
        }
    }

    /** The loop is closed: the strand, which has no stack, will not run. */
    final void dropUnstarted(Strand strand) {
        strands.remove(strand);
        drop(strand);
        strand.cancel();
    }

    /** Drops what has come in since the loop was closed. Nobody has the baton any more: the lock stands for it. */
    private void dropLate() {
        for (; ; ) {
            Handle late;
            synchronized (inbox) {
                late = inbox.poll();
            }
            if (late == null) {
                return;
            }
            if (late.cancelled) {
                continue;
            }
            if (late instanceof Strand strand) {
                dropUnstarted(strand);
            } else {
                drop(late);
            }
        }
    }

    private void admitArrivals() {
        if (arriving == null && inbox.isEmpty()) {
            return;
        }
        for (; ; ) {
            Handle handle = arriving;
            if (handle == null) {
                handle = inbox.poll();
                if (handle == null) {
                    return;
                }
                arriving = handle;
            }
            if (handle instanceof Alarm fired) {
                floor = Math.max(floor, fired.deadline);
                if (alarm == fired) {
                    alarm = null;
                }
            } else if (handle instanceof TimerHandle timer) {
                timers.add(timer);
            } else {
                ready.add(handle);
            }
            arriving = null;
        }
    }

    private void admitDueTimers() {
        long now = now();
        for (TimerHandle due = timers.pollDue(now); due != null; due = timers.pollDue(now)) {
            ready.add(due);
        }
    }

    // ---- the one timer armed at the Scheduler ----

    private void arm() {
        TimerHandle first = timers.peek();
        if (first == null) {
            disarm();
            return;
        }
        Alarm armed = alarm;
        if (armed != null && armed.deadline <= first.deadline) {
            return; // it may come early, for a timer cancelled since: then the next one is armed
        }
        disarm();
        Alarm later = new Alarm(first.deadline);
        alarm = later;
        long delay = Math.max(0, first.deadline - now());
        try {
            later.task = worker.schedule(() -> fire(later, this::drain), delay, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            if (e == Exceptions.failWithRejectedNotTimeCapable()) { // an Executor: it has threads, but no time
                later.task =
                        Schedulers.parallel().schedule(() -> fire(later, this::dispatch), delay, TimeUnit.NANOSECONDS);
            } else {
                alarm = null;
                report(first, e);
            }
        }
    }

    private void fire(Alarm due, Runnable drainer) {
        inbox.offer(due);
        if (takeIfFree()) {
            drainer.run();
        }
    }

    private void disarm() {
        Alarm armed = alarm;
        if (armed != null) {
            alarm = null;
            Disposable task = armed.task;
            if (task != null) {
                task.dispose();
            }
        }
    }

    /** The Scheduler's message that a deadline has come. It only ever passes through the inbox. */
    static final class Alarm extends Handle {
        final long deadline;

        @Nullable
        Disposable task;

        Alarm(long deadline) {
            super(Context.empty());
            this.deadline = deadline;
        }

        @Override
        protected void run() {}
    }
}
