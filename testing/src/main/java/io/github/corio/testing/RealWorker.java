package io.github.corio.testing;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;

/** A worker in real time, whose timers are remembered for a test that may wait for them. */
final class RealWorker implements Scheduler.Worker, Scannable {
    private final Scheduler.Worker real;

    RealWorker(Scheduler.Worker real) {
        this.real = real;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return real.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return RealTimers.add(task, delay, unit, real.schedule(task, delay, unit));
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return RealTimers.add(task, initialDelay, unit, real.schedulePeriodically(task, initialDelay, period, unit));
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
        return Scannable.from(real).scanUnsafe(key);
    }
}
