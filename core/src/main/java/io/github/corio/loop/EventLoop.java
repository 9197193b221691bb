package io.github.corio.loop;

import io.github.corio.loop.internal.Callback;
import io.github.corio.loop.internal.Engine;
import io.github.corio.loop.internal.EventLoopCarrier;
import io.github.corio.loop.internal.Face;
import io.github.corio.loop.internal.FreshLoops;
import io.github.corio.loop.internal.LiveLoops;
import io.github.corio.loop.internal.LoopTimer;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.StackGuard;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
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
@SuppressWarnings("exports") // the superclass is the way to the engine, and has no member that users see
public final class EventLoop extends Face implements Disposable, AutoCloseable {
    /** The key under which the Reactor Context of everything that runs on a loop holds that loop. */
    public static final Object CONTEXT_KEY = EventLoop.class;

    /**
     * The key under which the Reactor Context of a subscriber names the {@link Scheduler} of the fresh loop that is made for it. That loop
     * ends with the request. It is not looked at where the Context names a loop: see {@link #CONTEXT_KEY}.
     */
    public static final Object SCHEDULER_KEY = FreshLoops.KEY;

    private volatile @Nullable BiConsumer<? super EventLoop, ? super ExceptionContext> exceptionHandler;

    private EventLoop(Scheduler scheduler) {
        super(scheduler);
        if (scheduler != Schedulers.parallel()) { // that one is there as long as the application
            engine.watch();
        }
        engine.register();
    }

    private EventLoop(EventLoopCarrier carrier) {
        super(carrier);
        engine.register();
    }

    /**
     * A new loop on the {@link #setDefaultScheduler default Scheduler}.
     *
     * <p>asyncio: {@code asyncio.new_event_loop()}.
     *
     * @return the loop
     */
    public static EventLoop create() {
        return new EventLoop(FreshLoops.defaultScheduler());
    }

    /**
     * A new loop for a subscriber, as a coroutine makes it that finds no loop in its subscriber's Context: on the Scheduler under {@link
     * #SCHEDULER_KEY}, else on that of {@link #setDefaultScheduler}, else on the event loop whose thread this is, where {@link
     * EventLoopExecutors} is switched on, else on {@link Schedulers#parallel()}. Its owner is the caller, who disposes of it.
     *
     * @param subscriber the Context of the subscriber
     * @return the loop
     * @throws IllegalArgumentException if the Context names a Scheduler that cannot drive a loop, or something else
     */
    public static EventLoop createFor(ContextView subscriber) {
        EventLoopCarrier here = FreshLoops.here(subscriber);
        return here == null ? new EventLoop(FreshLoops.scheduler(subscriber)) : new EventLoop(here);
    }

    /**
     * A new loop on one {@link Scheduler.Worker} of the given Scheduler, which also gives it the time.
     *
     * @param scheduler any Scheduler that can delay; not {@link Schedulers#immediate()}
     * @return the loop
     */
    public static EventLoop on(Scheduler scheduler) {
        EventLoop loop = new EventLoop(FreshLoops.requireUsable(scheduler));
        if (scheduler == Schedulers.parallel()) {
            loop.engine.watch();
        }
        return loop;
    }

    /**
     * Sets the Scheduler of the loops that are made from now on where nobody names another one, in the whole JVM: fresh loops of subscribers,
     * {@link #create()}, {@code Asyncio.run}. Loops that are there stay where they are.
     *
     * <p>asyncio: {@code asyncio.set_event_loop_policy}.
     *
     * @param scheduler any Scheduler that can delay; null for {@link Schedulers#parallel()}, which it is at first
     * @throws IllegalArgumentException for {@link Schedulers#immediate()}
     */
    public static void setDefaultScheduler(@Nullable Scheduler scheduler) {
        FreshLoops.setDefault(scheduler);
    }

    /**
     * The Scheduler of the loops for which nobody names another one.
     *
     * @return what was set, else {@link Schedulers#parallel()}
     */
    public static Scheduler getDefaultScheduler() {
        return FreshLoops.defaultScheduler();
    }

    /**
     * The loops of this JVM that are not closed. This keeps none of them alive.
     *
     * @return a snapshot, about in the order of their creation
     */
    public static List<EventLoop> all() {
        return LiveLoops.all().stream().map(EventLoop.class::cast).toList();
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
        Engine engine = Engine.current();
        return engine == null ? null : (EventLoop) engine.face;
    }

    /**
     * Says whether the current thread runs this loop, which gives it exclusive access.
     *
     * @return true on the loop
     */
    public boolean inLoop() {
        return Engine.current() == engine;
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
        return callSoon(callback, Engine.capture());
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
        StackGuard.toWake();
        Callback handle = new Callback(context, Objects.requireNonNull(callback, "callback"));
        if (!engine.enqueue(handle, Engine.Demand.ASKED)) {
            throw engine.closedError("callSoon");
        }
        return handle;
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
        return timer(saturatedAdd(engine.time(), nanos(delay)), callback);
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
        return Duration.ofNanos(engine.time());
    }

    private TimerHandle timer(long deadline, Runnable callback) {
        StackGuard.toWake();
        LoopTimer timer = new LoopTimer(Engine.capture(), deadline, Objects.requireNonNull(callback, "callback"));
        if (!engine.schedule(timer)) {
            throw engine.closedError("callLater or callAt");
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
        boolean unused = Loops.access(this).run(new CompletableFuture<>(), () -> {}, true);
    }

    /**
     * Makes the loop pause at the end of the present turn. What is ready or timed is kept for {@link #runForever()}.
     *
     * <p>asyncio: {@code loop.stop}.
     */
    public void stop() {
        engine.stop();
    }

    /**
     * Closes a loop that nobody runs, for good; if its Scheduler is at work on it, at the end of the present turn. What is
     * queued is dropped, what is suspended is unwound with a {@link LoopClosedError}. Blocks the calling thread until that is over: what was
     * suspended has ended, and the exception handler has been told. On a thread of a loop, and on a {@link NonBlocking} thread, it does not
     * wait; nor for a body that ignores its {@link LoopClosedError} and waits on the loop again and again. An interrupt, which is kept, ends
     * the wait. Harmless when repeated, and after a {@link #dispose()}, whose end it waits for.
     *
     * <p>asyncio: {@code loop.close}.
     *
     * @throws IllegalStateException from the loop itself, and while a thread is blocked to run it, unless the loop was closed before
     */
    @Override
    public void close() {
        // it may still be leaving the turn in which what it was run for has ended
        if (!engine.isClosing() && (inLoop() || !engine.close(true))) {
            throw new IllegalStateException(
                    "Cannot close a running event loop: " + this + ", from " + Thread.currentThread()
                            + (inLoop() ? ", in " + engine.running : "")
                            + ". Call stop() and let runForever() return first; a loop that"
                            + " Asyncio.run made is closed by it. To close it at the end of its present turn, use dispose()");
        }
        if (currentOrNull() == null && !Schedulers.isInNonBlockingThread()) {
            engine.awaitEnd();
        }
    }

    /** Closes the loop, as {@link #close()} does, at the end of the present turn, also if it is run, and does not wait. Never blocks. */
    @Override
    public void dispose() {
        boolean unused = engine.close(false);
    }

    /**
     * Says whether the loop is at work: in a callback or coroutine at this moment, or run by a blocked thread.
     *
     * <p>asyncio: {@code loop.is_running}.
     *
     * @return true if it is
     */
    public boolean isRunning() {
        return engine.isRunning();
    }

    /**
     * Says whether the loop is closed, or will be at the end of its present turn because {@link #dispose()} was called.
     *
     * <p>asyncio: {@code loop.is_closed}.
     *
     * @return true after a {@link #close()} or {@link #dispose()}
     */
    public boolean isClosed() {
        return engine.isClosing();
    }

    @Override
    public boolean isDisposed() {
        return engine.isClosing();
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
        engine.reporter.setHandler(handler == null ? null : context -> handler.accept(this, context));
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
        engine.reporter.report(context);
    }

    /**
     * Logs the error. Never throws.
     *
     * <p>asyncio: {@code loop.default_exception_handler}.
     *
     * @param context what happened
     */
    public void defaultExceptionHandler(ExceptionContext context) {
        engine.reporter.log(context);
    }

    // ---- debug ----

    /**
     * Debug mode: logs the stack of whatever holds the loop for more than 100 ms, while it does, and how long it took when it is over;
     * records where tasks were created and where they wait. The default is {@code -Dcorio.debug=true}. The first of these comes with {@code
     * -Dcorio.watchdog=true} alone, too.
     *
     * <p>asyncio: {@code loop.set_debug}.
     *
     * @param enabled on or off
     */
    public void setDebug(boolean enabled) {
        engine.debug = enabled;
        if (enabled) {
            engine.watchHolders();
        }
    }

    /**
     * Says whether debug mode is on.
     *
     * <p>asyncio: {@code loop.get_debug}.
     *
     * @return true if it is
     */
    public boolean isDebug() {
        return engine.debug;
    }

    @Override
    public String toString() {
        String state = engine.isClosed() ? "closed" : isRunning() ? "running" : "idle";
        return "EventLoop[" + engine.scheduler() + ", " + state + "]";
    }
}
