package io.github.corio.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** The JDK's interface to virtual time. Its tasks are blocking calls of the test, its delays are virtual. Thread-safe. */
final class TestExecutor extends AbstractExecutorService implements ScheduledExecutorService {
    private final TestScheduler scheduler;
    private final Set<Job<?>> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean shutdown;

    TestExecutor(TestScheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void execute(Runnable command) {
        Job<Object> unused = start(new Job<>(Executors.callable(command), 0), 0);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return start(new Job<>(Executors.callable(command), 0), unit.toNanos(delay));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return start(new Job<>(callable, 0), unit.toNanos(delay));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return start(new Job<>(Executors.callable(command), positive(period, unit)), unit.toNanos(initialDelay));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return start(new Job<>(Executors.callable(command), -positive(delay, unit)), unit.toNanos(initialDelay));
    }

    private static long positive(long period, TimeUnit unit) {
        if (period <= 0) {
            throw new IllegalArgumentException("a period must be positive, not " + period);
        }
        return unit.toNanos(period);
    }

    private <V> Job<V> start(Job<V> job, long delayNanos) {
        if (shutdown) {
            throw new RejectedExecutionException("This executor of a test was shut down");
        }
        pending.add(job);
        job.arm(scheduler.dueIn(delayNanos));
        return job;
    }

    @Override
    public void shutdown() {
        shutdown = true;
        pending.forEach(Job::endIfPeriodic);
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> never = new ArrayList<>(pending);
        pending.forEach(job -> job.cancel(true));
        return never;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && pending.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        while (!isTerminated() && end - System.nanoTime() > 0) {
            Thread.sleep(1); // its limit is in real time, as that of any executor; then it looks again
        }
        return isTerminated();
    }

    /** One task, perhaps a periodic one. A period is negative if it is counted from the end of a run. */
    private final class Job<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long period;
        private volatile long time;
        private volatile @Nullable Disposable scheduled;

        Job(Callable<V> callable, long period) {
            super(callable);
            this.period = period;
        }

        void arm(long due) {
            time = due;
            scheduled = scheduler.add(
                    () -> scheduled = scheduler.calls().add(this::step, null),
                    due,
                    scheduler.newWorker(),
                    VirtualTimeQueue.UNNUMBERED,
                    this,
                    scheduler);
            if (isDone()) { // cancelled meanwhile
                scheduled.dispose();
            }
        }

        private void step() {
            if (period == 0) {
                run();
            } else if (runAndReset() && !shutdown) {
                arm(period > 0 ? TestScheduler.after(time, period) : scheduler.dueIn(-period));
            }
        }

        void endIfPeriodic() {
            if (period != 0) {
                boolean unused = cancel(false);
            }
        }

        @Override
        protected void done() {
            pending.remove(this);
            Disposable present = scheduled;
            if (present != null && isCancelled()) {
                present.dispose();
            }
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(time - scheduler.agenda().now(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public String toString() {
            return "task of the test's executor";
        }
    }
}
