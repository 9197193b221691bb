package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;

import io.github.corio.AsyncContext;
import io.github.corio.AsyncFuture;
import io.github.corio.Asyncio;
import io.github.corio.CoroutineAction;
import io.github.corio.CoroutineBody;
import io.github.corio.RecursionError;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Handle;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * An event loop in virtual time. {@link #run(Mono) run} lets time pass by itself: when nothing is ready and no blocking call
 * runs, the clock jumps to the next deadline, of the loop or of a Reactor operator. {@link #advanceTimeBy}, {@link #advanceTimeTo}
 * and {@link #runUntilIdle} are for those who want to hold the wheel.
 *
 * <p>What code on this loop schedules on {@code Schedulers.parallel()}, {@code single()} and their like runs in this time too,
 * one thing after another; what it schedules on {@code boundedElastic()}, {@code toThread} above all, runs on real threads, while
 * the time stands still.
 *
 * <p>The loop is in debug mode, so that a dump can show where each task waits. All methods may be called from any thread that
 * may block, by one thread at a time; those that let time pass may be called in a coroutine of this loop as well, and suspend it.
 *
 * @since 0.1.0
 */
public final class TestLoop implements AutoCloseable {
    /** Reactor's key for what is told of dropped errors, in the Context of a subscriber. */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";
    /** How long in real time code that was interrupted is given to end. */
    private static final long LAST_CHANCE_MILLIS = 1000;

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final TestSettings settings;
    private final Unobserved unobserved = new Unobserved();
    private final TestScheduler scheduler;
    private final EventLoop loop;
    private final Clock clock;
    /** Tasks that wait for each other, which only end with the loop. Of the loop. */
    private final Set<@Nullable Object> inCircles = new HashSet<>();
    /** Some code did not end when it was interrupted: nothing can be run here any more. */
    private volatile boolean stuck;

    private volatile boolean closed;

    private TestLoop(TestSettings settings) {
        this.settings = settings;
        this.scheduler = new TestScheduler(settings, unobserved::dropped);
        this.loop = EventLoop.on(scheduler);
        this.clock = new TestClock(scheduler.agenda(), settings.start(), ZoneOffset.UTC);
        loop.setDebug(true);
        if (settings.unobservedErrorsFail()) {
            loop.setExceptionHandler((unused, context) -> {
                if (!inCircles.contains(context.source())) { // they end with the loop: a dump has told of them
                    unobserved.reported(context);
                }
            });
        }
    }

    /**
     * A loop with the default settings. The first one made in a JVM makes Reactor's shared Schedulers ask, at each call, whether
     * the calling thread lives in the time of a test.
     *
     * @return a new loop, to be closed
     */
    public static TestLoop create() {
        return create(TestSettings.defaults());
    }

    /**
     * A loop with the given settings.
     *
     * @param settings how it behaves
     * @return a new loop, to be closed
     */
    public static TestLoop create(TestSettings settings) {
        ReactorSchedulers.redirect();
        return new TestLoop(Objects.requireNonNull(settings, "settings"));
    }

    // ---- views ----

    /**
     * The event loop.
     *
     * @return the loop that everything here runs on
     */
    public EventLoop loop() {
        return loop;
    }

    /**
     * The virtual time as a Scheduler, for what takes one.
     *
     * @return the Scheduler of the loop
     */
    public Scheduler scheduler() {
        return scheduler;
    }

    /**
     * The virtual time as a time of day, in UTC.
     *
     * @return a clock that begins at {@link TestSettings#start()}
     */
    public Clock clock() {
        return clock;
    }

    /**
     * How much virtual time has passed.
     *
     * @return the time since the loop was made
     */
    public Duration currentTime() {
        return Duration.ofNanos(scheduler.agenda().now());
    }

    /**
     * How this loop behaves.
     *
     * @return what it was made with
     */
    public TestSettings settings() {
        return settings;
    }

    /**
     * What every task waits for, and where.
     *
     * @return several lines
     */
    public String dump() {
        StringBuilder text = new StringBuilder("virtual time: " + currentTime() + "\n" + TaskDump.of(loop));
        for (Thread thread : scheduler.calls().threadsInUse()) {
            text.append("\nblocking call on ")
                    .append(thread.getName())
                    .append(" (")
                    .append(thread.getState())
                    .append("):");
            Frames.ofUser(thread.getStackTrace()).stream()
                    .limit(TaskDump.LINES)
                    .forEach(frame -> text.append("\n    at ").append(frame));
        }
        return text.toString();
    }

    // ---- running ----

    /**
     * Runs a main to its end, time passing by itself, and then what is ready at that moment.
     *
     * @param main what to run, usually a coroutine
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws DeadlockError if it can never end; all tasks are cancelled then
     * @throws TestTimeoutError if it takes too long in real time; errors of the main come out as they are
     */
    public <T> @Nullable T run(Mono<? extends T> main) {
        EventLoop.requireBlockingAllowed("run a test loop");
        Task<T> task = start(main);
        try {
            inTime(() -> finish(task));
        } catch (AssertionError failure) {
            if (task.done() && !task.cancelled() && task.exception() != null) {
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
     * Queues a task on this loop, from any thread. It does not run before time is made to pass or something else is run. Never
     * suspends.
     *
     * @param main what to run, usually a coroutine
     * @param <T> the type of its value
     * @return the task; its name is {@code main} unless the Mono has one
     * @throws IllegalStateException if this loop is closed
     */
    public <T> Task<T> start(Mono<? extends T> main) {
        requireOpen();
        CoroutineBody<T> body = () -> await(main);
        String name = Scannable.from(main).scan(Scannable.Attr.NAME);
        Consumer<Throwable> dropped = unobserved::dropped;
        Context context = Context.of(AsyncContext.copy().view());
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
     * Runs what is ready and due now, and what that makes ready; the clock stands still. Blocks or suspends, and fails, as
     * {@link #advanceTimeBy} does.
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
        advanceTimeTo(currentTime().plus(time));
    }

    /**
     * Lets time pass until the clock stands at a given {@link #currentTime()}, and runs everything that is due until then.
     *
     * @param time not before the current one
     * @throws IllegalArgumentException if it is in the past; otherwise as {@link #advanceTimeBy}
     */
    public void advanceTimeTo(Duration time) {
        if (time.compareTo(currentTime()) < 0) {
            throw new IllegalArgumentException("Time cannot go back from " + currentTime() + " to " + time);
        }
        passTime(time.toNanos());
    }

    /**
     * Lets time pass until nothing is left to run at any time. What repeats itself for ever, like {@code Flux.interval}, makes
     * this fail when the real time is over.
     */
    public void runUntilIdle() {
        if (loop.inLoop()) {
            suspendUntil(scheduler::whenIdle);
        } else {
            inTime(() -> drive(() -> false, Agenda.NEVER));
        }
    }

    /**
     * Makes the clock stand still for as long as a Mono has not ended: for one that waits for something outside of virtual time,
     * like a network, so that no virtual time limit strikes meanwhile. What runs in virtual time goes on as long as it needs no
     * time to pass.
     *
     * @param outside the Mono, which must not wait for virtual time itself
     * @param <T> the type of its value
     * @return a Mono of the same
     */
    public <T> Mono<T> inRealTime(Mono<T> outside) {
        return Mono.defer(() -> {
            scheduler.hold();
            return outside.doFinally(signal -> scheduler.release());
        });
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
        register.accept(() -> {
            if (!reached.done()) {
                reached.setResult(null);
            }
        });
        Void unused = await(reached);
    }

    private boolean drive(BooleanSupplier until, long limit) {
        return scheduler.drive(until, limit);
    }

    private void finish(Task<?> main) {
        while (!drive(main::done, Agenda.NEVER)) {
            if (scheduler.aborted()) {
                return;
            }
            if (!comesFromOutside()) {
                throw deadlock(main);
            }
        }
        runReady();
    }

    private void runReady() {
        Agenda agenda = scheduler.agenda();
        boolean unused = drive(() -> agenda.nextTime() > agenda.now(), agenda.now());
    }

    /** Nothing can happen on this loop. Waits for a thread that it does not know of, if that makes sense. */
    private boolean comesFromOutside() {
        Agenda agenda = scheduler.agenda();
        long seen = agenda.news();
        if (agenda.nextTime() != Agenda.NEVER) {
            return true;
        }
        Duration patience = scheduler.calls().isEmpty() ? Patience.of(loop, settings.patience()) : settings.patience();
        return scheduler.awaitNews(seen, patience.toNanos());
    }

    private DeadlockError deadlock(Task<?> main) {
        Set<Task<?>> tasks = Asyncio.allTasks(loop);
        String circle = TaskDump.circle(loop);
        DeadlockError error = new DeadlockError(
                "Deadlock: nothing is ready, no time is waited for, and "
                        + (tasks.size() == 1 ? "a task" : tasks.size() + " tasks") + " can never go on"
                        + (circle == null ? "" : "; a circle: " + circle),
                dump(),
                main.awaitSite());
        cancelTasks();
        return error;
    }

    /** All but those that wait for each other in a circle, which only end with the loop. */
    private void cancelTasks() {
        Handle unusedHandle = loop.callSoon(() -> Asyncio.allTasks(loop).forEach(task -> {
            try {
                boolean unused = task.cancel();
            } catch (RecursionError circle) {
                inCircles.add(task);
            }
        }));
        boolean unused = drive(() -> inCircles.containsAll(Asyncio.allTasks(loop)), Agenda.NEVER);
    }

    // ---- the limit in real time ----

    /** Does some driving on a thread of its own, which can be left behind if it does not end. */
    private void inTime(Runnable driving) {
        requireOpen();
        if (stuck) {
            throw new IllegalStateException(
                    "This test loop is stuck in code that did not end when it was interrupted:\n" + dump());
        }
        EventLoop.requireBlockingAllowed("let time pass");
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    try {
                        driving.run();
                    } catch (Throwable e) {
                        failure.set(e);
                    } finally {
                        ended.countDown();
                    }
                },
                "corio-test-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
        String late;
        try {
            if (ended.await(settings.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                Throwable error = failure.get();
                if (error != null) {
                    throw Raise.asIs(error);
                }
                return;
            }
            late = "A test in virtual time has not ended after " + settings.timeout() + " of real time";
        } catch (InterruptedException e) {
            late = "A test in virtual time was interrupted in " + Thread.currentThread();
            Thread.currentThread().interrupt();
        }
        TestTimeoutError error = new TestTimeoutError(late, dump());
        stop(ended);
        throw error;
    }

    /** Interrupts whatever runs, and notes if that does not help. */
    private void stop(CountDownLatch ended) {
        scheduler.abort(true);
        Thread running = loop.runningThread();
        if (running != null) {
            running.interrupt();
        }
        scheduler.calls().threadsInUse().forEach(Thread::interrupt);
        boolean interrupted = Thread.interrupted();
        try {
            stuck = !ended.await(LAST_CHANCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stuck = true;
            interrupted = true;
        }
        if (!stuck) {
            scheduler.abort(false);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** True if nothing can be run here any more. */
    boolean stuck() {
        return stuck;
    }

    // ---- the end ----

    /**
     * Ends the loop: tasks that are left are cancelled and awaited, then come the checks. Harmless when repeated.
     *
     * @throws LeakedTaskError if tasks were left running
     * @throws UnobservedError if nobody has looked at some error
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
        if (!stuck) {
            checkLeaks(wrong);
            collect(wrong, () -> inTime(this::cancelTasks));
        }
        loop.dispose();
        if (!stuck) {
            collect(wrong, () -> inTime(this::runReady)); // what is suspended is unwound
        }
        closed = true;
        scheduler.dispose();
        UnobservedError unseen = unobserved.asError();
        if (unseen != null) {
            wrong.add(unseen);
        }
        return wrong;
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
