package io.github.corio.loop;

import io.github.corio.loop.AlarmHeap.Alarm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A carrier of our own: a daemon thread that runs what is submitted to it, oldest first, and alarms when they are due.
 * It parks while there is neither.
 *
 * <p>Other threads push onto {@code arrivals}, a Treiber stack through the works themselves; the carrier moves them, turned
 * round, to a queue of its own, onto which its own stack and its fibers put theirs directly. {@code arrivals} is also where
 * a submitter meets the carrier that goes to sleep: it finds {@link #ASLEEP} there, and wakes it.
 *
 * <p>Not {@link reactor.core.scheduler.NonBlocking}: no foreign code runs on this stack, and the JDK parks it now and then,
 * for the lock of its own timers. The fibers are what counts as non-blocking.
 */
final class CarrierThread extends Thread implements Carrier {
    /** How many works between two looks at the clock. */
    private static final int WORKS_PER_LOOK = 32;

    private static final long REPORT_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Work ASLEEP = new Work() {
        @Override
        void onCarrier() {}
    };
    private static final VarHandle ARRIVALS;

    static {
        try {
            ARRIVALS = MethodHandles.lookup().findVarHandle(CarrierThread.class, "arrivals", Work.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AlarmHeap alarms = new AlarmHeap();
    private final AtomicInteger startedOnce = new AtomicInteger();

    @SuppressWarnings("UnusedVariable") // by ARRIVALS
    private volatile @Nullable Work arrivals;

    private @Nullable Work first;
    private @Nullable Work last;
    private int worksToLook;

    @SuppressWarnings("ThreadPriorityCheck") // only not to have its maker's, whichever that is
    CarrierThread(String name) {
        super(null, null, name, 0, false);
        setDaemon(true);
        setPriority(NORM_PRIORITY);
        setContextClassLoader(CarrierThread.class.getClassLoader());
    }

    /** Starts it, if nobody has. */
    void startOnce() {
        if (startedOnce.getPlain() == 0 && startedOnce.compareAndSet(0, 1)) {
            try {
                start();
            } catch (Throwable e) { // no thread to be had now; the next one tries again
                startedOnce.set(0);
                throw e;
            }
        }
    }

    @Override
    public Thread thread() {
        return this;
    }

    @Override
    public void submit(Work work) {
        if (isCurrent()) {
            append(work);
            return;
        }
        Work head;
        do {
            head = arrivals;
            work.next = head == ASLEEP ? null : head;
        } while (!ARRIVALS.compareAndSet(this, head, work));
        if (head == ASLEEP) {
            LockSupport.unpark(this);
        }
    }

    @Override
    public void set(Alarm alarm, long deadline) {
        checkCurrent();
        alarms.set(alarm, deadline);
    }

    @Override
    public boolean cancel(Alarm alarm) {
        checkCurrent();
        return alarms.cancel(alarm);
    }

    private void checkCurrent() {
        if (!isCurrent()) {
            throw new IllegalStateException("Alarms of " + getName() + " touched by " + currentThread());
        }
    }

    @Override
    public void run() {
        try {
            warmUp();
        } catch (Throwable e) {
            report(e);
        }
        for (; ; ) {
            try {
                turn();
            } catch (Throwable e) {
                report(e);
            }
        }
    }

    /** Loads the classes that this stack needs now, since later a fiber of this carrier may hold a class loader's lock. */
    private void warmUp() {
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
        if (arrivals != null) {
            takeArrivals();
        }
        if (first == null || --worksToLook <= 0) {
            ringAlarms();
        }
        Work work = first;
        if (work == null) {
            sleep();
            return;
        }
        Work following = work.next;
        first = following;
        if (following == null) {
            last = null;
        } else {
            work.next = null;
        }
        work.onCarrier();
    }

    private void takeArrivals() {
        Work newest = (Work) ARRIVALS.getAndSet(this, (Work) null);
        Work oldest = null;
        Work end = newest;
        for (Work work = newest; work != null; ) {
            Work before = work.next;
            work.next = oldest;
            oldest = work;
            work = before;
        }
        if (oldest != null) {
            if (last == null) {
                first = oldest;
            } else {
                last.next = oldest;
            }
            last = end;
        }
    }

    private void append(Work work) {
        if (last == null) {
            first = work;
        } else {
            last.next = work;
        }
        last = work;
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
        if (nanos <= 0 || !ARRIVALS.compareAndSet(this, (Work) null, ASLEEP)) {
            return;
        }
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park();
        } else {
            LockSupport.parkNanos(nanos);
        }
        ARRIVALS.compareAndSet(this, ASLEEP, (Work) null);
        boolean unused = interrupted(); // nobody's business, but parking would no longer work
    }

    /** On a thread of its own, since the handler is foreign code, and printing takes a lock that a fiber may hold. */
    private void report(Throwable error) {
        try {
            UncaughtExceptionHandler handler = getUncaughtExceptionHandler();
            Thread reporter =
                    new Thread(null, () -> handler.uncaughtException(this, error), getName() + "-error", 0, false);
            reporter.setDaemon(true);
            reporter.start();
        } catch (Throwable noThread) {
            reportLater(error);
        }
    }

    private void reportLater(Throwable error) {
        try {
            alarms.set(new Alarm(() -> report(error)), System.nanoTime() + REPORT_AGAIN_NANOS);
        } catch (Throwable noMemory) {
            worksToLook = 0; // nothing can be told to anyone: the others' work goes on
        }
    }
}
