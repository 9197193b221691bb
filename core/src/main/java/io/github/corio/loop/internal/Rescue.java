package io.github.corio.loop.internal;

import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * What helps a loop whose Scheduler does not do its part: a timer to ask that Scheduler again, threads to run the loop on, and a look now
 * and then whether the Scheduler is gone, since a Scheduler notifies nobody when it is disposed of.
 *
 * <p>One daemon thread keeps the time. It asks no Scheduler, which may run the loop inline or block, and calls no exception handler. The
 * threads that run loops and do that are daemons too, made when they are needed and kept for some seconds.
 */
final class Rescue {
    private static final long LOOK_MILLIS = 1_000;
    private static final long LONGEST_WAIT_MILLIS = 100;

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final ThreadFactory THREADS = task -> {
        Thread thread = new Thread(null, task, "corio-rescue-" + COUNT.incrementAndGet(), 0, false);
        thread.setDaemon(true);
        return thread;
    };
    private static final ScheduledThreadPoolExecutor TIMER = timer();
    private static final ThreadPoolExecutor RUNNERS =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), THREADS);
    /** Loops whose Scheduler is looked at. A loop that nobody can reach any more is no reason to look. */
    private static final Set<Watch> WATCHES = ConcurrentHashMap.newKeySet();

    private static @Nullable Future<?> looking;

    private Rescue() {}

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, THREADS);
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(5, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** Runs a loop, whose baton is queued, on a thread of its own. */
    static void run(Loop loop) {
        run(() -> {
            if (loop.life().arrive()) {
                loop.drain();
            }
        });
    }

    /** Asks the Scheduler of a loop, whose baton is queued, again after a while: the longer, the more often it has refused. */
    static void later(Loop loop, int attempt) {
        long delay = Math.min(LONGEST_WAIT_MILLIS, 1L << Math.min(attempt, 10));
        Future<?> unused = TIMER.schedule(
                () -> run(() -> {
                    if (loop.life().arrive()) {
                        loop.retry();
                    }
                }),
                delay,
                TimeUnit.MILLISECONDS);
    }

    /** A timer for a Scheduler that has none, or does not take this one. */
    static Disposable after(long nanos, Runnable ring) {
        Future<?> timer = TIMER.schedule(() -> run(ring), nanos, TimeUnit.NANOSECONDS);
        return () -> {
            boolean unused = timer.cancel(false);
        };
    }

    /** Runs it on a thread of its own. */
    static void run(Runnable action) {
        try {
            RUNNERS.execute(action);
        } catch (Throwable e) { // no thread to be had now
            Future<?> unused = TIMER.schedule(() -> run(action), LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** From now on it is closed when its Scheduler is gone, if nobody closes it before. */
    static Watch watch(Watched loop) {
        Watch watch = new Watch(loop);
        WATCHES.add(watch);
        synchronized (Rescue.class) {
            if (looking == null) {
                looking = TIMER.scheduleWithFixedDelay(Rescue::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        return watch;
    }

    private static void look() {
        for (Watch watch : WATCHES) {
            Watched loop = watch.get();
            if (loop == null) {
                watch.end();
            } else if (loop.gone()) {
                loop.closeAbandoned();
            }
        }
        synchronized (Rescue.class) {
            if (WATCHES.isEmpty() && looking != null) {
                boolean unused = looking.cancel(false);
                looking = null;
            }
        }
    }

    /** One loop that is watched. */
    static final class Watch extends WeakReference<Watched> {
        private Watch(Watched loop) {
            super(loop);
        }

        void end() {
            boolean unused = WATCHES.remove(this);
        }
    }
}
