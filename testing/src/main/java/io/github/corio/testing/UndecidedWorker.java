package io.github.corio.testing;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/**
 * A worker that a foreign thread has asked for: only the first thing that it is to run says for which test that is, if for any.
 * Thread-safe.
 */
final class UndecidedWorker implements Scheduler.Worker {
    private final RedirectedScheduler scheduler;
    private Scheduler.@Nullable Worker decided;
    private boolean over;

    UndecidedWorker(RedirectedScheduler scheduler) {
        this.scheduler = scheduler;
    }

    private Scheduler.Worker decide(Runnable task) {
        synchronized (this) {
            if (decided != null) {
                return decided;
            }
            if (over) {
                throw Exceptions.failWithRejected();
            }
        }
        TestScheduler found = OpenTests.askingFor(task);
        Scheduler.Worker made = found == null ? scheduler.createRealWorker() : scheduler.createWorker(found);
        Scheduler.Worker kept;
        synchronized (this) {
            if (decided == null && !over) {
                decided = made;
            }
            kept = decided;
        }
        if (kept != made) {
            made.dispose();
        }
        if (kept == null) {
            throw Exceptions.failWithRejected();
        }
        return kept;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return decide(task).schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return decide(task).schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return decide(task).schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public void dispose() {
        Scheduler.Worker present;
        synchronized (this) {
            over = true;
            present = decided;
        }
        if (present != null) {
            present.dispose();
        }
    }

    @Override
    public synchronized boolean isDisposed() {
        return over || (decided != null && decided.isDisposed());
    }
}
