package io.github.corio.loop.internal;

import io.github.corio.loop.ThreadLocalPropagator;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * What runs one loop. It ties together the {@link Lifecycle} (who has the baton), the {@link TurnQueue} (what is next) and the
 * {@link Dispatcher} (which thread, and when), and it runs handles, one at a time.
 *
 * <p>All plain fields belong to the holder of the baton. A submitter offers to the queue first and tries to take the baton
 * afterwards. The holder gives the baton back first and looks for arrivals afterwards. So one of the two always sees the other, and no handle
 * is left behind. With a closed loop it is the same, but what either finds there is dropped.
 *
 * <p><b>Others' code.</b> The engine commits its own state, wakes who waits, and then calls code of others: a handle, the exception
 * handler, the Scheduler, ThreadLocals. Each such call is guarded, and what it throws goes to the owner of the call: who submitted, else
 * the exception handler. Nothing but the JVM's own end stops a loop in the middle.
 *
 * <p>Nothing here is called near the end of a stack: who enters from outside asks for {@link StackGuard} first.
 */
public final class Engine implements Loop, LoopWatch.Runs {
    /** How many handles one visit to the Scheduler may run before others there get their turn. */
    static final int BUDGET = 1024;

    private static final long SLOW_NANOS = Duration.ofMillis(100).toNanos();
    static final @Nullable ThreadLocalPropagator THREAD_LOCALS = ThreadLocalPropagator.load();
    private static final boolean DEBUG = Boolean.getBoolean("corio.debug");

    static {
        StackGuard.toSuspend(); // its class is made now, while there is room
        boolean unused = Tracing.on(); // likewise
    }

    /** What users see of the loop. */
    public final Object face;

    final Lifecycle life = new Lifecycle();
    final TurnQueue turns;
    public final Reporter reporter = new Reporter();
    final Unobserved unobserved = new Unobserved(reporter);
    final Drivers drivers = new Drivers(life);
    final LiveTasks live = new LiveTasks();
    final Dispatcher dispatcher;
    final Ending ending;
    private final Fibers<Engine> fibers;

    public volatile boolean debug = DEBUG;
    /** False if nobody is going to read where tasks wait and were created. */
    volatile boolean sites = true;

    /** The handle that runs now; null while the engine itself or nobody runs. */
    @Nullable
    public LoopHandle running;
    /** Handles left to run before others on the Scheduler get their turn. */
    int budget;
    /** The thread that lent itself to the drain and waits for the loop to be idle, if there is one. */
    @Nullable
    Parker idle;

    private Rescue.@Nullable Watch watch;
    /** Its place among the loops that are not closed. */
    LiveLoops.@Nullable Entry entry;

    private ThreadLocalPropagator.@Nullable Scope scope;
    private long entered;
    /** The fiber that was last to drive the loop without a body: a virtual thread can be found in no other way. Read by dumps only. */
    @Nullable
    Thread driver;

    /** The eager first steps that are under way. */
    private @Nullable Eager eager;
    /** For a {@link Tracer}: what runs now. */
    @Nullable
    Turn turn;
    /** Debug mode: the thread {@link #running} is on. */
    volatile @Nullable Thread runner;

    Engine(Object face, Port port, Fibers<Engine> fibers) {
        this.face = face;
        this.turns = new TurnQueue(port.ties());
        this.dispatcher = new Dispatcher(this, turns, reporter, port);
        this.ending = new Ending(life, turns, live, reporter);
        this.fibers = fibers;
    }

    // ---- who runs here ----

    public static @Nullable Engine current() {
        return (Engine) Loop.current();
    }

    /** The Context for a callback registered now: that of what runs here, if it is on this loop. */
    public static Context capture() {
        Engine here = current();
        LoopHandle registrar = here == null ? null : here.running;
        return registrar == null ? Context.empty() : registrar.context();
    }

    // ---- submitting ----

    /** Who submits, and what becomes of a handle that the Scheduler has no thread for. */
    public enum Demand {
        /** Somebody asks for it and gets the Scheduler's refusal: nothing is queued then. */
        ASKED,
        /** It must not be lost: it is tried again until the Scheduler takes it. */
        OWED
    }

    /** Queues a handle, from any thread. False if the loop is closed. */
    public boolean enqueue(LoopHandle handle, Demand demand) {
        return enqueue(handle, demand, current());
    }

    /** The same, for who has looked which loop the current thread runs. */
    boolean enqueue(LoopHandle handle, Demand demand, @Nullable Engine here) {
        if (!life.accepts()) {
            return false;
        }
        if (Tracing.on()) {
            Tracing.queued(handle, here == null ? Ready.byThread() : here.cause());
        }
        if (here == this) {
            turns.add(handle);
            return true;
        }
        turns.offer(handle);
        if (life.take()) {
            passOn(handle, demand);
        } else if (life.isClosed()) {
            ending.dropLate();
        }
        return true;
    }

    /** Queues a handle, if the current thread runs this loop and it is not closed. */
    boolean enqueueHere(LoopHandle handle) {
        if (current() != this || !life.accepts()) {
            return false;
        }
        if (Tracing.on()) {
            Tracing.queued(handle, cause());
        }
        turns.add(handle);
        return true;
    }

    /** For a {@link Tracer}: what runs here makes something ready. */
    private Ready cause() {
        Turn now = turn;
        return Ready.by(running, now == null ? null : now.ready);
    }

    /** Registers a timer, from any thread. False if the loop is closed. */
    public boolean schedule(LoopTimer timer) {
        if (current() == this && life.accepts()) {
            turns.add(timer);
            return true;
        }
        return enqueue(timer, Demand.ASKED); // the holder of the baton puts it into the heap
    }

    /** The submitter has taken the baton for this handle, and asks the Scheduler for a thread. */
    private void passOn(LoopHandle handle, Demand demand) {
        Throwable no = dispatcher.dispatch();
        if (no == null) {
            return;
        }
        if (demand == Demand.OWED || no == Dispatcher.INLINE || !turns.takeBack(handle)) {
            dispatcher.insist(no);
            return;
        }
        if (turns.hasReady()
                || dispatcher.gone()
                || !release()) { // others have relied on this submitter, or have to be told
            dispatcher.insist(no);
        }
        throw dispatcher.refusal(no);
    }

    /** True if what runs here would be next again, were it queued: for the holder of the baton. */
    boolean alone() {
        return budget > 0 && turns.isEmpty() && !life.isAsked() && !debug;
    }

    // ---- running handles: the caller has the baton ----

    /** Takes the next handle of this turn, or of a new one; null if there is nothing to run now. */
    @Nullable
    LoopHandle next() {
        for (; ; ) {
            LoopHandle handle = turns.next();
            if (handle != null) {
                budget--;
                return handle;
            }
            if (turns.othersFirst()) {
                budget = 0;
                return null;
            }
            if (turns.inTurn() && life.isAsked()) {
                return null;
            }
            turns.admit();
            if (turns.hasTimers()) {
                turns.admitDue(dispatcher.now());
            }
            turns.cycle = Tracing.on() ? Tracing.cycle() : null;
            if (!turns.beginTurn()) {
                return null;
            }
        }
    }

    /** Runs a handle to its end. Whatever it throws, the loop goes on. */
    void call(LoopHandle handle) {
        try {
            enter(handle);
        } catch (Throwable refused) {
            fail(handle, refused);
            return;
        }
        try {
            handle.run();
        } catch (Throwable error) {
            reporter.report(handle, error);
        } finally {
            leave();
        }
    }

    /** The handle cannot run: what it needs on this thread is not to be had. */
    void fail(LoopHandle handle, Throwable reason) {
        turns.taken = null;
        running = handle;
        try {
            handle.failed(reason);
        } catch (Throwable error) {
            reporter.report(handle, error);
        } finally {
            leave();
        }
    }

    /**
     * From now on the handle runs: it is what {@code running} says, with its ThreadLocals, and it is in flight no more. What an accessor of a
     * ThreadLocal throws comes out of here, when all of that is done.
     */
    void enter(LoopHandle handle) {
        turns.taken = null;
        running = handle;
        if (debug || LoopWatch.ALWAYS) {
            entered = System.nanoTime();
            runner = Thread.currentThread();
        } else {
            entered = 0;
        }
        if (handle.ready != null || Tracing.on()) {
            turn = Tracing.begin(face, handle);
        }
        if (THREAD_LOCALS != null && !handle.inner()) {
            scope = THREAD_LOCALS.open(handle.context());
        }
    }

    /** The handle could not leave and runs on; what had been taken to run in its place stays next. */
    void enterAgain(SuspendableHandle suspendable) {
        running = suspendable; // first, and without a call: there may be no stack left for one
        LoopHandle inFlight = turns.taken;
        try {
            enter(suspendable);
        } finally {
            turns.taken = inFlight;
        }
    }

    void leave() {
        LoopHandle left = running;
        ThreadLocalPropagator.Scope open = scope;
        Turn over = turn;
        long since = entered;
        running = null;
        turn = null;
        scope = null;
        entered = 0;
        if (since != 0) {
            runner = null;
        }
        if (left == null) {
            return;
        }
        if (open != null) {
            try {
                open.close();
            } catch (Throwable error) {
                reporter.report(left, error);
            }
        }
        if (over != null) {
            Tracing.end(over);
        }
        if (since != 0 && System.nanoTime() - since > SLOW_NANOS) {
            reporter.warnOfSlow(left, System.nanoTime() - since);
        }
    }

    // ---- draining ----

    /** Callbacks are run here, bodies on fibers. */
    @Override
    public void drain() {
        Loop before = Loop.current();
        Loop.current(this);
        budget = BUDGET;
        dispatcher.arrived();
        try {
            while (!step()) {}
        } finally {
            Loop.current(before);
        }
    }

    /** True if the baton is away. */
    private boolean step() {
        LoopHandle handle;
        try {
            handle = budget > 0 || turns.taken != null ? next() : null;
        } catch (Throwable e) {
            dispatcher.tryLater(e);
            return true;
        }
        if (handle == null) {
            return budget > 0 ? release() : yieldToOthers();
        }
        if (handle instanceof SuspendableHandle suspendable && suspendable.stackful) {
            return handOver(suspendable);
        }
        call(handle);
        return false;
    }

    /** Gives the baton to the handle's stack, which may have to be found. False if there is none. */
    private boolean handOver(SuspendableHandle suspendable) {
        SuspendableHandle.Stack stack = suspendable.stack;
        Parker here;
        try {
            here = Schedulers.isInNonBlockingThread() ? null : new Parker();
            if (stack == null) {
                stack = fibers.free(this);
            }
        } catch (Throwable e) { // no thread to be had
            failStart(suspendable, e);
            return false;
        }
        idle = here;
        stack.takeBaton();
        if (here != null) {
            here.await(); // so that virtual time never runs ahead of the code
        }
        return true;
    }

    /** The first step of a handle is to run now, before the one that asks for it goes on. */
    void startsNow(SuspendableHandle child, SuspendableHandle starter) {
        eager = new Eager(child, starter, eager);
    }

    boolean isInEagerStep(SuspendableHandle suspendable) {
        Eager innermost = eager;
        return innermost != null && innermost.child == suspendable;
    }

    /** The first step of an eager handle is over: the one to go back to; null for any other handle. */
    @Nullable
    SuspendableHandle takeStarter(SuspendableHandle suspendable) {
        Eager innermost = eager;
        if (innermost == null || innermost.child != suspendable) {
            return null;
        }
        eager = innermost.outer;
        return innermost.starter;
    }

    /** One in another: whoever is started eagerly in an eager first step comes back there. */
    private record Eager(
            SuspendableHandle child,
            SuspendableHandle starter,
            @Nullable Eager outer) {}

    /** There is no stack for this handle to start on. */
    void failStart(SuspendableHandle suspendable, Throwable reason) {
        SuspendableHandle starter = takeStarter(suspendable);
        fail(suspendable, reason);
        suspendable.cancel();
        live.remove(suspendable);
        turns.taken = starter; // an eager start fails into the one that asked for it
    }

    /**
     * The budget is spent: others on the Scheduler have their turn before this loop goes on. A thread that waits here for the loop to be
     * idle is let go for that.
     *
     * @return false if the Scheduler did not take the loop: it goes on where it is
     */
    boolean yieldToOthers() {
        Parker waiting = idle;
        idle = null;
        Throwable no = dispatcher.dispatch();
        if (no == null) {
            grant(waiting);
            return true;
        }
        idle = waiting;
        budget = BUDGET;
        dispatcher.reportRefusal(no);
        return false;
    }

    /** The Scheduler has the baton from now on. A thread that waits here for the loop to be idle is let go: it may be the one that is needed. */
    void passToScheduler() {
        Parker waiting = idle;
        idle = null;
        dispatcher.dispatchOwed();
        grant(waiting);
    }

    /**
     * Gives the baton back, after {@link #next} gave null.
     *
     * @return false if something came in meanwhile: the caller still has the baton
     */
    boolean release() {
        for (; ; ) {
            if (life.isClosing()) {
                if (life.accepts() && beginToEnd()) {
                    return false;
                }
                Parker waiting = idle;
                idle = null;
                dispatcher.disarm();
                life.close();
                ending.finished();
                drivers.stopped();
                grant(waiting);
                closed();
                return true;
            }
            if (life.isAsked()) {
                dispatcher.disarm();
            } else {
                dispatcher.arm();
                if (turns.hasReady()) { // a report of what is wrong with the Scheduler
                    return false;
                }
            }
            turns.idle();
            Parker waiting = idle;
            idle = null;
            Lifecycle.Release released = life.release(); // meets the CAS of a submitter, see above
            if (released == Lifecycle.Release.CLOSING) {
                idle = waiting;
                continue;
            }
            if (released == Lifecycle.Release.STOPPED) {
                drivers.stopped();
            } else if (turns.hasArrivals() && life.take()) {
                idle = waiting;
                return false;
            }
            grant(waiting);
            return true;
        }
    }

    /** From now on the loop is closed when its Scheduler is gone. */
    public void watch() {
        watch = Rescue.watch(this);
    }

    /**
     * {@link #release} for a thread that may call nobody: a carrier's own. False if there is more to do than to set an alarm; the caller
     * still has the baton.
     */
    boolean free() {
        if (idle != null || life.isAsked() || !dispatcher.port.callsNobody()) {
            return false;
        }
        dispatcher.arm();
        if (turns.hasReady()) { // a report of what is wrong with the timer
            return false;
        }
        turns.idle();
        if (!life.free()) {
            return false;
        }
        return !turns.hasArrivals() || !life.take();
    }

    private static void grant(@Nullable Parker waiting) {
        if (waiting != null) {
            waiting.grant();
        }
    }

    @Override
    public void retry() {
        dispatcher.retry();
    }

    // ---- ending ----

    /**
     * Closes the loop, now or at the end of its turn. Any thread.
     *
     * @param unlessDriven leave it open while a thread drives it
     * @return false if it was left open for that
     */
    public boolean close(boolean unlessDriven) {
        Lifecycle.Answer answer = life.requestClose(gone(), unlessDriven);
        if (answer == Lifecycle.Answer.TAKEN && endHere()) {
            dispatcher.dispatchOwed();
        }
        return answer != Lifecycle.Answer.DRIVEN;
    }

    /** On a thread that has taken the baton of an idle loop. True if suspended bodies are left, which need a thread that waits for them. */
    private boolean endHere() {
        Loop before = Loop.current();
        Loop.current(this);
        try {
            return (life.accepts() && beginToEnd()) || !release();
        } finally {
            Loop.current(before);
        }
    }

    @Override
    public void closeAbandoned() {
        if (life.requestClose(true, false) == Lifecycle.Answer.TAKEN) {
            life.enqueue();
            Rescue.run(this);
        }
    }

    @Override
    public boolean gone() {
        return dispatcher.gone();
    }

    /** For the holder of the baton. True if suspended bodies are left to run. */
    private boolean beginToEnd() {
        unobserved.left().forEach(this::call);
        return ending.begin();
    }

    /** The loop is closed, and nobody has its baton any more. */
    private void closed() {
        Rescue.Watch watched = watch;
        if (watched != null) {
            watched.end();
        }
        LiveLoops.Entry seen = entry;
        if (seen != null) {
            LiveLoops.remove(seen);
        }
        dispatcher.close();
    }

    // ---- for the watchdog ----

    public void watchHolders() {
        LoopWatch.watch(this);
    }

    @Override
    public @Nullable Thread runner() {
        return runner;
    }

    @Override
    public long entered() {
        return entered;
    }

    @Override
    public boolean over() {
        return life.isClosed() || !(debug || LoopWatch.ALWAYS);
    }

    @Override
    public void holds(Thread thread, StackTraceElement[] stack) {
        LoopHandle holder = running;
        if (holder != null) {
            reporter.warnOfHolder(holder, thread, stack, live.snapshot());
        }
    }

    @Override
    public Lifecycle life() {
        return life;
    }

    // ---- for its face ----

    /** From now on it is one of the live loops. Called once, when its face is complete. */
    public void register() {
        entry = LiveLoops.add(face);
        if (debug || LoopWatch.ALWAYS) {
            watchHolders();
        }
    }

    /** The time of its Scheduler, in nanoseconds. */
    public long time() {
        return dispatcher.time();
    }

    /** Lets the drivers go at the end of the present turn. */
    public void stop() {
        if (life.stop() == Lifecycle.Answer.TAKEN) {
            dispatcher.dispatchOwed();
        }
    }

    /** Blocks until a loop that was told to close has ended, or the thread is interrupted, which is kept. */
    public void awaitEnd() {
        Rescue.Watch whileBlocked = Rescue.watch(this);
        try {
            Void unused = ending.ended().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is never completed with an error
        } finally {
            whileBlocked.end();
        }
    }

    /** True while a handle runs, or a thread is blocked to run the loop. */
    public boolean isRunning() {
        return life.isHeld() || life.isDriven();
    }

    /** True as soon as it was told to close. */
    public boolean isClosing() {
        return life.isClosing();
    }

    /** True when it has closed. */
    public boolean isClosed() {
        return life.isClosed();
    }

    /** What drives it. */
    public Scheduler scheduler() {
        return dispatcher.port.scheduler();
    }

    // ---- errors ----

    IllegalStateException goneError() {
        return new IllegalStateException("The Scheduler of " + this + " was disposed of while " + Thread.currentThread()
                + " waited for what runs on the loop, or its executor was shut down. The loop is closed for that."
                + " Dispose of a Scheduler after the loops on it");
    }

    public IllegalStateException closedError(String action) {
        Engine here = current();
        return new IllegalStateException("Event loop is closed: " + action + " on " + this + " from "
                + Thread.currentThread() + (here == null ? "" : ", in " + here.running)
                + " comes too late. Close a loop when its work is done, or use a new one: EventLoop.create()");
    }

    @Override
    public String toString() {
        return face.toString();
    }
}
