package io.github.corio.testing;

import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
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
 * <p>Thread-safe; driven by one thread at a time, or in its place by a deputy while that is blocked.
 */
final class TestScheduler implements Scheduler {
    /** The key under which the Context of everything in a test holds its scheduler. */
    static final Object CONTEXT_KEY = TestScheduler.class;

    /** How often threads that block are looked at. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** How long nothing more must have come from threads outside before an order of what has come is chosen. */
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final VirtualTimeQueue agenda = new VirtualTimeQueue();
    private final Queue<Runnable> whenIdle = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Thread> driver = new AtomicReference<>();
    /** Held while a deputy is at work. */
    private final ReentrantLock deputy = new ReentrantLock();

    private final AtomicInteger holds = new AtomicInteger();
    private final AtomicLong workers = new AtomicLong();
    static final Disposable NEVER_DISPOSED = () -> {};

    /** How often a thread outside of the test has asked for something. */
    private final AtomicLong arrivals = new AtomicLong();

    private final Instant start;
    private final Consumer<? super Throwable> errors;
    private final Choices choices;
    private final long ceiling;
    private final BlockingCalls calls;
    private volatile Outside outside = Outside.NOTHING;
    /** The worker of a loop that lets others go first. */
    private volatile long yielded = VirtualTimeQueue.NOBODY;

    private volatile boolean disposed;
    private volatile boolean aborted;

    TestScheduler(TestSettings settings, Choices choices, Consumer<? super Throwable> errors) {
        this.start = settings.start();
        this.errors = errors;
        this.choices = choices;
        this.ceiling = TimeUnit.NANOSECONDS.convert(settings.ceiling());
        this.calls = new BlockingCalls(choices, task -> Residence.in(this, () -> guarded(task)), agenda::tell);
    }

    VirtualTimeQueue agenda() {
        return agenda;
    }

    BlockingCalls calls() {
        return calls;
    }

    Consumer<? super Throwable> errors() {
        return errors;
    }

    Choices choices() {
        return choices;
    }

    /** From now on asks this before time jumps and before anything counts as a deadlock. */
    void outside(Outside changed) {
        outside = changed;
    }

    /** Grows whenever a thread outside of the test asks for something. */
    long arrivals() {
        return arrivals.get();
    }

    boolean isDriven() {
        return driver.get() != null;
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
        Residence.Stay stay = Residence.enter(this, true);
        try {
            return driveHere(until, limit);
        } finally {
            stay.end();
            driver.set(null);
        }
    }

    /** Does the driver's work while that is blocked, as long as the condition holds. */
    void deputize(BooleanSupplier whileBlocked) {
        Residence.Stay stay = Residence.enter(this, true);
        try {
            boolean unusedResult = driveHere(
                    () -> {
                        if (deputy.isHeldByCurrentThread()) {
                            deputy.unlock();
                        }
                        deputy.lock();
                        return !whileBlocked.getAsBoolean();
                    },
                    VirtualTimeQueue.NEVER);
        } finally {
            stay.end();
            if (deputy.isHeldByCurrentThread()) {
                deputy.unlock();
            }
        }
    }

    private boolean driveHere(BooleanSupplier until, long limit) {
        long quietSince = System.nanoTime();
        while (!until.getAsBoolean()) {
            if (aborted) {
                return false;
            }
            long seen = agenda.news();
            VirtualTimeQueue.Entry due = agenda.pollDue(choices, yielded);
            yielded = VirtualTimeQueue.NOBODY;
            if (due != null) {
                run(due);
                letDeputyFinish();
            } else if (!calls.startNext()) {
                if (holds.get() > 0 || calls.holdTime(System.nanoTime() - quietSince, outside.patienceNanos())) {
                    if (!awaitNews(seen, POLL_NANOS)) {
                        continue; // still quiet
                    }
                } else if (!(limit == VirtualTimeQueue.NEVER && outside.mayAnswerBefore(seen)) && !jump(limit)) {
                    return false;
                }
            }
            quietSince = System.nanoTime();
        }
        return true;
    }

    /** One that took over while this was blocked may be in the middle of something. */
    private void letDeputyFinish() {
        if (deputy.isLocked() && !deputy.isHeldByCurrentThread()) {
            deputy.lock();
            try {
                agenda.tell(); // the deputy may have left something to do
            } finally {
                deputy.unlock();
            }
        }
    }

    private void run(VirtualTimeQueue.Entry due) {
        if (due.what() instanceof Arrival && choices.varies(Choices.Kind.ARRIVAL)) {
            long seen = agenda.news();
            for (int i = 0; i < 10 && awaitNews(seen, SETTLED_NANOS); i++) {
                seen = agenda.news();
            }
        }
        if (due.what() instanceof TestWorker loop) {
            loop.begins();
        } else if (due.what() instanceof Arrival arrival) {
            arrival.loop().begins();
        } else if (choices.traces()) {
            choices.step(due.what());
        }
        due.run();
    }

    /** Nothing is due: goes to when something is. */
    private boolean jump(long limit) {
        long next = agenda.nextTime();
        if (next <= limit && next != VirtualTimeQueue.NEVER) {
            if (next > ceiling && limit == VirtualTimeQueue.NEVER) {
                throw new RunawayTime();
            }
            agenda.advanceTo(late(next, limit));
            return true;
        }
        Runnable idle = next == VirtualTimeQueue.NEVER ? whenIdle.poll() : null;
        if (idle == null) {
            return false;
        }
        idle.run();
        return true;
    }

    /** A busy machine looks at the clock late: up to a twentieth of what it was asked to wait, and 2 ms at least. */
    private long late(long next, long limit) {
        if (!choices.varies(Choices.Kind.CLOCK)) {
            return next;
        }
        long step = Math.max((next - agenda.now()) / 40, TimeUnit.MILLISECONDS.toNanos(1));
        String[] names = {"in time", "a little late", "late"};
        return Math.min(limit, next + step * choices.choose(Choices.Kind.CLOCK, names.length, index -> names[index]));
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

    /** A loop lets others go first: it does not come next, unless there are none. */
    void letOthersGo(long worker) {
        yielded = worker;
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
        Disposable unused = agenda.add(VirtualTimeQueue.Entry.last(agenda, time, task, this));
    }

    /** Runs something when nothing is left to run at any time. */
    void whenIdle(Runnable task) {
        whenIdle.add(task);
        agenda.tell();
    }

    long newWorker() {
        return workers.incrementAndGet();
    }

    /** When something is due that is asked for now. */
    long dueIn(long delayNanos) {
        return after(agenda.now(), delayNanos);
    }

    /** When something is due that is asked for at a time. */
    static long after(long time, long delayNanos) {
        long due = time + Math.max(0, delayNanos);
        return due < 0 ? VirtualTimeQueue.NEVER : due;
    }

    Disposable add(Runnable task, long time, long worker, long place, Object what, Disposable owner) {
        boolean arrives = isDriven() && Residence.current() != this;
        if (arrives) {
            arrivals.incrementAndGet();
        }
        Runnable hooked = Schedulers.onSchedule(task);
        Object shown = arrives && what instanceof TestWorker loop ? new Arrival(loop) : what;
        VirtualTimeQueue.Entry entry =
                new VirtualTimeQueue.Entry(agenda, time, worker, place, () -> guarded(hooked), shown, owner);
        if (arrives && time > agenda.now() && Origin.of(task) == this) {
            entry.isAnswer();
        }
        Disposable unused = agenda.add(entry);
        if (time > agenda.now()) {
            BlockingCalls.askedForTime();
        }
        return entry;
    }

    /** Shown for what a thread outside of the test has woken. */
    record Arrival(TestWorker loop) {}

    @Override
    public Disposable schedule(Runnable task) {
        return add(task, dueIn(0), newWorker(), VirtualTimeQueue.UNNUMBERED, task, this);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return add(task, dueIn(unit.toNanos(delay)), newWorker(), VirtualTimeQueue.UNNUMBERED, task, this);
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
        return new TestWorker(this, NEVER_DISPOSED);
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

    /** Nothing ends, and time goes on and on. */
    static final class RunawayTime extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RunawayTime() {
            super(null, null, false, false);
        }
    }
}
