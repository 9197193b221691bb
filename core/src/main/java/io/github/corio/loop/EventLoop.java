package io.github.corio.loop;

import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A serial context on top of a Reactor {@link Scheduler}: between two suspensions, code on a loop runs alone. It is not a
 * thread; thousands of loops may share a few.
 *
 * <p>A loop is driven by its Scheduler whenever there is something to run, so nobody has to call {@link #runForever()}.
 * {@link #stop()} makes it pause; {@code runForever} lets it go on, and blocks until the next {@code stop}. Its order is
 * asyncio's: one FIFO of ready handles, run turn by turn, into which timers are put when they are due; timers of equal
 * deadline fire in the order of their registration.
 *
 * <p>Thread-safe: everything here may be called from any thread, unless it says otherwise.
 *
 * <p>asyncio: {@code asyncio.EventLoop}. It knows no tasks; for these see {@code Asyncio.run} and {@code Coroutine.on}.
 *
 * @since 0.1.0
 */
public final class EventLoop extends LoopCore implements Disposable {
    /** The key under which the Reactor Context of everything that runs on a loop holds that loop. */
    public static final Object CONTEXT_KEY = EventLoop.class;

    /** So often in a row a body may wait on a loop that is closed, in its cleanup say, before nobody waits for it any more. */
    private static final int REFUSALS = 10_000;

    /** How often a thread that waits for the end of a loop asks whether its Scheduler is still there. */
    private static final long LOOK_MILLIS = 200;

    private static final Logger LOG = Loggers.getLogger(EventLoop.class);

    private final Urgent urgent = new Urgent(this::queue, this::report);
    private final Set<CompletableFuture<Boolean>> drivers = ConcurrentHashMap.newKeySet(1);
    private volatile @Nullable Set<Handle> unobserved;
    private volatile @Nullable BiConsumer<? super EventLoop, ? super ExceptionContext> exceptionHandler;
    /** Made by the first who waits for the end. Meets the baton's CLOSED: written before that is read, read after it is set. */
    private volatile @Nullable CompletableFuture<Void> ended;

    /** The body that was told last that the loop is closed, and how often. */
    private @Nullable Handle refused;

    private int refusals;
    /** The one thread that continuations of this loop are mounted on; see {@link FiberKind#CONTINUATION}. */
    private @Nullable Thread home;

    private EventLoop(Scheduler scheduler) {
        super(scheduler);
    }

    /**
     * A new loop on {@link Schedulers#parallel()}.
     *
     * <p>asyncio: {@code asyncio.new_event_loop()}.
     *
     * @return the loop
     */
    public static EventLoop create() {
        return on(Schedulers.parallel());
    }

    /**
     * A new loop on one {@link Scheduler.Worker} of the given Scheduler, which also gives it the time.
     *
     * @param scheduler any Scheduler that can delay; not {@link Schedulers#immediate()}
     * @return the loop
     */
    public static EventLoop on(Scheduler scheduler) {
        if (Objects.requireNonNull(scheduler, "scheduler") == Schedulers.immediate()) {
            throw new IllegalArgumentException(
                    "An event loop needs a Scheduler with time and threads; Schedulers.immediate()"
                            + " has neither. Use Schedulers.parallel(), Schedulers.single() or a Scheduler of your own.");
        }
        return new EventLoop(scheduler);
    }

    /**
     * The loop whose code the current thread runs.
     *
     * <p>asyncio: {@code asyncio.get_running_loop()}.
     *
     * @return the loop
     * @throws IllegalStateException if the current thread runs no loop at this moment
     */
    public static EventLoop current() {
        EventLoop loop = currentOrNull();
        if (loop == null) {
            throw new IllegalStateException("No running event loop on " + Thread.currentThread()
                    + ": call this from a coroutine or a callback of a loop. Asyncio.run(...) starts one");
        }
        return loop;
    }

    /**
     * The loop whose code the current thread runs, if there is one.
     *
     * @return the loop, or null
     */
    public static @Nullable EventLoop currentOrNull() {
        return (EventLoop) LoopCore.current();
    }

    /**
     * The handle that the current thread runs: a callback, a timer, or a step of a task.
     *
     * @return the handle, null outside of a loop
     */
    public static @Nullable Handle running() {
        LoopCore loop = LoopCore.current();
        return loop == null ? null : loop.running;
    }

    /**
     * The loop of the {@link Strand} that the current thread runs.
     *
     * @return the loop, null where nothing could suspend: outside of a loop, or in a callback
     */
    public static @Nullable EventLoop ofStrand() {
        LoopCore loop = LoopCore.current();
        return loop != null && loop.running instanceof Strand ? (EventLoop) loop : null;
    }

    /**
     * The strand that this loop runs. Called on the loop, where {@link #ofStrand()} gave it.
     *
     * @return the strand
     */
    public Strand strand() {
        return (Strand) Objects.requireNonNull(running);
    }

    /**
     * Gives the current thread the ThreadLocals that a Context asks for, as a loop does for what it runs. For code that calls
     * foreign functions outside of a loop, on behalf of somebody who has a Context. See {@link ThreadLocals}.
     *
     * @param context the Context
     * @return what puts the thread back as it was; null if there is nothing to put back, as without a provider
     */
    public static ThreadLocals.@Nullable Scope enterThreadLocals(ContextView context) {
        return THREAD_LOCALS == null ? null : THREAD_LOCALS.open(context);
    }

    /**
     * Says whether the current thread runs this loop, which gives it exclusive access.
     *
     * @return true on the loop
     */
    public boolean inLoop() {
        return LoopCore.current() == this;
    }

    // ---- callbacks and time ----

    /**
     * Queues a callback behind all that is ready. Never suspends. It runs in the Context that is current here.
     *
     * <p>asyncio: {@code loop.call_soon} and {@code loop.call_soon_threadsafe}, which are one here.
     *
     * @param callback what to run, once, on the loop
     * @return a handle to cancel it with
     * @throws IllegalStateException if the loop is closed
     */
    public Handle callSoon(Runnable callback) {
        return callSoon(callback, capture());
    }

    /**
     * Queues a callback behind all that is ready, to be run in the given Context.
     *
     * @param callback what to run, once, on the loop
     * @param context the Context it runs in
     * @return a handle to cancel it with
     * @throws IllegalStateException if the loop is closed
     */
    public Handle callSoon(Runnable callback, Context context) {
        Handle handle = new Callback(context, Objects.requireNonNull(callback, "callback"));
        callSoon(handle);
        return handle;
    }

    /**
     * Queues a handle of one's own behind all that is ready.
     *
     * @param handle what to run, on the loop
     * @throws IllegalStateException if the loop is closed
     */
    public void callSoon(Handle handle) {
        Headroom.toWake();
        if (!enqueue(handle)) {
            throw closedError("callSoon");
        }
    }

    /**
     * Runs a callback after a delay. One that is zero or negative is due at the beginning of the next turn.
     *
     * <p>asyncio: {@code loop.call_later}.
     *
     * @param delay how long from now
     * @param callback what to run, once, on the loop, in the Context that is current here
     * @return a handle to cancel it with
     * @throws IllegalStateException if the loop is closed
     */
    public TimerHandle callLater(Duration delay, Runnable callback) {
        return timer(saturatedAdd(now(), nanos(delay)), callback);
    }

    /**
     * Runs a callback when the loop's clock reaches a deadline.
     *
     * <p>asyncio: {@code loop.call_at}.
     *
     * @param when the deadline, on the clock of {@link #time()}
     * @param callback what to run, once, on the loop, in the Context that is current here
     * @return a handle to cancel it with
     * @throws IllegalStateException if the loop is closed
     */
    public TimerHandle callAt(Duration when, Runnable callback) {
        return timer(nanos(when), callback);
    }

    /**
     * The loop's clock, which is the Scheduler's: monotonic, or virtual. Only differences mean something.
     *
     * <p>asyncio: {@code loop.time}.
     *
     * @return the time since some fixed point, to the nanosecond
     */
    public Duration time() {
        return Duration.ofNanos(now());
    }

    /**
     * The Worker that drives this loop: one of the Scheduler it was made on.
     *
     * @return the Worker; its owner is the loop
     */
    public Scheduler.Worker worker() {
        return worker;
    }

    private TimerHandle timer(long deadline, Runnable callback) {
        Headroom.toWake();
        TimerHandle timer = new TimerHandle(capture(), deadline, Objects.requireNonNull(callback, "callback"));
        if (!schedule(timer)) {
            throw closedError("callLater or callAt");
        }
        return timer;
    }

    private static long nanos(Duration duration) {
        try {
            return Objects.requireNonNull(duration, "duration").toNanos();
        } catch (ArithmeticException e) { // beyond 292 years
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static long saturatedAdd(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? (b < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    // ---- running, stopping, closing ----

    /**
     * Lets a stopped loop go on, and blocks the calling thread until {@link #stop()} is called. If that was called before,
     * exactly one turn is run.
     *
     * <p>asyncio: {@code loop.run_forever}; the callbacks do not run on the calling thread but on the loop's Scheduler.
     *
     * @throws IllegalStateException if the loop is closed or run already, on a thread of a loop, or on a
     *     {@link NonBlocking} thread
     * @throws InterruptedException if the calling thread is interrupted; the loop goes on
     */
    public void runForever() throws InterruptedException {
        if (!drivers.isEmpty()) {
            throw new IllegalStateException("Cannot run " + this + " on " + Thread.currentThread()
                    + ": it is already run by another thread. Let one run it; others give it work by callSoon(...)");
        }
        boolean unused = runUntil(new CompletableFuture<>());
    }

    /**
     * Lets a stopped loop go on, and blocks the calling thread until the future is done or the loop is stopped or closed.
     *
     * @param done what to wait for; how it is done does not matter
     * @return true if the future is done, false if the loop was stopped or closed first
     * @throws IllegalStateException as for {@link #runForever()}
     * @throws InterruptedException if the calling thread is interrupted; the loop goes on
     */
    public boolean runUntil(CompletableFuture<?> done) throws InterruptedException {
        return runUntil(done, () -> {});
    }

    /**
     * Does what {@link #runUntil(CompletableFuture)} does, and starts something once the calling thread counts as the one
     * that runs the loop: so a stop by what it starts is not missed, however early.
     *
     * @param done what to wait for; how it is done does not matter
     * @param start called once, on the calling thread, before anything else runs on a stopped loop
     * @return true if the future is done, false if the loop was stopped or closed first
     * @throws IllegalStateException as for {@link #runForever()}
     * @throws InterruptedException if the calling thread is interrupted; the loop goes on
     */
    public boolean runUntil(CompletableFuture<?> done, Runnable start) throws InterruptedException {
        return runUntil(done, start, false);
    }

    /**
     * Does what {@link #runUntil(CompletableFuture)} does, for a loop that is about to be closed: it is closed at once if the
     * Scheduler is disposed of meanwhile.
     *
     * @param done what to wait for; how it is done does not matter
     * @throws IllegalStateException as for {@link #runForever()}; if the Scheduler was disposed of, when the loop is closed
     * @throws InterruptedException if the calling thread is interrupted; the loop goes on
     */
    public void finish(CompletableFuture<?> done) throws InterruptedException {
        if (!runUntil(done, () -> {}, true) && scheduler.isDisposed()) {
            throw new IllegalStateException("The Scheduler of " + this + " was disposed of while "
                    + Thread.currentThread()
                    + " waited for the end of what is left on the loop, which is closed for that."
                    + " Dispose of a Scheduler after the loops on it");
        }
    }

    @SuppressWarnings("CollectionUndefinedEquality") // a driver is itself and nothing else
    private boolean runUntil(CompletableFuture<?> done, Runnable start, boolean ending) throws InterruptedException {
        requireBlockingAllowed("run an event loop");
        CompletableFuture<Boolean> driver = new CompletableFuture<>();
        drivers.add(driver);
        try {
            if (closed || closing) {
                throw closedError("run");
            }
            boolean resumed = takeIfStopped();
            if (resumed) { // whoever stopped it may be about to tell the driver so: this run needs another
                drivers.remove(driver);
                driver = new CompletableFuture<>();
                drivers.add(driver);
            }
            try {
                start.run();
            } finally {
                if (resumed) {
                    dispatch();
                }
            }
            CompletableFuture<Boolean> waiting = driver;
            CompletableFuture<?> unused = done.whenComplete((value, error) -> waiting.complete(true));
            return get(waiting, ending);
        } finally {
            drivers.remove(driver);
        }
    }

    /**
     * Waits for what this loop completes when it is stopped or closed. A Scheduler does not tell that it was disposed of, nor that
     * it has dropped what it was asked to run; so this looks now and then, if the loop is to be closed anyway, and closes it.
     */
    private <V> V get(CompletableFuture<V> future, boolean ending) throws InterruptedException {
        for (; ; ) {
            try {
                return ending ? future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS) : future.get();
            } catch (TimeoutException e) {
                if (scheduler.isDisposed() && takeIfIdle()) {
                    closeHeld();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(e); // it is never completed with an error
            }
        }
    }

    /**
     * Says that the current thread may be blocked until a loop has done something, or why not.
     *
     * @param action what is about to be done, for the message
     * @throws IllegalStateException on a thread of a loop, and on a {@link NonBlocking} thread
     */
    public static void requireBlockingAllowed(String action) {
        EventLoop here = currentOrNull();
        if (here != null) {
            throw new IllegalStateException("Cannot " + action + " on " + Thread.currentThread() + ", which is running "
                    + here + " (" + here.running
                    + "): it would wait for itself. Use await(...) in a coroutine, or createTask(...)");
        }
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException("Cannot " + action + " on " + Thread.currentThread()
                    + ", which must not block. Subscribe to the coroutine instead: it is a Mono");
        }
    }

    /**
     * Makes the loop pause at the end of the present turn. What is ready or timed is kept for {@link #runForever()}.
     *
     * <p>asyncio: {@code loop.stop}.
     */
    public void stop() {
        stopping = true;
        if (inLoop()) {
            return;
        }
        if (!drivers.isEmpty() || !stopIfFree()) {
            wake();
        } else if ((closing || !drivers.isEmpty()) && takeIfStopped()) {
            dispatch(); // somebody has come to close it meanwhile, or to run it, who will be told
        }
    }

    /**
     * Closes a loop that nobody runs, for good; if its Scheduler is at work on it, at the end of the present turn. What is
     * queued is dropped, what is suspended is unwound with a {@link LoopClosedError}. Never blocks: the Scheduler does what
     * is to be done on a stack, perhaps after this has returned; {@link #disposeAndWait()} waits for it. Harmless when
     * repeated.
     *
     * <p>asyncio: {@code loop.close}.
     *
     * @throws IllegalStateException from the loop itself, and while a thread is blocked to run it
     */
    public void close() {
        if (closed) {
            return;
        }
        if (inLoop() || !drivers.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot close a running event loop: " + this + ", from " + Thread.currentThread()
                            + (inLoop() ? ", in " + running : "")
                            + ". Call stop() and let runForever() return first; a loop that"
                            + " Asyncio.run made is closed by it. To close it at the end of its present turn, use dispose()");
        }
        dispose(); // it may still be leaving the turn in which what it was run for has ended
    }

    /** Closes the loop as {@link #close()} does, but if it is running, at the end of the present turn. */
    @Override
    public void dispose() {
        if (closed || closing) {
            return;
        }
        if (!inLoop() && takeIfIdle()) {
            closeHeld();
        } else {
            closing = true;
            if (!inLoop()) {
                wake();
                if (takeIfStopped()) { // meanwhile, by somebody who did not see the flag
                    closeHeld();
                }
            }
        }
    }

    /**
     * Closes the loop as {@link #dispose()} does, and blocks the calling thread until that is over: what was suspended has
     * ended, and the exception handler has been told. On a thread of a loop, and on a {@link NonBlocking} thread, it does not
     * wait; nor for a body that ignores its {@link LoopClosedError} and waits on the loop again and again.
     *
     * @throws InterruptedException if the calling thread is interrupted; the loop is closed all the same
     */
    public void disposeAndWait() throws InterruptedException {
        dispose();
        if (currentOrNull() == null && !Schedulers.isInNonBlockingThread()) {
            CompletableFuture<Void> end = ended();
            if (!closed || held()) {
                Void unused = get(end, true);
            }
        }
    }

    private synchronized CompletableFuture<Void> ended() {
        CompletableFuture<Void> end = ended;
        if (end == null) {
            end = new CompletableFuture<>();
            ended = end;
        }
        return end;
    }

    @Override
    void refused() {
        if (running != refused) {
            refused = running;
            refusals = 0;
        }
        if (++refusals == REFUSALS) {
            boolean unused = ended().complete(null);
        }
    }

    private void closeHeld() {
        closing = true;
        unwindHere();
        if (strands.snapshot().stream().anyMatch(strand -> strand.stack != null)) {
            dispatch(); // their stacks are left on the worker
        } else {
            boolean unused = release();
        }
    }

    private void unwindHere() {
        LoopCore before = LoopCore.current();
        LoopCore.current(this);
        try {
            unwind();
        } finally {
            LoopCore.current(before);
        }
    }

    @Override
    void unwind() {
        Set<Handle> errors = unobserved;
        if (errors != null) {
            List.copyOf(errors).forEach(this::call);
        }
        closed = true;
        List<Strand> suspended = new ArrayList<>();
        for (Strand strand : strands.snapshot()) {
            if (strand.stack != null) {
                suspended.add(strand);
            } else {
                dropUnstarted(strand);
            }
        }
        clear(suspended);
    }

    @Override
    Runnable halting() {
        List<CompletableFuture<Boolean>> present = List.copyOf(drivers);
        boolean forGood =
                closed; // asked now: whoever takes the loop once it is STOPPED may be closing it, but is not done
        return () -> {
            if (forGood) {
                worker.dispose();
                CompletableFuture<Void> end = ended;
                if (end != null) {
                    boolean unused = end.complete(null);
                }
            }
            present.forEach(driver -> driver.complete(false));
            if (closing && takeIfStopped()) { // asked for when it was about to be stopped
                closeHeld();
            }
        };
    }

    /**
     * Says whether the loop is at work: in a callback or coroutine at this moment, or run by a blocked thread.
     *
     * <p>asyncio: {@code loop.is_running}.
     *
     * @return true if it is
     */
    public boolean isRunning() {
        return held() || !drivers.isEmpty();
    }

    /**
     * Says whether the loop is closed, or will be at the end of its present turn because {@link #dispose()} was called.
     *
     * <p>asyncio: {@code loop.is_closed}.
     *
     * @return true after a {@link #close()} or {@link #dispose()}
     */
    public boolean isClosed() {
        return closed || closing;
    }

    @Override
    public boolean isDisposed() {
        return closed || closing;
    }

    /** Makes sure that the loop looks at its flags. */
    private void wake() {
        boolean unused = enqueue(new Callback(Context.empty(), () -> {}));
    }

    private IllegalStateException closedError(String action) {
        return new IllegalStateException("Event loop is closed: " + action + " on " + this + " from "
                + Thread.currentThread()
                + (currentOrNull() == null ? "" : ", in " + running())
                + " comes too late. Close a loop when its work is done, or use a new one: EventLoop.create()");
    }

    // ---- strands: for the layer above, which makes tasks of them ----

    /**
     * Queues the first step of a strand.
     *
     * @param strand one that was never started
     * @throws IllegalStateException if the loop is closed
     */
    public void start(Strand strand) {
        Headroom.toWake();
        strands.add(strand);
        if (!enqueue(strand)) {
            strands.remove(strand);
            throw closedError("starting a task");
        }
    }

    /**
     * Runs the first step of a strand now, on the loop, before this returns. Outside of a strand with a stack, or where that
     * cannot suspend, it is {@link #start} instead.
     *
     * @param strand one that was never started
     * @throws IllegalStateException if the loop is closed
     */
    public void startNow(Strand strand) {
        Headroom.toSuspend();
        if (inLoop() && !closed && running instanceof Strand self && self.stack != null && strand.stackful) {
            strands.add(strand);
            self.stack.startNow(self, strand);
        } else {
            start(strand);
        }
    }

    /**
     * Queues the next step of a strand. Ignored if the loop is closed or the strand has ended. Whoever has changed something
     * before that must not be undone has made sure of {@link Headroom} first; so also for {@link #queue}.
     *
     * @param strand one that was started
     */
    public void resume(Strand strand) {
        boolean unused = enqueue(strand);
    }

    /**
     * {@link #resume(Strand)}, if the current thread runs this loop: then that is to put it into the queue, no more.
     *
     * @param strand one that was started
     * @return false if nothing was done: the loop is run by another thread or by none, or closed
     */
    public boolean resumeHere(Strand strand) {
        return enqueueHere(strand);
    }

    /**
     * Queues a handle like {@link #callSoon(Handle)}; but if the loop is closed, the handle is dropped, which it is told
     * before this returns.
     *
     * @param handle what to run, on the loop
     */
    public void queue(Handle handle) {
        if (!enqueue(handle) && !handle.cancelled) {
            drop(handle);
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

    /**
     * Forgets a strand without a stack, which has ended. One with a stack ends by itself.
     *
     * @param strand one that was started
     */
    public void ended(Strand strand) {
        strands.remove(strand);
        if (!strand.stackful) {
            strand.cancel();
        }
    }

    /**
     * The strands that have been started and have not ended, oldest first.
     *
     * @return a snapshot
     */
    public List<Strand> strands() {
        return strands.snapshot();
    }

    // ---- errors ----

    /**
     * Sets who is told of errors that nobody else can be told of. Called on the loop, in the Context of what failed.
     *
     * <p>asyncio: {@code loop.set_exception_handler}.
     *
     * @param handler the handler; null for {@link #defaultExceptionHandler}
     */
    public void setExceptionHandler(@Nullable BiConsumer<? super EventLoop, ? super ExceptionContext> handler) {
        this.exceptionHandler = handler;
    }

    /**
     * The handler that was set.
     *
     * @return the handler, null if there is none
     */
    public @Nullable BiConsumer<? super EventLoop, ? super ExceptionContext> getExceptionHandler() {
        return exceptionHandler;
    }

    /**
     * Tells the exception handler. Never throws: an error of the handler goes to the default one.
     *
     * <p>asyncio: {@code loop.call_exception_handler}.
     *
     * @param context what happened
     */
    public void callExceptionHandler(ExceptionContext context) {
        BiConsumer<? super EventLoop, ? super ExceptionContext> handler = exceptionHandler;
        if (handler == null) {
            defaultExceptionHandler(context);
            return;
        }
        try {
            handler.accept(this, context);
        } catch (Throwable e) {
            defaultExceptionHandler(new ExceptionContext("Unhandled error in exception handler", e, context));
        }
    }

    /**
     * Logs the error. Never throws.
     *
     * <p>asyncio: {@code loop.default_exception_handler}.
     *
     * @param context what happened
     */
    public void defaultExceptionHandler(ExceptionContext context) {
        try {
            String message = context.source() == null ? context.message() : context.message() + ": " + context.source();
            Throwable exception = context.exception();
            if (exception == null) {
                LOG.error(message);
            } else {
                LOG.error(message, exception);
            }
        } catch (Throwable e) { // a broken log, or no memory or stack left for one: the last resort
            System.err.println("corio: the exception handler failed (" + e + ") on " + context.message());
        }
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
    public Handle reportUnlessObserved(Object owner, ExceptionContext context, Context reactorContext) {
        Unobserved report = new Unobserved(this, context, reactorContext);
        Set<Handle> reports = unobserved;
        if (reports == null) {
            synchronized (this) {
                reports = unobserved;
                if (reports == null) {
                    reports = ConcurrentHashMap.newKeySet();
                    unobserved = reports;
                }
            }
        }
        reports.add(report);
        Cleaner.Cleanable unused = Unobserved.CLEANER.register(owner, report::collected);
        return report;
    }

    private static final class Unobserved extends Handle {
        static final Cleaner CLEANER = Cleaner.create();

        private final EventLoop loop;
        private final ExceptionContext told;

        Unobserved(EventLoop loop, ExceptionContext told, Context context) {
            super(context);
            this.loop = loop;
            this.told = told;
        }

        void collected() {
            if (!cancelled && !loop.enqueue(this)) {
                run();
            }
        }

        @Override
        protected void run() {
            if (!cancelled) {
                cancel();
                loop.callExceptionHandler(told);
            }
        }

        @Override
        public void cancel() {
            super.cancel();
            Set<Handle> reports = loop.unobserved;
            if (reports != null) {
                reports.remove(this);
            }
        }
    }

    @Override
    void report(Handle handle, Throwable error) {
        callExceptionHandler(new ExceptionContext("Exception in callback", error, handle));
    }

    // ---- debug ----

    /**
     * Debug mode: names whoever held the loop for more than 100 ms, and records where tasks were created. The default is
     * {@code -Dcorio.debug=true}.
     *
     * <p>asyncio: {@code loop.set_debug}.
     *
     * @param enabled on or off
     */
    public void setDebug(boolean enabled) {
        debug = enabled;
    }

    /**
     * Says whether debug mode is on.
     *
     * <p>asyncio: {@code loop.get_debug}.
     *
     * @return true if it is
     */
    public boolean getDebug() {
        return debug;
    }

    /**
     * Debug mode: the thread that runs a handle of this loop at this moment. May be asked from any thread, and has perhaps
     * gone on before the answer is read: for dumps.
     *
     * @return the thread, null if the loop is idle or not in debug mode
     */
    public @Nullable Thread runningThread() {
        return runner;
    }

    @Override
    void slow(Handle handle, long nanos) {
        Thread thread = Thread.currentThread();
        Object name = thread.getName().isEmpty() ? thread : thread.getName(); // virtual ones have none
        LOG.warn("Executing {} took {} ms on {}", handle, nanos / 1_000_000, name);
    }

    // ---- the worker's part of the engine ----

    /**
     * Drains on a thread of the worker: runs callbacks, mounts continuations, and hands the baton to a thread when a body
     * on one is next.
     */
    @Override
    void drain() {
        LoopCore before = LoopCore.current();
        LoopCore.current(this);
        budget = BUDGET;
        try {
            for (; ; ) {
                Handle handle = budget > 0 || taken != null ? next() : null;
                if (handle == null) {
                    if (budget <= 0) {
                        dispatch(); // others on this worker first
                        return;
                    }
                    if (release()) {
                        return;
                    }
                } else if (!(handle instanceof Strand strand) || !strand.stackful) {
                    call(handle);
                } else if (!runHere(strand)) {
                    return;
                }
            }
        } finally {
            LoopCore.current(before);
        }
    }

    /** Gives the baton to the strand's stack. True if that came back with it; false if it is on another thread now. */
    private boolean runHere(Strand strand) {
        Strand.Stack stack = strand.stack;
        if (stack == null) {
            try {
                stack = mountsContinuations() ? new ContinuationFiber(this, strand) : ThreadFiber.acquire(this);
            } catch (Throwable e) { // no thread to be had
                failStart(strand, e);
                return true;
            }
        }
        if (stack instanceof ContinuationFiber continuation) {
            continuation.mount();
            return true;
        }
        Parker here = Schedulers.isInNonBlockingThread() ? null : new Parker();
        idle = here;
        stack.takeBaton(strand);
        if (here != null) {
            here.await(); // so that virtual time never runs ahead of the code
        }
        return false;
    }

    private boolean mountsContinuations() {
        Thread thread = Thread.currentThread();
        if (FiberKind.current() != FiberKind.CONTINUATION || !(thread instanceof NonBlocking)) {
            return false;
        }
        if (home == null) {
            home = thread;
        }
        return home == thread;
    }

    @Override
    public String toString() {
        String state = closed ? "closed" : isRunning() ? "running" : "idle";
        return "EventLoop[" + scheduler + ", " + state + "]";
    }
}
