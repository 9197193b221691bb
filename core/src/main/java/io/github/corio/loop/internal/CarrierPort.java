package io.github.corio.loop.internal;

import io.github.corio.loop.internal.AlarmHeap.Alarm;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * A carrier in the place of the genuine {@code Schedulers.parallel()}: a loop pays for no Worker and no visit to the Scheduler there. Its
 * timers are the carrier's.
 */
class CarrierPort implements Port {
    private final Scheduler scheduler;
    private final Carrier carrier;
    private final CarrierLoops loops;
    private Scheduler.@Nullable Worker worker;

    CarrierPort(Scheduler scheduler, Carrier carrier, CarrierLoops loops) {
        this.scheduler = scheduler;
        this.carrier = carrier;
        this.loops = loops;
    }

    @Override
    public void ask(Visit visit) {
        loops.visit((Engine) visit.loop());
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public Disposable after(long nanos, Runnable ring) {
        Alarm alarm = new Alarm(ring);
        long deadline = System.nanoTime() + Math.min(nanos, Long.MAX_VALUE >> 1);
        carrier.run(() -> carrier.set(alarm, deadline));
        return () -> carrier.run(() -> {
            boolean unused = carrier.cancel(alarm);
        });
    }

    @Override
    public boolean ringsWhereItMayDrain() {
        return false;
    }

    @Override
    public boolean callsNobody() {
        return true;
    }

    @Override
    public boolean gone() {
        return false;
    }

    @Override
    public void close() {
        Scheduler.Worker made = worker;
        if (made != null) {
            made.dispose();
        }
    }

    @Override
    public Scheduler scheduler() {
        return scheduler;
    }

    @Override
    public synchronized Scheduler.Worker worker() {
        Scheduler.Worker made = worker;
        if (made == null) {
            made = scheduler.createWorker();
            worker = made;
        }
        return made;
    }

    @Override
    public @Nullable TieBreaker ties() {
        return null;
    }
}
