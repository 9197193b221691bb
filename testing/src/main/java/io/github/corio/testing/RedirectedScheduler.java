package io.github.corio.testing;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;

/**
 * One of Reactor's Schedulers as long as a test module is there: it asks at every call whether the calling thread works for
 * a test, and gives the work to that test, or else to the Scheduler it stands for. Thread-safe.
 */
final class RedirectedScheduler implements Scheduler, Scannable {
    private final Scheduler real;
    private final boolean blocking;
    /** When that is disposed, no test's work is taken any more. */
    private final Disposable owner;

    /**
     * Stands for a Scheduler.
     *
     * @param real gets whatever is no test's
     * @param blocking whether its tasks may block
     * @param shared one that serves tests even when {@code Schedulers.resetFactory} has disposed the real one
     */
    RedirectedScheduler(Scheduler real, boolean blocking, boolean shared) {
        this.real = real;
        this.blocking = blocking;
        this.owner = shared ? TestScheduler.NEVER_DISPOSED : real;
    }

    private static Disposable call(TestScheduler test, Runnable task, @Nullable Worker on) {
        return test.calls().add(task, on);
    }

    /** Throws if the Scheduler takes no work any more. */
    private void requireOpen() {
        if (owner.isDisposed()) {
            throw Exceptions.failWithRejected();
        }
    }

    @Override
    public Disposable schedule(Runnable task) {
        requireOpen();
        TestScheduler test = OpenTests.askingFor(task);
        return test == null ? real.schedule(task) : blocking ? call(test, task, null) : test.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        requireOpen();
        TestScheduler test = OpenTests.askingFor(task);
        if (test == null) {
            return RealTimers.add(task, delay, unit, real.schedule(task, delay, unit));
        }
        return blocking
                ? new Delayed(test, task, null).in(test.createWorker(), delay, unit)
                : test.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        requireOpen();
        TestScheduler test = OpenTests.askingFor(task);
        if (test == null) {
            return RealTimers.add(
                    task, initialDelay, unit, real.schedulePeriodically(task, initialDelay, period, unit));
        }
        return test.schedulePeriodically(blocking ? () -> call(test, task, null) : task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        if (Residence.isSettled() || OpenTests.none()) {
            TestScheduler test = Residence.current();
            return test == null ? createRealWorker() : createWorker(test);
        }
        return new UndecidedWorker(this);
    }

    /** A worker in the time of a test. */
    Worker createWorker(TestScheduler test) {
        Worker time = new TestWorker(test, owner);
        return blocking ? new BlockingWorker(test, time) : time;
    }

    /** A worker in real time. */
    Worker createRealWorker() {
        return new RealWorker(real.createWorker());
    }

    @Override
    public long now(TimeUnit unit) {
        TestScheduler test = OpenTests.askingForTime();
        return test == null ? real.now(unit) : test.now(unit);
    }

    @Override
    public void init() {
        real.init();
    }

    @Override
    public void dispose() {
        real.dispose();
    }

    @Override
    public boolean isDisposed() {
        return real.isDisposed();
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.PARENT ? real : Scannable.from(real).scanUnsafe(key);
    }

    @Override
    public String toString() {
        return real.toString();
    }

    /** A blocking call that begins at a virtual time. */
    private static final class Delayed implements Disposable, Runnable {
        private final TestScheduler test;
        private final Runnable task;
        private final @Nullable Worker on;
        private @Nullable Disposable now;
        private boolean over;

        Delayed(TestScheduler test, Runnable task, @Nullable Worker on) {
            this.test = test;
            this.task = task;
            this.on = on;
        }

        Delayed in(Worker time, long delay, TimeUnit unit) {
            Disposable timer = time.schedule(this, delay, unit);
            synchronized (this) {
                if (now == null) {
                    now = timer;
                }
            }
            return this;
        }

        @Override
        public synchronized void run() {
            if (!over) {
                now = call(test, task, on);
            }
        }

        @Override
        public synchronized void dispose() {
            over = true;
            if (now != null) {
                now.dispose();
            }
        }

        @Override
        public synchronized boolean isDisposed() {
            return over || (now != null && now.isDisposed());
        }
    }

    /** A worker for calls that may block: its delays are virtual, its thread is real. */
    private static final class BlockingWorker implements Worker, Scannable {
        private final TestScheduler test;
        private final Worker time;
        private final Worker thread = BlockingCalls.worker();

        BlockingWorker(TestScheduler test, Worker time) {
            this.test = test;
            this.time = time;
        }

        private void requireOpen() {
            if (time.isDisposed()) {
                throw Exceptions.failWithRejected();
            }
        }

        @Override
        public Disposable schedule(Runnable task) {
            requireOpen();
            return call(test, task, thread);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            requireOpen();
            return delay <= 0 ? schedule(task) : new Delayed(test, task, thread).in(time, delay, unit);
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            requireOpen();
            return time.schedulePeriodically(() -> call(test, task, thread), initialDelay, period, unit);
        }

        @Override
        public void dispose() {
            time.dispose();
            thread.dispose();
        }

        @Override
        @SuppressWarnings("rawtypes") // as Scannable declares it
        public @Nullable Object scanUnsafe(Attr key) {
            return Scannable.from(time).scanUnsafe(key);
        }

        @Override
        public boolean isDisposed() {
            return time.isDisposed();
        }
    }
}
