package io.github.corio.loop.internal;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A Scheduler on a few threads that fails on demand, in one of the ways in which Schedulers fail. */
final class FailingScheduler implements Scheduler {
    /** How it fails while it fails. */
    enum Mode {
        /** Its queue is full, once. */
        REJECTS_ONCE(1),
        /** Its queue is full, often. */
        REJECTS_FOR_A_WHILE(6),
        /** It has no memory for a task, once. */
        THROWS_AN_ERROR_ONCE(1),
        /** It says no and runs the task all the same. */
        REJECTS_AND_RUNS(1),
        /** It runs the task twice. */
        RUNS_TWICE(3),
        /** It runs the task on the thread that asks, as {@code CallerRunsPolicy} does. */
        RUNS_INLINE(1_000),
        /** It never fails, but each task comes on another thread, which must not block. */
        HOPS(0),
        /** The executor beneath it is shut down by somebody else. */
        IS_SHUT_DOWN(1);

        final int times;

        Mode(int times) {
            this.times = times;
        }
    }

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Mode mode;
    private final ScheduledExecutorService threads;
    private final Scheduler sound;
    private final AtomicInteger failures = new AtomicInteger();

    FailingScheduler(Mode mode) {
        this.mode = mode;
        this.threads = Executors.newScheduledThreadPool(
                3, mode == Mode.HOPS ? NonBlockingThread::new : daemons("failing-" + COUNT.incrementAndGet()));
        this.sound = Schedulers.fromExecutorService(threads);
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static final class NonBlockingThread extends Thread implements NonBlocking {
        NonBlockingThread(Runnable task) {
            super(task, "hops-" + COUNT.incrementAndGet());
            setDaemon(true);
        }
    }

    /** From now on it fails, as often as its mode says. */
    void fail() {
        failures.set(mode.times);
        if (mode == Mode.IS_SHUT_DOWN) {
            threads.shutdownNow();
        }
    }

    /** From now on it does not fail. */
    void recover() {
        failures.set(0);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return sound.schedule(task);
    }

    @Override
    public void dispose() {
        sound.dispose();
    }

    @Override
    public boolean isDisposed() {
        return threads.isShutdown();
    }

    @Override
    public Worker createWorker() {
        Worker worker = sound.createWorker();
        return new Worker() {
            @Override
            public Disposable schedule(Runnable task) {
                if (failures.get() <= 0 || failures.getAndDecrement() <= 0) {
                    return worker.schedule(task);
                }
                switch (mode) {
                    case REJECTS_ONCE, REJECTS_FOR_A_WHILE -> throw new RejectedExecutionException("full, on purpose");
                    case THROWS_AN_ERROR_ONCE -> throw new OutOfMemoryError("on purpose");
                    case REJECTS_AND_RUNS -> {
                        Disposable unused = worker.schedule(task);
                        throw new RejectedExecutionException("full, but no");
                    }
                    case RUNS_TWICE -> {
                        Disposable unused = worker.schedule(task);
                        return worker.schedule(task);
                    }
                    case RUNS_INLINE -> {
                        task.run();
                        return Disposables.disposed();
                    }
                    default -> {
                        return worker.schedule(task);
                    }
                }
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                if (failures.get() > 0 && failures.getAndDecrement() > 0) {
                    switch (mode) {
                        case REJECTS_ONCE, REJECTS_FOR_A_WHILE, REJECTS_AND_RUNS ->
                            throw new RejectedExecutionException("full, on purpose");
                        case THROWS_AN_ERROR_ONCE -> throw new OutOfMemoryError("on purpose");
                        default -> {}
                    }
                }
                return worker.schedule(task, delay, unit);
            }

            @Override
            public void dispose() {
                worker.dispose();
            }
        };
    }
}
