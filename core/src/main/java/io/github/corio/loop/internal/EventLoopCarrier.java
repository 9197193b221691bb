package io.github.corio.loop.internal;

import io.github.corio.loop.internal.AlarmHeap.Alarm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Somebody's event loop as a carrier. The works and alarms are in queues of our own, and the event loop is asked to come and serve them:
 *
 * <pre>{@code
 *          a work arrives, or          the event loop
 *          an alarm is due             comes, or a spare
 *   IDLE -----------------> CALLED ----------------> SERVED
 *    ^                        ^     more is left       |
 *    |                        +------------------------+
 *    +-------------------------------------------------+
 * }</pre>
 *
 * <p>The thread of an event loop runs others' code too, which may wait for a lock that a fiber of this carrier holds. So whoever comes first
 * serves: where the event loop does not come, because it waits, was shut down, or refuses, {@link EventLoopWatch} sends a spare thread.
 */
public final class EventLoopCarrier implements Carrier, Watched, EventLoopWatch.Called, Runnable {
    /** For how long works are run before the event loop looks at its channels again. */
    private static final long VISIT_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    /** How many handles of one loop are run before that is looked at. */
    private static final int BUDGET = 64;

    static final int IDLE = 0;
    static final int CALLED = 1;
    static final int SERVED = 2;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(EventLoopCarrier.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ScheduledExecutorService executor;
    /** The same, for those who ask a loop for its Scheduler. */
    private final Scheduler scheduler;

    private final CarrierLoops fibers = new CarrierLoops(this, BUDGET);
    private final Set<Engine> loops = ConcurrentHashMap.newKeySet();
    private final Rescue.Watch watch;
    private final WorkQueue works = new WorkQueue();
    private final AlarmHeap alarms = new AlarmHeap();
    private volatile int state; // IDLE
    /** The thread that serves now. */
    private volatile @Nullable Thread thread;
    /** The event loop's, when it came last. */
    private volatile Thread home = Thread.currentThread();
    /** The event loop has not come when it was called. Spares come until it does. */
    private volatile boolean late;
    /** When the first alarm is due; read by the watch. */
    private volatile long due = Long.MAX_VALUE;
    /** How often it was served; read by the watch. */
    private volatile int visits;
    /** The event loop's own timer, for the time in {@link #armedFor}. Belong to who serves. */
    private @Nullable Future<?> timer;

    private long armedFor;

    /** On the thread of the event loop. */
    EventLoopCarrier(ScheduledExecutorService executor) {
        this.executor = executor;
        this.scheduler = Schedulers.fromExecutorService(executor, home.getName());
        warmUp();
        this.watch = Rescue.watch(this);
        EventLoopWatch.add(this);
    }

    /** Loads the classes that serving needs now, since later a fiber of this carrier may hold a class loader's lock. */
    private void warmUp() {
        CarrierFiber[] fiber = new CarrierFiber[1];
        submit(new Work() {
            @Override
            void onCarrier() {
                set(new Alarm(() -> {}), System.nanoTime());
                fiber[0] = new CarrierFiber(EventLoopCarrier.this, null, () -> fiber[0].leave());
                CarrierFiber.Stop stop;
                do {
                    stop = fiber[0].mount();
                } while (stop == CarrierFiber.Stop.LEFT);
            }
        });
        serve();
    }

    // ---- loops ----

    CarrierLoops fibers() {
        return fibers;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    void add(Engine loop) {
        loops.add(loop);
    }

    void remove(Engine loop) {
        loops.remove(loop);
    }

    @Override
    public boolean gone() {
        return executor.isShutdown();
    }

    /** The event loop was shut down. */
    @Override
    public void closeAbandoned() {
        late = true; // only spares come from now on
        loops.forEach(Engine::closeAbandoned);
        if (loops.isEmpty() && state == IDLE) {
            fibers.end();
            EventLoopWatch.remove(this);
            watch.end();
        }
    }

    // ---- works and alarms ----

    @Override
    public @Nullable Thread thread() {
        return thread;
    }

    @Override
    public void submit(Work work) {
        if (isCurrent()) {
            works.append(work);
        } else {
            works.arrive(work);
            call();
        }
    }

    @Override
    public void set(Alarm alarm, long deadline) {
        alarms.set(alarm, deadline);
    }

    @Override
    public boolean cancel(Alarm alarm) {
        return alarms.cancel(alarm);
    }

    // ---- who serves ----

    private void call() {
        if (state == IDLE && STATE.compareAndSet(this, IDLE, CALLED)) {
            EventLoopWatch.awake();
            summon(false);
        }
    }

    /** Asks the event loop to come; if it has looked at its channels first, when there is more left than fits into one visit. */
    private void summon(boolean again) {
        if (!late) {
            try {
                if (again) {
                    Future<?> unused = executor.schedule(this, 0, TimeUnit.NANOSECONDS);
                } else {
                    executor.execute(this);
                }
                return;
            } catch (Throwable refused) { // its queue is full, or it was shut down: a spare comes
                EventLoopWatch.awake();
            }
        }
        Rescue.run(this::serve);
    }

    /** The event loop comes: called, or because its timer is due. */
    @Override
    public void run() {
        home = Thread.currentThread();
        late = false;
        if (due != Long.MAX_VALUE) { // perhaps a timer whose alarm was cancelled: another one has to be armed
            STATE.compareAndSet(this, IDLE, CALLED);
        }
        serve();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by who serves only
    private void serve() {
        if (!STATE.compareAndSet(this, CALLED, SERVED)) {
            return; // another thread was faster
        }
        boolean interrupted = Thread.interrupted(); // a mount clears it
        thread = Thread.currentThread();
        visits++;
        try {
            ringAlarms();
            runWorks();
            arm();
        } finally {
            boolean more = !works.isEmpty();
            thread = null;
            state = more ? CALLED : IDLE;
            if (more) {
                summon(true);
            } else if (works.hasArrivals()) {
                call();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void ringAlarms() {
        if (alarms.size() > 0) {
            long now = System.nanoTime();
            for (Alarm alarm; (alarm = alarms.pollDue(now)) != null; ) {
                try {
                    alarm.ring();
                } catch (Throwable e) {
                    report(e);
                }
            }
        }
    }

    private void runWorks() {
        Work work = works.poll();
        if (work == null) {
            return;
        }
        long start = System.nanoTime();
        do {
            try {
                work.onCarrier();
            } catch (Throwable e) {
                report(e);
            }
        } while (System.nanoTime() - start < VISIT_NANOS && (work = works.poll()) != null);
    }

    /** Sees to it that the event loop comes when the first alarm is due. */
    private void arm() {
        long now = System.nanoTime();
        long nanos = alarms.nanosToFirst(now);
        if (nanos == Long.MAX_VALUE) {
            due = Long.MAX_VALUE;
            return; // a timer that is armed comes in vain, once
        }
        long first = now + nanos;
        due = first;
        Future<?> armed = timer;
        if (armed != null && armedFor - now > 0) {
            if (armedFor - first <= 0) {
                return;
            }
            boolean unused = armed.cancel(false);
        }
        timer = null;
        armedFor = first;
        try {
            timer = executor.schedule(this, Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (Throwable refused) { // the watch sends a spare
            EventLoopWatch.awake();
        }
    }

    /** On a thread of its own, since the handler is foreign code, and printing takes a lock that a fiber may hold. */
    private static void report(Throwable error) {
        Rescue.run(() -> {
            Thread here = Thread.currentThread();
            here.getUncaughtExceptionHandler().uncaughtException(here, error);
        });
    }

    // ---- for the watch ----

    @Override
    public int visits() {
        return visits;
    }

    @Override
    public boolean waits(long now, long overdue) {
        int present = state;
        return present == CALLED || (present == IDLE && isDue(now - overdue));
    }

    private boolean isDue(long now) {
        long first = due;
        return first != Long.MAX_VALUE && first - now <= 0;
    }

    @Override
    public long due() {
        return due;
    }

    @Override
    public Thread home() {
        return home;
    }

    @Override
    public void sendSpare() {
        late = true;
        try {
            executor.execute(this); // it is not late any more when it has come
        } catch (Throwable refused) {
            late = false; // it is asked again each time
        }
        STATE.compareAndSet(this, IDLE, CALLED);
        Rescue.run(this::serve);
    }
}
