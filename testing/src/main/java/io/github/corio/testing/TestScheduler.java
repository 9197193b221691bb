package io.github.corio.testing;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.TieBreaker;
import java.time.Instant;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A Scheduler whose time passes when somebody drives it: {@link #drive} runs what is due, one thing after another, on the
 * calling thread, and lets the clock jump to the next deadline when nothing is due and nothing holds the time.
 *
 * <p>Like Reactor's own Schedulers it has two clocks: in nanoseconds and microseconds it counts from its beginning, in
 * milliseconds and above it shows the time of day.
 *
 * <p>Thread-safe; driven by one thread at a time.
 */
final class TestScheduler implements Scheduler {
    /** How often threads that block are looked at. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Of what was scheduled without a delay: behind everything that was awaited for this time, so that none can starve. */
    private static final long AT_ONCE = 1L << 32;

    private static final ThreadLocal<@Nullable TestScheduler> DRIVEN = new ThreadLocal<>();

    private final Agenda agenda = new Agenda();
    private final Queue<Runnable> whenIdle = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Thread> driver = new AtomicReference<>();
    private final AtomicInteger holds = new AtomicInteger();
    private final AtomicInteger workers = new AtomicInteger();
    private final Instant start;
    private final Consumer<? super Throwable> errors;
    private final @Nullable Long seed;
    private final Random random;
    private final long patienceNanos;
    private final BlockingCalls calls;
    private volatile boolean disposed;
    private volatile boolean aborted;

    TestScheduler(TestSettings settings, Consumer<? super Throwable> errors) {
        this.start = settings.start();
        this.errors = errors;
        this.seed = settings.seed();
        this.random = new Random(seed == null ? 0 : seed);
        this.patienceNanos = settings.patience().toNanos();
        this.calls = new BlockingCalls(seed == null ? null : new Random(~seed), this::driven, agenda::tell);
    }

    /** The one whose time the current thread lives in: that of the loop it runs, else the one it drives or works for. */
    static @Nullable TestScheduler currentOrNull() {
        EventLoop loop = EventLoop.currentOrNull();
        if (loop != null) {
            return loop.worker() instanceof TestWorker worker ? worker.scheduler : null;
        }
        return DRIVEN.get();
    }

    Agenda agenda() {
        return agenda;
    }

    BlockingCalls calls() {
        return calls;
    }

    /** From now on, until it has been released as often, the clock stands still when nothing is due. */
    void hold() {
        holds.incrementAndGet();
    }

    void release() {
        holds.decrementAndGet();
        agenda.tell();
    }

    // ---- driving ----

    /**
     * Runs what is due, and lets time jump, until the condition holds or nothing is left up to the limit. The clock is then
     * where the last thing was due.
     *
     * @return false if the condition does not hold: nothing more is due up to the limit, or {@link #abort} was called
     */
    boolean drive(BooleanSupplier until, long limit) {
        Thread self = Thread.currentThread();
        if (!driver.compareAndSet(null, self)) {
            throw new IllegalStateException(
                    "The time of this test loop is advanced by " + driver.get() + " at this moment, and not by " + self
                            + " too. In a coroutine let time pass by await(sleep(...))");
        }
        TestScheduler before = DRIVEN.get();
        DRIVEN.set(this);
        try {
            return driveHere(until, limit);
        } finally {
            DRIVEN.set(before);
            driver.set(null);
        }
    }

    private boolean driveHere(BooleanSupplier until, long limit) {
        long quietSince = System.nanoTime();
        while (!until.getAsBoolean()) {
            if (aborted) {
                return false;
            }
            long seen = agenda.news();
            Agenda.Entry due = agenda.pollDue();
            if (due != null) {
                due.run();
            } else if (!calls.startNext()) {
                if (holds.get() > 0 || calls.holdTime(System.nanoTime() - quietSince, patienceNanos)) {
                    if (!awaitNews(seen, POLL_NANOS)) {
                        continue; // still quiet
                    }
                } else if (!jump(limit)) {
                    return false;
                }
            }
            quietSince = System.nanoTime();
        }
        return true;
    }

    /** Nothing is due: goes to when something is. */
    private boolean jump(long limit) {
        long next = agenda.nextTime();
        if (next <= limit && next != Agenda.NEVER) {
            agenda.advanceTo(next);
            return true;
        }
        Runnable idle = next == Agenda.NEVER ? whenIdle.poll() : null;
        if (idle == null) {
            return false;
        }
        idle.run();
        return true;
    }

    /**
     * Waits in real time for news since {@code seen}; false if the time ran out first. Whoever wants the driving to end calls {@link #abort}: an
     * interrupt alone was left behind by a body that ran on this thread.
     */
    boolean awaitNews(long seen, long nanos) {
        try {
            return agenda.awaitNews(seen, nanos);
        } catch (InterruptedException leftBehind) {
            return true;
        }
    }

    /** Makes whoever drives stop at the next opportunity, until this is taken back. */
    void abort(boolean on) {
        aborted = on;
        agenda.tell();
    }

    boolean aborted() {
        return aborted;
    }

    private Runnable driven(Runnable task) {
        return () -> {
            TestScheduler before = DRIVEN.get();
            DRIVEN.set(this);
            try {
                guarded(task);
            } finally {
                DRIVEN.set(before);
            }
        };
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            errors.accept(e);
        }
    }

    // ---- scheduling ----

    /** Runs something at a time when nothing else is due then. */
    void scheduleLast(Runnable task, long time) {
        Disposable unused = agenda.add(new Agenda.Entry(agenda, time, Long.MAX_VALUE, task, this));
    }

    /** Runs something when nothing is left to run at any time. */
    void whenIdle(Runnable task) {
        whenIdle.add(task);
        agenda.tell();
    }

    private Disposable add(Runnable task, long delayNanos, int worker, Disposable owner) {
        boolean delayed = delayNanos > 0;
        long due = agenda.now() + Math.max(0, delayNanos);
        long time = due < 0 ? Agenda.NEVER : due;
        long rank = delayed && seed != null ? shuffledRank(seed, worker, time) : AT_ONCE;
        Runnable hooked = Schedulers.onSchedule(task);
        Disposable entry = agenda.add(new Agenda.Entry(agenda, time, rank, () -> guarded(hooked), owner));
        if (delayed) {
            BlockingCalls.askedForTime();
        }
        return entry;
    }

    /** The same for all that one worker does at one time, since a worker keeps its order; else any below AT_ONCE. */
    private static long shuffledRank(long seed, int worker, long time) {
        return mix(mix(mix(seed) + worker) + time) & (AT_ONCE - 1);
    }

    /** Spreads every bit over all (the finalizer of SplitMix64). */
    private static long mix(long bits) {
        long z = bits + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return add(task, 0, workers.incrementAndGet(), this);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return add(task, unit.toNanos(delay), workers.incrementAndGet(), this);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return createWorker().schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        if (disposed) {
            throw Exceptions.failWithRejected();
        }
        return new TestWorker(this);
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.compareTo(TimeUnit.MILLISECONDS) >= 0
                ? unit.convert(start.plusNanos(agenda.now()).toEpochMilli(), TimeUnit.MILLISECONDS)
                : unit.convert(agenda.now(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void dispose() {
        disposed = true;
        calls.dispose();
        whenIdle.clear();
        agenda.close();
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    @Override
    public String toString() {
        return "virtual time";
    }

    /** A worker of a TestScheduler. Its tasks of one time keep their order. */
    private static final class TestWorker implements Worker, TieBreaker {
        private final TestScheduler scheduler;
        private final int number;
        private volatile boolean over;

        TestWorker(TestScheduler scheduler) {
            this.scheduler = scheduler;
            this.number = scheduler.workers.incrementAndGet();
        }

        @Override
        public long rank(long registration) {
            return scheduler.seed == null ? registration : scheduler.random.nextLong();
        }

        @Override
        public Disposable schedule(Runnable task) {
            return schedule(task, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            if (over) {
                throw Exceptions.failWithRejected();
            }
            return scheduler.add(task, unit.toNanos(delay), number, this);
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            Periodic periodic = new Periodic(this, task, unit.toNanos(initialDelay), unit.toNanos(period));
            periodic.arm();
            return periodic;
        }

        @Override
        public void dispose() {
            over = true;
        }

        @Override
        public boolean isDisposed() {
            return over || scheduler.disposed;
        }
    }

    /** A task that is run again and again, at multiples of its period. */
    private static final class Periodic implements Runnable, Disposable {
        private final TestWorker worker;
        private final Runnable task;
        private final long period;
        private long next;
        private volatile boolean over;

        Periodic(TestWorker worker, Runnable task, long initialDelay, long period) {
            this.worker = worker;
            this.task = task;
            this.period = Math.max(0, period);
            this.next = worker.scheduler.agenda.now() + Math.max(0, initialDelay);
        }

        void arm() {
            Disposable unused = worker.schedule(this, next - worker.scheduler.agenda.now(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void run() {
            if (over) {
                return;
            }
            task.run();
            next += period;
            if (!isDisposed()) {
                arm();
            }
        }

        @Override
        public void dispose() {
            over = true;
        }

        @Override
        public boolean isDisposed() {
            return over || worker.isDisposed();
        }
    }
}
