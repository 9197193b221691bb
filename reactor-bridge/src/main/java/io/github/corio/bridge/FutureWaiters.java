package io.github.corio.bridge;

import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that wait for futures which can only be waited for: cached daemon threads of their own, so that no Scheduler
 * runs short of any.
 */
final class FutureWaiters {
    private static final AtomicInteger STARTED = new AtomicInteger();
    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), FutureWaiters::thread);

    private FutureWaiters() {}

    static Future<?> submit(Runnable wait) {
        return THREADS.submit(wait);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(null, work, "corio-future-" + STARTED.incrementAndGet(), 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(FutureWaiters.class.getClassLoader());
        return thread;
    }
}
