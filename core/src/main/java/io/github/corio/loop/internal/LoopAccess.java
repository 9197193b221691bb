package io.github.corio.loop.internal;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.ThreadLocalPropagator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The handles of one loop: how the layer above, which makes tasks of them, starts, wakes, ends and finds them. Not for applications.
 *
 * @since 0.1.0
 */
public final class LoopAccess {
    private final Engine engine;
    private final Urgent urgent;

    LoopAccess(Engine engine) {
        this.engine = engine;
        this.urgent = new Urgent(this::queue, engine.reporter::report);
    }

    /**
     * The handle that this loop runs. Called on the loop, where {@link Loops#inTask()}.
     *
     * @return the handle
     */
    public SuspendableHandle current() {
        return (SuspendableHandle) Objects.requireNonNull(engine.running);
    }

    /**
     * Gives the current thread the ThreadLocals that a Context asks for, as a loop does for what it runs. For code that calls
     * foreign functions outside of a loop, on behalf of somebody who has a Context. See {@link ThreadLocalPropagator}.
     *
     * @param context the Context
     * @return what puts the thread back as it was; null if there is nothing to put back, as without a provider
     */
    public static ThreadLocalPropagator.@Nullable Scope enterThreadLocals(ContextView context) {
        return Engine.THREAD_LOCALS == null ? null : Engine.THREAD_LOCALS.open(context);
    }

    /**
     * The Worker that drives this loop: one of the Scheduler it was made on.
     *
     * @return the Worker; its owner is the loop
     */
    public Scheduler.Worker worker() {
        return engine.dispatcher.port.worker();
    }

    /**
     * Lets a stopped loop go on, and blocks the calling thread until the future is done or the loop is stopped or closed. What is to be
     * run can be started once the calling thread counts as a driver of the loop: a stop by what it starts is not missed, however early.
     *
     * <p>asyncio: {@code loop.run_until_complete}.
     *
     * @param done what to wait for; how it is done does not matter
     * @param start called once, on the calling thread, before anything else runs on a stopped loop
     * @return true if the future is done, false if the loop was stopped or closed first
     * @throws IllegalStateException if the loop is closed, on a thread of a loop, or on a {@link NonBlocking} thread; if the loop was closed
     *     meanwhile because its Scheduler was disposed of
     * @throws InterruptedException if the calling thread is interrupted; the loop goes on
     */
    public boolean runUntil(CompletableFuture<?> done, Runnable start) throws InterruptedException {
        return run(done, start, false);
    }

    /**
     * As {@link #runUntil}; alone, it is refused where another thread runs the loop.
     *
     * @param done what to wait for
     * @param start called once the calling thread counts as a driver
     * @param alone true to be the only one
     * @return true if the future is done
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean run(CompletableFuture<?> done, Runnable start, boolean alone) throws InterruptedException {
        requireBlockingAllowed("run an event loop");
        Lifecycle.Entry entry = engine.life.drive(alone);
        if (entry.answer() == Lifecycle.Answer.NOTHING) {
            throw engine.dispatcher.gone() ? engine.goneError() : engine.closedError("run");
        }
        if (entry.answer() == Lifecycle.Answer.DRIVEN) {
            throw new IllegalStateException("Cannot run " + engine.face + " on " + Thread.currentThread()
                    + ": it is already run by another thread. Let one run it; others give it work by callSoon(...)");
        }
        Rescue.Watch watch = Rescue.watch(engine);
        try {
            try {
                start.run();
            } finally {
                if (entry.answer() == Lifecycle.Answer.TAKEN) {
                    engine.dispatcher.dispatchOwed();
                }
            }
            boolean isDone = engine.drivers.await(entry, done);
            if (!isDone) {
                requireScheduler();
            }
            return isDone;
        } finally {
            watch.end();
            engine.life.undrive();
        }
    }

    /**
     * Says that the Scheduler of this loop is still there, or what became of it.
     *
     * @throws IllegalStateException if it was disposed of, or the executor beneath it was shut down
     */
    public void requireScheduler() {
        if (engine.dispatcher.gone()) {
            throw engine.goneError();
        }
    }

    /**
     * Queues the first step of a handle.
     *
     * @param suspendable one that was never started
     * @throws IllegalStateException if the loop is closed
     */
    public void start(SuspendableHandle suspendable) {
        StackGuard.toWake();
        Engine here = Engine.current();
        suspendable.startedBy(here == null ? null : here.running);
        engine.live.add(suspendable);
        boolean started = false;
        try {
            started = engine.enqueue(suspendable, Engine.Demand.ASKED, here);
        } finally {
            if (!started) {
                engine.live.remove(suspendable);
            }
        }
        if (!started) {
            throw engine.closedError("starting a task");
        }
    }

    /**
     * Runs the first step of a handle now, on the loop, before this returns. Outside of a handle with a stack, or where that
     * cannot suspend, it is {@link #start} instead.
     *
     * @param suspendable one that was never started
     * @throws IllegalStateException if the loop is closed
     */
    public void startNow(SuspendableHandle suspendable) {
        StackGuard.toSuspend();
        if (Engine.current() == engine
                && engine.life.accepts()
                && engine.running instanceof SuspendableHandle self
                && self.stack != null
                && suspendable.stackful) {
            suspendable.startedBy(self);
            engine.live.add(suspendable);
            if (!self.stack.startNow(self, suspendable)) {
                boolean unused = engine.enqueueHere(suspendable);
            }
        } else {
            start(suspendable);
        }
    }

    /**
     * Queues the next step of a handle. Ignored if the loop is closed or the handle has ended. Whoever has changed something
     * before that must not be undone has made sure of {@link StackGuard} first; so also for {@link #queue}.
     *
     * @param suspendable one that was started
     */
    public void resume(SuspendableHandle suspendable) {
        boolean unused = engine.enqueue(suspendable, Engine.Demand.OWED);
    }

    /**
     * {@link #resume(SuspendableHandle)}, if the current thread runs this loop: then that is to put it into the queue, no more.
     *
     * @param suspendable one that was started
     * @return false if nothing was done: the loop is run by another thread or by none, or closed
     */
    public boolean resumeHere(SuspendableHandle suspendable) {
        return engine.enqueueHere(suspendable);
    }

    /**
     * Queues a handle like {@link EventLoop#callSoon(Runnable)}; but if the loop is closed, the handle is dropped, which it is told
     * before this returns.
     *
     * @param handle what to run, on the loop
     */
    public void queue(LoopHandle handle) {
        if (!engine.enqueue(handle, Engine.Demand.OWED) && !handle.cancelled) {
            engine.ending.drop(handle);
        }
    }

    /**
     * What other threads want done before the body that runs here begins anything more.
     *
     * @return that of this loop
     */
    public Urgent urgent() {
        return urgent;
    }

    /** For a {@link Tracer}, on the loop: what has woken the handle that runs here; null if that is not known. */
    public @Nullable Ready wokenBy() {
        Turn turn = engine.turn;
        return turn == null ? null : turn.ready;
    }

    /**
     * Forgets a handle without a stack, which has ended. One with a stack ends by itself.
     *
     * @param suspendable one that was started
     */
    public void ended(SuspendableHandle suspendable) {
        engine.live.remove(suspendable);
        if (!suspendable.stackful) {
            suspendable.cancel();
        }
    }

    /**
     * The handles that have been started and have not ended, oldest first.
     *
     * @return a snapshot
     */
    public List<SuspendableHandle> all() {
        return engine.live.snapshot();
    }

    /** How many handles have been started and have not ended. From any thread. */
    public int size() {
        return engine.live.size();
    }

    /**
     * Tells the exception handler of an error unless somebody looks at it first: when the owner is collected, or when the
     * loop is closed, whichever is earlier.
     *
     * @param owner what holds the error; only its reachability matters
     * @param context what to tell; must not refer to the owner
     * @param reactorContext the Context to tell it in
     * @return a handle; to cancel it says that somebody has looked
     */
    public LoopHandle reportUnlessObserved(Object owner, ExceptionContext context, Context reactorContext) {
        return engine.unobserved.add(
                owner, context, reactorContext, report -> engine.enqueue(report, Engine.Demand.OWED));
    }

    /**
     * The fiber that ran callbacks of this loop last, if any did: a virtual one is not among the threads of the JVM. May be asked from any
     * thread, and has perhaps gone on: for dumps.
     *
     * @return the thread, null if callbacks ran on the Scheduler's threads only
     */
    public @Nullable Thread drivingThread() {
        return engine.driver;
    }

    /**
     * Says whether a handle calls nobody else's code, as the timer of a sleep does: it changes the state of a future and wakes who awaits that.
     *
     * @param handle a handle that has not run
     * @return true if nothing can be observed but the waking
     */
    public static boolean onlyWakes(LoopHandle handle) {
        return handle.inner();
    }

    /**
     * Changes whether this loop records where tasks wait and were created. A test that runs thousands of times records that only in the run that
     * is going to be read. The default is true.
     *
     * @param wanted false to leave it out, in debug mode too
     */
    public void recordSites(boolean wanted) {
        engine.sites = wanted;
    }

    /**
     * Says whether the places where tasks were created are recorded, and in debug mode the places where they wait.
     *
     * @return true unless {@link #recordSites} has changed it
     */
    public boolean recordsSites() {
        return engine.sites;
    }

    /**
     * Debug mode: the thread that runs a handle of this loop at this moment. May be asked from any thread, and has perhaps
     * gone on before the answer is read: for dumps.
     *
     * @return the thread, null if the loop is idle or not in debug mode
     */
    public @Nullable Thread runningThread() {
        return engine.runner;
    }

    // ---- for those who look at what runs, from any thread ----

    /**
     * The loop's clock.
     *
     * @return nanoseconds; 0 if the Scheduler's clock throws, which the loop itself reports where it needs the time
     */
    public long now() {
        try {
            return engine.time();
        } catch (Throwable e) { // what is shown does without
            return 0;
        }
    }

    /**
     * The number of this loop, which no other one of this JVM has.
     *
     * @return the number
     */
    public long number() {
        LiveLoops.Entry entry = engine.entry;
        return entry == null ? 0 : entry.number;
    }

    /**
     * What runs on this loop at this moment; it has perhaps gone on before the answer is read.
     *
     * @return the handle, null if the engine itself or nobody runs
     */
    public @Nullable LoopHandle running() {
        return engine.running;
    }

    /**
     * The Scheduler of this loop.
     *
     * @return the Scheduler
     */
    public Scheduler scheduler() {
        return engine.dispatcher.port.scheduler();
    }

    /**
     * Says that the current thread may be blocked until a loop has done something, or why not.
     *
     * @param action what is about to be done, for the message
     * @throws IllegalStateException on a thread of a loop, and on a {@link NonBlocking} thread
     */
    public static void requireBlockingAllowed(String action) {
        Engine here = Engine.current();
        if (here != null) {
            throw new IllegalStateException("Cannot " + action + " on " + Thread.currentThread() + ", which is running "
                    + here + " (" + here.running
                    + "): it would wait for itself. Await it instead: await(...) in a coroutine, or createTask(...)");
        }
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException("Cannot " + action + " on " + Thread.currentThread()
                    + ", which must not block. Subscribe to the coroutine instead: it is a Mono");
        }
    }
}
