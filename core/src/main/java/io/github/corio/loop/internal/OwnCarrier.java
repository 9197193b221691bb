package io.github.corio.loop.internal;

import io.github.corio.loop.internal.AlarmHeap.Alarm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A carrier of our own: a {@link CarrierThread} runs what is submitted to it, oldest first, and alarms when they are due.
 * It parks while there is neither. Its own stack and its fibers append to its {@link WorkQueue}; from other threads a work
 * arrives there, and wakes it if it sleeps.
 *
 * <p>If a fiber holds the thread up, {@code CarrierWatch} starts a spare that takes its place here.
 */
final class OwnCarrier implements Carrier, CarrierThread.Post {
    /** How many works between two looks at the clock. */
    private static final int WORKS_PER_LOOK = 32;

    private static final long REPORT_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(OwnCarrier.class, "owner", CarrierThread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final Runnable wakesUp;
    private final WorkQueue works = new WorkQueue();
    private final AlarmHeap alarms = new AlarmHeap();
    private final AtomicInteger startedOnce = new AtomicInteger();
    private volatile CarrierThread owner;
    private int spares;
    private int worksToLook;

    /** @param wakesUp called on its own stack when it has slept; must not block, nor throw */
    OwnCarrier(String name, Runnable wakesUp) {
        this.name = name;
        this.wakesUp = wakesUp;
        this.owner = new CarrierThread(this, name, null);
    }

    /** Starts it, if nobody has. True if that was done now. */
    boolean startOnce() {
        if (startedOnce.getPlain() == 0 && startedOnce.compareAndSet(0, 1)) {
            try {
                owner.start();
                return true;
            } catch (Throwable e) { // no thread to be had now; the next one tries again
                startedOnce.set(0);
                throw e;
            }
        }
        return false;
    }

    @Override
    public CarrierThread thread() {
        return owner;
    }

    @Override
    public boolean isOwnStack() {
        return Thread.currentThread() instanceof CarrierThread here && here.serves(this) && here.touches();
    }

    @Override
    public void mounting() {
        here().stepAside();
    }

    @Override
    public void unmounted() {
        boolean unused = here().touch();
    }

    private CarrierThread here() {
        return (CarrierThread) Thread.currentThread();
    }

    @Override
    public void submit(Work work) {
        CarrierThread here = CarrierThread.current(this);
        if (here != null && here.touches()) {
            works.append(work);
        } else if (here != null && here.touch()) {
            works.append(work);
            here.leave();
        } else {
            arrive(work);
        }
    }

    private void arrive(Work work) {
        if (works.arrive(work)) {
            LockSupport.unpark(owner);
        }
    }

    @Override
    public void run(Runnable action) {
        CarrierThread here = CarrierThread.current(this);
        if (here != null && !here.touches() && here.touch()) {
            try {
                action.run();
            } finally {
                here.leave();
            }
        } else if (here != null && here.touches()) {
            action.run();
        } else {
            arrive(new Work() {
                @Override
                void onCarrier() {
                    action.run();
                }
            });
        }
    }

    @Override
    public void set(Alarm alarm, long deadline) {
        checkTouched();
        alarms.set(alarm, deadline);
    }

    @Override
    public boolean cancel(Alarm alarm) {
        checkTouched();
        return alarms.cancel(alarm);
    }

    private void checkTouched() {
        CarrierThread here = CarrierThread.current(this);
        if (here == null || !here.touches()) {
            throw new IllegalStateException("Alarms of " + name + " touched by " + Thread.currentThread());
        }
    }

    // ---- which thread serves it ----

    /** A guess, from any thread: it has something to do, other than what holds its thread up. */
    boolean hasMore() {
        return !works.isEmpty() || alarms.size() > 0;
    }

    /** For any thread. */
    boolean isAsleep() {
        return works.isAsleep();
    }

    /** A spare takes the place of this thread, if that still serves the carrier. For the watch only. */
    void replace(CarrierThread held) {
        new CarrierThread(this, name + "-" + ++spares, held).start();
    }

    @Override
    public boolean pass(@Nullable CarrierThread from, CarrierThread to) {
        return from == null || OWNER.compareAndSet(this, from, to);
    }

    @Override
    public void serve(CarrierThread here) {
        try {
            warmUp();
        } catch (Throwable e) {
            report(here, e);
        }
        while (owner == here) {
            try {
                turn();
            } catch (Throwable e) {
                report(here, e);
            }
        }
    }

    /** Loads the classes that this stack needs now, since later a fiber of this carrier may hold a class loader's lock. */
    private void warmUp() {
        if (spares > 0) {
            return; // the thread before did that
        }
        alarms.set(new Alarm(() -> {}), System.nanoTime());
        ringAlarms();
        if (VirtualThreads.whyNot() == null) {
            CarrierFiber[] fiber = new CarrierFiber[1];
            fiber[0] = new CarrierFiber(this, null, () -> fiber[0].leave());
            CarrierFiber.Stop stop;
            do {
                stop = fiber[0].mount();
            } while (stop == CarrierFiber.Stop.LEFT);
        }
    }

    private void turn() {
        if (--worksToLook <= 0) {
            ringAlarms();
        }
        Work work = works.poll();
        if (work == null) {
            rest();
        } else {
            work.onCarrier();
        }
    }

    /** Nothing to do: looks at the clock, and sleeps if that shows nothing either. */
    private void rest() {
        ringAlarms();
        if (works.isEmpty()) {
            sleep();
        }
    }

    private void ringAlarms() {
        worksToLook = 0; // if one throws, the others come next
        if (alarms.size() > 0) {
            long now = System.nanoTime();
            for (Alarm due; (due = alarms.pollDue(now)) != null; ) {
                due.ring();
            }
        }
        worksToLook = WORKS_PER_LOOK;
    }

    private void sleep() {
        long nanos = alarms.size() == 0 ? Long.MAX_VALUE : alarms.nanosToFirst(System.nanoTime());
        if (nanos <= 0 || !works.fallsAsleep()) {
            return;
        }
        here().stepAside();
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park();
        } else {
            LockSupport.parkNanos(nanos);
        }
        boolean unused = Thread.interrupted(); // nobody's business, but parking would no longer work
        if (here().touch()) {
            works.isAwake();
            wakesUp.run();
        }
    }

    /** On a thread of its own, since the handler is foreign code, and printing takes a lock that a fiber may hold. */
    private void report(CarrierThread here, Throwable error) {
        try {
            Thread.UncaughtExceptionHandler handler = here.getUncaughtExceptionHandler();
            Thread reporter =
                    new Thread(null, () -> handler.uncaughtException(here, error), here.getName() + "-error", 0, false);
            reporter.setDaemon(true);
            reporter.start();
        } catch (Throwable noThread) {
            if (here.touches()) {
                reportLater(here, error);
            }
        }
    }

    private void reportLater(CarrierThread here, Throwable error) {
        try {
            alarms.set(new Alarm(() -> report(here, error)), System.nanoTime() + REPORT_AGAIN_NANOS);
        } catch (Throwable noMemory) {
            worksToLook = 0; // nothing can be told to anyone: the others' work goes on
        }
    }
}
