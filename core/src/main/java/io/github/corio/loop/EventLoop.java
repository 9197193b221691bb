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
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A serial context on top of a Reactor {@link Scheduler}: between two suspensions, code on a loop runs alone. It is not
 * a thread. Thousands of loops may share a few threads.
 *
 * <p>A loop is driven by its Scheduler whenever there is something to run, so you need not call {@link #runForever()}.
 * {@link #stop()} makes the loop pause. {@code runForever} lets it go on, and blocks until the next {@code stop}. The
 * loop knows no tasks: for these see {@code Asyncio.run} and {@code Coroutine.on}.
 *
 * <p>Thread-safe: any thread may call everything here, unless it says otherwise.
 *
 * <ul>
 *   <li><b>Suspends:</b> never. {@link #runForever()} and {@link #close()} block the calling thread.
 *   <li><b>Order:</b> that of asyncio. Ready handles are a queue, first in, first out, which runs turn by turn. Timers
 *       join it when they are due, those of equal deadline in the order of their registration.
 *   <li><b>Signals on:</b> a thread of its Scheduler, or a fiber: see {@link FiberKind}.
 *   <li><b>Errors:</b> those of a callback go to the exception handler.
 *   <li><b>asyncio:</b> {@code asyncio.EventLoop}.
 * </ul>
 *
 * @since 0.1.0
 */
@SuppressWarnings("exports") // the superclass is the way to the engine, and has no member that users see
public final class EventLoop extends Face implements Disposable, AutoCloseable {
    /** The key under which the Reactor Context of everything that runs on a loop holds that loop. */
    public static final Object CONTEXT_KEY = EventLoop.class;

    /**
     * The key under which the Reactor Context of a subscriber names the {@link Scheduler} of the fresh loop that is
     * made for it. That loop ends with the request. It has no effect where the Context names a loop: see {@link
     * #CONTEXT_KEY}.
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
     * Makes a loop on the {@link #setDefaultScheduler default Scheduler}.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code asyncio.new_event_loop()}.
     * </ul>
     *
     * @return the loop
     */
    public static EventLoop create() {
        return new EventLoop(FreshLoops.defaultScheduler());
    }

    /**
     * Makes a loop for a subscriber, as a coroutine does that finds no loop in its subscriber's Context. The caller
     * owns the loop and disposes of it. The first of these drives it:
     *
     * <ol>
     *   <li>the Scheduler under {@link #SCHEDULER_KEY},
     *   <li>the Scheduler of {@link #setDefaultScheduler},
     *   <li>the event loop whose thread this is, where {@link EventLoopExecutors} is switched on,
     *   <li>{@link Schedulers#parallel()}.
     * </ol>
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
     * Makes a loop on a {@link Scheduler.Worker} of the given Scheduler, which also gives it the time.
     *
     * @param scheduler any Scheduler that can delay, so not {@link Schedulers#immediate()}
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
     * Sets the Scheduler of the loops that are made from now on, in the whole JVM, where the code names none. These are
     * the new loops of subscribers, of {@link #create()} and of {@code Asyncio.run}. Loops that are there stay where
     * they are.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code asyncio.set_event_loop_policy}.
     * </ul>
     *
     * @param scheduler any Scheduler that can delay. Null is {@link Schedulers#parallel()}, the Scheduler at first
     * @throws IllegalArgumentException for {@link Schedulers#immediate()}
     */
    public static void setDefaultScheduler(@Nullable Scheduler scheduler) {
        FreshLoops.setDefault(scheduler);
    }

    /**
     * Gives the Scheduler of the loops for which the code names none.
     *
     * @return what was set, else {@link Schedulers#parallel()}
     */
    public static Scheduler getDefaultScheduler() {
        return FreshLoops.defaultScheduler();
    }

    /**
     * Gives the loops of this JVM that are not closed. This keeps none of them alive.
     *
     * @return a snapshot, about in the order of their creation
     */
    public static List<EventLoop> all() {
        return LiveLoops.all().stream().map(EventLoop.class::cast).toList();
    }

    /**
     * Gives the loop whose code the current thread runs.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code asyncio.get_running_loop()}.
     * </ul>
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
     * Gives the loop whose code the current thread runs, if there is one.
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
     * Queues a callback behind all that is ready. It runs in the Context that is current here.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Order:</b> that of the calls.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> those of the callback go to the exception handler.
     *   <li><b>asyncio:</b> {@code loop.call_soon} and {@code loop.call_soon_threadsafe}, which are one here.
     * </ul>
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
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.call_later}.
     * </ul>
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
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.call_at}.
     * </ul>
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
     * Gives the time on the loop's clock, which is the Scheduler's: monotonic, or virtual. Only differences mean
     * something.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.time}.
     * </ul>
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
        return TimeUnit.NANOSECONDS.convert(Objects.requireNonNull(duration, "duration")); // 292 years at most
    }

    private static long saturatedAdd(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? (b < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    // ---- running, stopping, closing ----

    /**
     * Lets a stopped loop go on, and blocks the calling thread until {@link #stop()} is called. If it was called
     * before, exactly one turn is run. The callbacks run on the loop's Scheduler, not on the calling thread.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.run_forever}.
     * </ul>
     *
     * @throws IllegalStateException if the loop is closed or run already, on a thread of a loop, or on a
     *     {@link NonBlocking} thread
     * @throws InterruptedException if the calling thread is interrupted. The loop goes on
     */
    public void runForever() throws InterruptedException {
        boolean unused = Loops.access(this).run(new CompletableFuture<>(), () -> {}, true);
    }

    /**
     * Makes the loop pause at the end of the present turn. It keeps what is ready or timed for {@link #runForever()}.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.stop}.
     * </ul>
     */
    public void stop() {
        engine.stop();
    }

    /**
     * Closes a loop that no thread is blocked to run. If its Scheduler is at work on it, it closes at the end of the
     * present turn. A closed loop never opens again. Queued handles are dropped. Suspended bodies are unwound with a
     * {@link LoopClosedError}.
     *
     * <p>It blocks the calling thread until every suspended body has ended, and the exception handler has its errors.
     * It does not wait on a thread of a loop, nor on a {@link NonBlocking} thread. It does not wait either for a body
     * that ignores its {@link LoopClosedError} and waits on the loop again and again. An interrupt, which is kept, ends
     * the wait. Harmless when repeated. After a {@link #dispose()} it waits for the end of that.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.close}.
     * </ul>
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

    /**
     * Closes the loop, as {@link #close()} does, at the end of the present turn, also if a thread is blocked to run it.
     * Never blocks.
     */
    @Override
    public void dispose() {
        boolean unused = engine.close(false);
    }

    /**
     * Says whether the loop is at work: in a callback or coroutine at this moment, or run by a blocked thread.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.is_running}.
     * </ul>
     *
     * @return true if it is
     */
    public boolean isRunning() {
        return engine.isRunning();
    }

    /**
     * Says whether the loop is closed, or will be at the end of its present turn because {@link #dispose()} was called.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.is_closed}.
     * </ul>
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
     * Sets the handler of errors that belong to no awaiter and no subscriber. It is called on the loop, in the Context
     * of what failed.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.set_exception_handler}.
     * </ul>
     *
     * @param handler the handler, null for {@link #defaultExceptionHandler}
     */
    public void setExceptionHandler(@Nullable BiConsumer<? super EventLoop, ? super ExceptionContext> handler) {
        this.exceptionHandler = handler;
        engine.reporter.setHandler(handler == null ? null : context -> handler.accept(this, context));
    }

    /**
     * Gives the handler that was set.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.get_exception_handler}.
     * </ul>
     *
     * @return the handler, null if there is none
     */
    public @Nullable BiConsumer<? super EventLoop, ? super ExceptionContext> getExceptionHandler() {
        return exceptionHandler;
    }

    /**
     * Calls the exception handler. Never throws: an error of the handler goes to the default handler.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.call_exception_handler}.
     * </ul>
     *
     * @param context what happened
     */
    public void callExceptionHandler(ExceptionContext context) {
        engine.reporter.report(context);
    }

    /**
     * Logs the error. Never throws.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.default_exception_handler}.
     * </ul>
     *
     * @param context what happened
     */
    public void defaultExceptionHandler(ExceptionContext context) {
        engine.reporter.log(context);
    }

    // ---- debug ----

    /**
     * Switches debug mode on or off. It logs the stack of code that holds the loop for more than 100 ms, and afterwards
     * how long that took. It records where tasks were created and where they wait. The default is {@code
     * -Dcorio.debug=true}. {@code -Dcorio.watchdog=true} switches on the log alone.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.set_debug}.
     * </ul>
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
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.get_debug}.
     * </ul>
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
