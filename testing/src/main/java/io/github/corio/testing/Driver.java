package io.github.corio.testing;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopAccess;
import io.github.corio.loop.internal.Loops;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the time of one test pass, on a thread of its own that can be left behind if it does not end in real time. The thread that asked for it
 * waits meanwhile, and looks after the driver: one that is blocked by a body which waits in a {@code StepVerifier} gets a deputy, since that wait
 * is for time to pass.
 */
final class Driver {
    /** How often the driver is looked after. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** How long a body must have been waiting since the last thing happened before the next one does. */
    private static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** How long in real time code that was interrupted is given to end. */
    private static final long LAST_CHANCE_MILLIS = 1000;

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "corio-test-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    private final TestScheduler scheduler;
    private final EventLoop loop;
    private final Duration timeout;
    private final Supplier<String> dump;
    private final boolean watched;
    /** Some code did not end when it was interrupted: nothing can be run here any more. */
    private volatile boolean stuck;

    /**
     * A driver of a loop.
     *
     * @param watched true if somebody else looks after the thread that drives: then that is the calling one
     */
    Driver(TestScheduler scheduler, EventLoop loop, Duration timeout, Supplier<String> dump, boolean watched) {
        this.scheduler = scheduler;
        this.loop = loop;
        this.timeout = TestSettings.countable(timeout);
        this.dump = dump;
        this.watched = watched;
    }

    /** True if nothing can be run here any more. */
    boolean stuck() {
        return stuck;
    }

    /** Does some driving, and waits for its end. */
    void drive(Runnable driving) {
        if (stuck) {
            throw new IllegalStateException(
                    "This test loop is stuck in code that did not end when it was interrupted:\n" + dump.get());
        }
        LoopAccess.requireBlockingAllowed("let time pass");
        if (watched) {
            driving.run();
        } else {
            watch(driving, () -> this);
        }
    }

    /**
     * Does some work on a thread of its own, and waits for its end, or stops it if it takes too long.
     *
     * @param current whom the thread drives for at this moment; whenever that changes it has time anew
     */
    static void watch(Runnable driving, Supplier<Driver> current) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        THREADS.execute(() -> {
            boolean unused = Thread.interrupted();
            try {
                driving.run();
            } catch (Throwable e) {
                failure.set(e);
            } finally {
                ended.countDown();
            }
        });
        String late;
        try {
            if (awaitEnd(ended, current)) {
                Throwable error = failure.get();
                if (error != null) {
                    throw Raise.asIs(error);
                }
                return;
            }
            late = "A test in virtual time has not ended after " + current.get().timeout + " of real time";
        } catch (InterruptedException e) {
            late = "A test in virtual time was interrupted in " + Thread.currentThread();
            Thread.currentThread().interrupt();
        }
        throw current.get().late(late, ended);
    }

    private TestTimeoutError late(String message, CountDownLatch ended) {
        Thread running = Loops.access(loop).runningThread();
        StackTraceElement[] where = running == null ? new StackTraceElement[0] : running.getStackTrace();
        String picture = dump.get();
        String consequence = stop(ended);
        return new TestTimeoutError(message + consequence, picture, where);
    }

    private static boolean awaitEnd(CountDownLatch ended, Supplier<Driver> current) throws InterruptedException {
        Driver watched = current.get();
        long end = System.nanoTime() + watched.timeout.toNanos();
        Thread deputy = null;
        for (; ; ) {
            long left = end - System.nanoTime();
            if (ended.await(Math.min(LOOK_NANOS, left), TimeUnit.NANOSECONDS)) {
                return true;
            }
            if (current.get() != watched) {
                watched = current.get();
                end = System.nanoTime() + watched.timeout.toNanos();
            } else if (left <= 0) {
                return false;
            } else if (deputy == null || !deputy.isAlive()) {
                deputy = watched.startDeputy();
            }
        }
    }

    /** If the driver waits for a body that waits in a tool for something to happen. */
    private @Nullable Thread startDeputy() {
        Thread body = Loops.access(loop).runningThread();
        if (body == null || !WaitingTool.isWaitedInBy(body)) {
            return null;
        }
        Thread deputy = new Thread(() -> scheduler.deputize(() -> waitsStill(body)), "corio-test-deputy");
        deputy.setDaemon(true);
        deputy.start();
        return deputy;
    }

    /** Time must not run ahead of a body that is about to go on: so it is looked at again after a while. */
    private boolean waitsStill(Thread body) {
        for (int i = 0; i < 3; i++) {
            if (Loops.access(loop).runningThread() != body || !WaitingTool.isWaitedInBy(body)) {
                return false;
            }
            LockSupport.parkNanos(STILL_NANOS);
        }
        return true;
    }

    /** Interrupts whatever runs, and notes if that does not help. */
    private String stop(CountDownLatch ended) {
        scheduler.abort(true);
        Thread running = Loops.access(loop).runningThread();
        if (running != null) {
            running.interrupt();
        }
        scheduler.calls().threadsInUse().forEach(Thread::interrupt);
        boolean interrupted = Thread.interrupted();
        try {
            stuck = !ended.await(LAST_CHANCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stuck = true;
            interrupted = true;
        }
        if (!stuck) {
            scheduler.abort(false);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return stuck && running != null && Threads.isVirtual(running) ? Carriers.replaceOne() : "";
    }
}
