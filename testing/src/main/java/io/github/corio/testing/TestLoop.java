package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;

import io.github.corio.AsyncContext;
import io.github.corio.AsyncFuture;
import io.github.corio.Asyncio;
import io.github.corio.CancelCycleException;
import io.github.corio.CheckReturnValue;
import io.github.corio.CoroutineAction;
import io.github.corio.CoroutineBody;
import io.github.corio.Task;
import io.github.corio.TaskTree;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Handle;
import io.github.corio.loop.internal.LoopAccess;
import io.github.corio.loop.internal.Loops;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * An event loop in virtual time, for tests. {@link #run(Mono) run} lets time pass by itself. When nothing is ready and
 * no blocking call runs, the clock jumps to the next deadline of the loop or of a Reactor operator. With {@link
 * #advanceTimeBy}, {@link #advanceTimeTo} and {@link #advanceUntilIdle} you advance the clock yourself.
 *
 * <p>Code on this loop may schedule on {@code Schedulers.parallel()}, {@code single()} and their like. That runs in
 * virtual time too, one task after another. Its work on {@code boundedElastic()}, {@code toThread} above all, runs on
 * real threads, while the time stands still.
 *
 * <p>The loop is in debug mode, so that a dump can show where each task waits. Any thread that may block can call the
 * methods, a single thread at a time. A coroutine of this loop can call the methods that let time pass.
 *
 * <p>These labels hold for each method that has none of its own.
 *
 * <ul>
 *   <li><b>Suspends:</b> a method that lets time pass suspends a coroutine of this loop, and blocks any other thread.
 *   <li><b>Cancellation:</b> of such a coroutine is thrown there. {@link #close()} cancels the tasks that are left.
 *   <li><b>Order:</b> that of asyncio. A seed shuffles what asyncio leaves open.
 *   <li><b>Signals on:</b> this loop.
 *   <li><b>Errors:</b> those of the main, as they are, and the errors of the checks of {@link #close()}.
 *   <li><b>asyncio:</b> none. kotlinx.coroutines has {@code TestScope}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class TestLoop implements AutoCloseable {
    /** Reactor's key for what is told of dropped errors, in the Context of a subscriber. */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";
    /** Stands in a Context for the test where nothing is of its time. */
    private static final Object IN_REAL_TIME = "in real time";
    /** While the JVM is busy, what is waited for may only be slow: so often longer. */
    private static final int GENEROSITY = 5;

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private final TestSettings settings;
    private final Unobserved unobserved = new Unobserved();
    private final TestScheduler scheduler;
    private final EventLoop loop;
    private final Clock clock;
    private final Driver driver;
    private final Patience patience;
    /** Tasks that wait for each other, which only end with the loop. Of the loop. */
    private final Set<@Nullable Object> inCircles = new HashSet<>();
    /** Tasks that end with the test. */
    private final Set<Task<?>> background = ConcurrentHashMap.newKeySet();
    /** The Context that the next of several bodies of one test begins with. */
    private volatile Context lifecycle = Context.empty();

    private volatile boolean closed;

    private TestLoop(TestSettings settings, Choices choices, boolean watched) {
        this.settings = settings;
        this.scheduler = new TestScheduler(settings, choices, unobserved::dropped);
        this.loop = EventLoop.on(scheduler);
        this.clock = new TestClock(scheduler.agenda(), settings.start(), settings.zone());
        this.driver = new Driver(scheduler, loop, settings.timeout(), () -> dump() + otherTime(), watched);
        this.patience = new Patience(loop, settings.patience());
        scheduler.outside(new Threads());
        loop.setDebug(true);
        Loops.access(loop).recordSites(choices.wantsSites());
        if (settings.unobservedErrorsFail()) {
            loop.setExceptionHandler((unused, context) -> {
                if (!inCircles.contains(context.source())) { // they end with the loop: a dump has told of them
                    unobserved.reported(context);
                }
            });
        }
        OpenTests.add(scheduler);
    }

    /**
     * Makes a loop with the default settings. After the first one in a JVM, Reactor's shared Schedulers ask at each
     * call whether the calling thread lives in the time of a test.
     *
     * @return a new loop, to be closed
     */
    public static TestLoop create() {
        return create(TestSettings.defaults());
    }

    /**
     * Makes a loop with the given settings.
     *
     * @param settings how it behaves
     * @return a new loop, to be closed
     */
    public static TestLoop create(TestSettings settings) {
        Long seed = Objects.requireNonNull(settings, "settings").seed();
        return create(settings, seed == null ? Choices.IN_ORDER : new Shuffle(seed, settings.chaos()), false);
    }

    /** A loop on which somebody else decides what is left open, and perhaps watches the thread that lets time pass, which is his then. */
    static TestLoop create(TestSettings settings, Choices choices, boolean watched) {
        ReactorSchedulers.redirect();
        Residence.refuseToBlock();
        DroppedErrors.watch();
        return new TestLoop(settings, choices, watched);
    }

    // ---- views ----

    /**
     * Gives the event loop.
     *
     * @return the loop that everything here runs on
     */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Gives the virtual time as a Scheduler.
     *
     * @return the Scheduler of the loop
     */
    public Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Gives the virtual time as a time of day.
     *
     * @return a clock that begins at {@link TestSettings#start()}, in {@link TestSettings#zone()}
     */
    public Clock clock() {
        return clock;
    }

    /**
     * Says how much virtual time has passed.
     *
     * @return the time since the loop was made
     */
    public Duration currentTime() {
        return Duration.ofNanos(scheduler.agenda().now());
    }

    /**
     * Gives the settings of this loop.
     *
     * @return what it was made with
     */
    public TestSettings settings() {
        return settings;
    }

    /**
     * Says what every task waits for, and where.
     *
     * @return several lines
     */
    public String dump() {
        StringBuilder text = new StringBuilder("virtual time: " + currentTime());
        Thread running = Loops.access(loop).runningThread();
        if (running != null) {
            text.append("\nrunning now, on ").append(Frames.of(running));
        }
        text.append('\n').append(Asyncio.taskTree(loop).toText().stripTrailing());
        for (Thread thread : scheduler.calls().threadsInUse()) {
            text.append("\nblocking call on ").append(Frames.of(thread));
        }
        RealTimers.armed().forEach(timer -> text.append("\nin real time: ").append(timer));
        return text.toString();
    }

    // ---- running ----

    /**
     * Runs a main to its end, while time passes by itself, and then all that is ready at that moment. It blocks the
     * calling thread.
     *
     * @param main what to run, usually a coroutine
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws DeadlockError if it can never end. All tasks are cancelled then
     * @throws TestTimeoutError if it takes too long in real time. Errors of the main are thrown as they are
     */
    public <T> @Nullable T run(Mono<? extends T> main) {
        LoopAccess.requireBlockingAllowed("run a test loop");
        return finish(start(main));
    }

    /** Runs one of several bodies of a test: it sees the {@code ContextVar}s that those before it have set. */
    void runNext(CoroutineAction body) {
        LoopAccess.requireBlockingAllowed("run a test loop");
        Object unused = finish(start(
                async(() -> {
                    try {
                        body.run();
                    } finally {
                        lifecycle = Context.of(AsyncContext.copy().view());
                    }
                }),
                Context.of(AsyncContext.copy().view()).putAll((ContextView) lifecycle)));
    }

    private <T> @Nullable T finish(Task<T> task) {
        try {
            inTime(() -> driveToTheEnd(task));
        } catch (AssertionError failure) {
            if (task.isDone() && !task.isCancelled() && task.exception() != null) {
                failure.addSuppressed(task.exception());
            }
            throw failure;
        }
        return task.result();
    }

    /**
     * Runs the body of a coroutine, as {@link #run(Mono)} does.
     *
     * @param body the body
     * @param <T> the type of its value
     * @return its value
     */
    public <T> @Nullable T run(CoroutineBody<? extends T> body) {
        return run(Asyncio.<T>async(body));
    }

    /**
     * Runs the body of a coroutine without a value, as {@link #run(Mono)} does.
     *
     * @param body the body
     */
    public void run(CoroutineAction body) {
        Object unused = run(async(body));
    }

    /**
     * Queues a task on this loop, from any thread. It does not run before time passes or you run something else.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Cancellation:</b> {@link Task#cancel()} ends the task.
     *   <li><b>asyncio:</b> {@code loop.create_task}.
     * </ul>
     *
     * @param main what to run, usually a coroutine
     * @param <T> the type of its value
     * @return the task, named {@code main} unless the Mono has a name
     * @throws IllegalStateException if this loop is closed
     */
    public <T> Task<T> start(Mono<? extends T> main) {
        return start(main, AsyncContext.copy().view());
    }

    private <T> Task<T> start(Mono<? extends T> main, ContextView given) {
        requireOpen();
        CoroutineBody<T> body = () -> await(main);
        String name = Scannable.from(main).scan(Scannable.Attr.NAME);
        Consumer<Throwable> dropped = unobserved::dropped;
        Context context = Context.of(given).put(TestScheduler.CONTEXT_KEY, scheduler);
        try {
            return AsyncContext.of(settings.unobservedErrorsFail() ? context.put(ON_ERROR_DROPPED, dropped) : context)
                    .run(() -> async(body)
                            .named(name == null ? "main" : name)
                            .on(loop)
                            .start());
        } catch (Exception e) {
            throw new IllegalStateException(e); // starting throws no checked exception
        }
    }

    /**
     * Runs what is ready and due now, and what that makes ready, while the clock stands still. It blocks or suspends,
     * and fails, as {@link #advanceTimeBy} does.
     */
    public void runCurrent() {
        passTime(scheduler.agenda().now());
    }

    /**
     * Lets time pass, and runs everything that is due until then, in order. Blocks until that has run, or suspends, if called in a
     * coroutine of this loop.
     *
     * @param time how long, to the nanosecond
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException on a thread that must not block, in a coroutine of another loop, and if this loop is closed
     * @throws TestTimeoutError if it takes too long in real time
     */
    public void advanceTimeBy(Duration time) {
        advanceTimeTo(currentTime().plus(TestSettings.countable(time)));
    }

    /**
     * Lets time pass until the clock stands at a given {@link #currentTime()}, and runs everything that is due until then.
     *
     * @param time not before the current one
     * @throws IllegalArgumentException if it is in the past. Otherwise as {@link #advanceTimeBy}
     */
    public void advanceTimeTo(Duration time) {
        if (time.compareTo(currentTime()) < 0) {
            throw new IllegalArgumentException("Time cannot go back from " + currentTime() + " to " + time);
        }
        passTime(Math.min(VirtualTimeQueue.NEVER - 1, TimeUnit.NANOSECONDS.convert(time)));
    }

    /**
     * Lets time pass until nothing is left to run at any time. A source that never ends, like {@code Flux.interval},
     * makes this fail when the real time is over.
     */
    public void advanceUntilIdle() {
        if (loop.inLoop()) {
            suspendUntil(scheduler::whenIdle);
        } else {
            inTime(() -> drive(() -> false, VirtualTimeQueue.NEVER));
        }
    }

    /**
     * Makes the clock stand still until a Mono has ended, so that no virtual time limit strikes meanwhile. It is for a
     * Mono that waits for something outside of virtual time, like a network.
     *
     * <p>Other work in virtual time goes on as long as it needs no time to pass. Operators inside of the Mono take real
     * time if they are on threads outside of the test. Operators below an answer from the network are. Operators behind
     * the Mono take virtual time.
     *
     * <ul>
     *   <li><b>Suspends:</b> an await does, as the Mono does.
     *   <li><b>Cancellation:</b> cancels the Mono, and the clock goes on.
     *   <li><b>Signals on:</b> the thread of the Mono.
     *   <li><b>Errors:</b> those of the Mono, as they are.
     *   <li><b>asyncio:</b> none.
     * </ul>
     *
     * @param outside the Mono, which must not wait for virtual time itself
     * @param <T> the type of its value
     * @return a Mono of the same
     */
    @CheckReturnValue
    public <T> Mono<T> inRealTime(Mono<T> outside) {
        return Mono.defer(() -> {
            scheduler.hold();
            return outside.contextWrite(inReal -> inReal.put(TestScheduler.CONTEXT_KEY, IN_REAL_TIME))
                    .doFinally(signal -> scheduler.release());
        });
    }

    /**
     * Starts work that ends with the test: a server, a poller, a listener. If it still runs when the test ends, it is
     * cancelled, and its cleanup awaited.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Cancellation:</b> the end of the test cancels it.
     *   <li><b>Errors:</b> its error is an unobserved error, unless some code awaits it.
     *   <li><b>asyncio:</b> none. kotlinx.coroutines has {@code backgroundScope}.
     * </ul>
     *
     * @param work what to run, usually a coroutine
     * @param <T> the type of its value
     * @return the task
     */
    public <T> Task<T> background(Mono<? extends T> work) {
        Task<T> task = start(work);
        background.add(task);
        return task;
    }

    /**
     * Repeats a check until it holds, and lets time pass in between. It takes a minute of virtual time at most. For
     * answers from outside it takes as much real time as the settings allow.
     *
     * <ul>
     *   <li><b>Suspends:</b> in a coroutine of this loop. On any other thread it blocks.
     *   <li><b>Cancellation:</b> is thrown here.
     *   <li><b>Errors:</b> the last failure of the check, as it is.
     *   <li><b>asyncio:</b> none.
     * </ul>
     *
     * @param check fails with an exception or an {@link AssertionError}, as long as it does not hold
     */
    public void eventually(CoroutineAction check) {
        eventually(Duration.ofMinutes(1), check);
    }

    /**
     * Repeats a check until it holds, as {@link #eventually(CoroutineAction)} does.
     *
     * @param within how much virtual time may pass
     * @param check fails with an exception or an {@link AssertionError}, as long as it does not hold
     */
    public void eventually(Duration within, CoroutineAction check) {
        new Eventually(this, within, patience.most()).await(check);
    }

    /** True if something is planned for a later time. */
    boolean isWaitingForTime() {
        return scheduler.agenda().nextTime() != VirtualTimeQueue.NEVER;
    }

    /**
     * Gives the virtual time as an executor. Its tasks may block: each runs on a real thread while time stands still,
     * one after another. Their delays are virtual.
     *
     * @return an executor in the time of this loop
     */
    public ScheduledExecutorService executor() {
        return new TestExecutor(scheduler);
    }

    /**
     * Gives an executor with a delay, like {@code CompletableFuture.delayedExecutor}, but in virtual time.
     *
     * @param delay the virtual time after which it runs what it is given
     * @return an executor in the time of this loop
     */
    public Executor delayedExecutor(Duration delay) {
        ScheduledExecutorService executor = executor();
        return task -> {
            Object unused = executor.schedule(task, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
        };
    }

    private void passTime(long target) {
        if (loop.inLoop()) {
            suspendUntil(wake -> scheduler.scheduleLast(wake, target));
        } else {
            inTime(() -> {
                drive(() -> false, target);
                scheduler.agenda().advanceTo(target);
            });
        }
    }

    private void suspendUntil(Consumer<Runnable> register) {
        AsyncFuture<Void> reached = new AsyncFuture<>(loop) {
            @Override
            public String toString() {
                return "the passing of time";
            }
        };
        register.accept(() -> reached.trySetResult(null));
        Void unused = await(reached);
    }

    private boolean drive(BooleanSupplier until, long limit) {
        try {
            return scheduler.drive(until, limit);
        } catch (TestScheduler.RunawayTime e) {
            throw new TestTimeoutError(
                    "Virtual time has come to " + currentTime() + ", the ceiling is " + settings.ceiling()
                            + ", and the test has not ended: something repeats itself for ever. End it, let it be"
                            + " loop.background(...) of a test that ends, or raise the ceiling (TestSettings.withCeiling). Planned: "
                            + String.join("; ", scheduler.agenda().plans(5)),
                    dump(),
                    new StackTraceElement[0]);
        }
    }

    private void driveToTheEnd(Task<?> main) {
        if (driveOn(main::isDone)) {
            runReady();
        } else if (!scheduler.aborted()) {
            throw deadlock(main);
        }
    }

    /** Drives until a condition holds, for as long as something may come, from the loop or from outside. */
    private boolean driveOn(BooleanSupplier until) {
        while (!drive(until, VirtualTimeQueue.NEVER)) {
            if (scheduler.aborted() || !comesFromOutside()) {
                return false;
            }
        }
        return true;
    }

    private void runReady() {
        VirtualTimeQueue agenda = scheduler.agenda();
        boolean unused = drive(() -> agenda.nextTime() > agenda.now(), agenda.now());
    }

    /** Nothing can happen on this loop. Waits for a thread that it does not know of, if that makes sense. */
    private boolean comesFromOutside() {
        VirtualTimeQueue agenda = scheduler.agenda();
        long seen = agenda.news();
        if (agenda.nextTime() != VirtualTimeQueue.NEVER) {
            return true;
        }
        return awaitNews(seen, scheduler.calls().isEmpty() ? patience.now() : patience.most());
    }

    /** Waits in real time for news; longer than it is told while the JVM is busy, if nobody has told how long exactly. */
    private boolean awaitNews(long seen, Duration time) {
        if (!patience.isGenerous()) {
            return scheduler.awaitNews(seen, time.toNanos());
        }
        Busy busy = new Busy();
        long left = time.toNanos();
        long most = left * GENEROSITY;
        while (left > 0 && most > 0) {
            long slice = Math.min(left, SLICE_NANOS);
            if (scheduler.awaitNews(seen, slice)) {
                return true;
            }
            most -= slice;
            left -= busy.sinceLastCall() ? 0 : slice;
        }
        return false;
    }

    /** What may come from threads outside. Of the driver. */
    private final class Threads implements Outside {
        private Set<Object> inVain = Set.of();
        private long arrivals;

        @Override
        public boolean mayAnswerBefore(long seen) {
            if (patience.most().isZero()) {
                return scheduler.agenda().news() != seen;
            }
            List<Object> waits = patience.foreignWaits();
            if (waits.isEmpty()) {
                return false;
            }
            if (scheduler.arrivals() != arrivals) {
                arrivals = scheduler.arrivals();
                inVain = Set.of();
            }
            if (scheduler.agenda().nextFollowsAnswer()) {
                return false;
            }
            if (inVain.containsAll(waits)) {
                return false;
            }
            if (awaitNews(seen, patience.most())) {
                return true;
            }
            Set<Object> vain = Collections.newSetFromMap(new IdentityHashMap<>());
            vain.addAll(waits);
            inVain = vain;
            return false;
        }

        @Override
        public long patienceNanos() {
            return patience.most().toNanos();
        }
    }

    private DeadlockError deadlock(Task<?> main) {
        Set<Task<?>> tasks = Asyncio.allTasks(loop);
        List<TaskTree.Cycle> circles = Asyncio.taskTree(loop).cycles();
        DeadlockError error = new DeadlockError(
                "Deadlock: nothing is ready, no time is waited for, and "
                        + (tasks.size() == 1 ? "a task" : tasks.size() + " tasks") + " can never go on"
                        + (circles.isEmpty() ? "" : ". A circle: " + circles.get(0)) + advice(),
                dump(),
                main.awaitSite());
        cancelTasks();
        return error;
    }

    private String advice() {
        StringBuilder advice = new StringBuilder();
        if (patience.isForOutside() || !RealTimers.armed().isEmpty()) {
            advice.append(
                    "\nIf a thread outside of the test was to answer in real time: use loop.inRealTime(...), or wait longer"
                            + " (patienceMillis, TestSettings.withPatience)");
        }
        return advice.append(otherTime()).toString();
    }

    /** What to say if there is a virtual time that this loop has no part in. */
    private static String otherTime() {
        return VirtualTimeScheduler.isFactoryEnabled()
                ? "\nA VirtualTimeScheduler is set, for the whole JVM: what was made since is in its time, which only it advances."
                        + " Call VirtualTimeScheduler.reset() first, or use it without @CoroutineTest. In the body of a @CoroutineTest"
                        + " StepVerifier.create(...) has virtual time, and withVirtualTime does not know when a coroutine waits"
                : "";
    }

    /** All but those that wait for each other in a circle, which only end with the loop. */
    private void cancelTasks() {
        Handle unusedHandle = loop.callSoon(() -> Asyncio.allTasks(loop).forEach(task -> {
            try {
                boolean unused = task.cancel();
            } catch (CancelCycleException circle) {
                inCircles.add(task);
            }
        }));
        boolean unused = driveOn(() -> inCircles.containsAll(Asyncio.allTasks(loop)));
    }

    /** Does some driving on a thread of its own, which can be left behind if it does not end. */
    private void inTime(Runnable driving) {
        requireOpen();
        driver.drive(driving);
    }

    Driver driver() {
        return driver;
    }

    /** True if nothing can be run here any more. */
    boolean stuck() {
        return driver.stuck();
    }

    // ---- the end ----

    /**
     * Ends the loop: tasks that are left are cancelled and awaited, then come the checks. Harmless when repeated.
     *
     * @throws LeakedTaskError if tasks were left running
     * @throws UnobservedError if no code has observed an error
     */
    @Override
    public void close() {
        List<Throwable> wrong = end();
        if (!wrong.isEmpty()) {
            Throwable first = wrong.get(0);
            wrong.stream().skip(1).forEach(first::addSuppressed);
            throw Raise.asIs(first);
        }
    }

    /** Ends the loop after a failure: tasks that are left are no wonder then. */
    void closeAfter(Throwable failure) {
        for (Throwable wrong : end()) {
            if (!(wrong instanceof LeakedTaskError)) {
                failure.addSuppressed(wrong);
            }
        }
    }

    private List<Throwable> end() {
        List<Throwable> wrong = new ArrayList<>();
        if (closed) {
            return wrong;
        }
        try {
            endTasks(wrong);
        } finally { // another thread may still let time pass: JUnit's @Timeout leaves one behind
            closed = true;
            OpenTests.remove(scheduler);
            scheduler.dispose();
        }
        UnobservedError unseen = settings.unobservedErrorsFail() ? unobserved.asError() : null;
        if (unseen != null) {
            wrong.add(unseen);
        }
        return wrong;
    }

    private void endTasks(List<Throwable> wrong) {
        if (!stuck() && !Asyncio.allTasks(loop).isEmpty()) {
            collect(wrong, () -> inTime(this::endBackground));
            checkLeaks(wrong);
            collect(wrong, () -> inTime(this::cancelTasks));
        }
        loop.dispose();
        if (!stuck() && scheduler.agenda().nextTime() <= scheduler.agenda().now()) {
            collect(wrong, () -> inTime(this::runReady)); // what is suspended is unwound
        }
    }

    private void endBackground() {
        Handle unused = loop.callSoon(() -> background.forEach(Task::cancel));
        boolean unusedResult = driveOn(() -> background.stream().allMatch(Task::isDone));
    }

    private void checkLeaks(List<Throwable> wrong) {
        Set<Task<?>> left = Asyncio.allTasks(loop);
        if (settings.leakedTasksFail() && !left.isEmpty()) {
            wrong.add(new LeakedTaskError(
                    "The test has ended, and " + (left.size() == 1 ? "a task was" : left.size() + " tasks were")
                            + " left running. Await or cancel what a test starts, or allow it",
                    dump()));
        }
    }

    private static void collect(List<Throwable> wrong, Runnable action) {
        try {
            action.run();
        } catch (TestTimeoutError e) {
            wrong.add(e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This test loop is closed");
        }
    }

    @Override
    public String toString() {
        return "TestLoop[" + currentTime() + (closed ? ", closed" : "") + "]";
    }
}
