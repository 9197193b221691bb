package io.github.corio.loop.internal;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/**
 * A Scheduler, and the Worker of it that a loop has for its own.
 *
 * @param scheduler the Scheduler
 * @param worker the Worker
 */
record SchedulerPort(Scheduler scheduler, Scheduler.Worker worker) implements Port {
    static SchedulerPort of(Scheduler scheduler) {
        return new SchedulerPort(scheduler, scheduler.createWorker());
    }

    @Override
    public void ask(Visit visit) {
        Disposable unused = worker.schedule(visit);
    }

    @Override
    public long now() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable after(long nanos, Runnable ring) {
        return worker.schedule(ring, nanos, TimeUnit.NANOSECONDS);
    }

    /** A refusal of a Scheduler over a plain Executor, which has threads, but no time. */
    static boolean hasNoTime(Throwable refusal) {
        return refusal == Exceptions.failWithRejectedNotTimeCapable();
    }

    @Override
    public boolean ringsWhereItMayDrain() {
        return true;
    }

    @Override
    public boolean callsNobody() {
        return false;
    }

    @Override
    public boolean gone() {
        return GoneScheduler.isGone(scheduler, worker);
    }

    @Override
    public void close() {
        worker.dispose();
    }

    @Override
    public @Nullable TieBreaker ties() {
        return worker instanceof TieBreaker ties ? ties : null;
    }
}
