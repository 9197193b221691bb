package io.github.corio.testing;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A loop in virtual time that can be driven by a thread that must not block, which is where continuations are mounted. It says
 * when it was last woken, which is when a deadlock began.
 */
final class VirtualLoop implements AutoCloseable {
    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final EventLoop loop = EventLoop.on(new Noting());
    private volatile long lastWoken;

    EventLoop loop() {
        return loop;
    }

    /** Calls it on a thread where continuations are mounted. */
    static <T> T onWorkerThread(Callable<T> call) {
        return Objects.requireNonNull(
                Mono.fromCallable(call).subscribeOn(Schedulers.single()).block());
    }

    /** Runs until nothing is ready and no timer is armed, or the loop was stopped. */
    void advanceUntilIdle() {
        time.advanceTimeBy(FOR_EVER);
    }

    /** When there was something to do for the last time. */
    Duration lastWoken() {
        return Duration.ofNanos(lastWoken);
    }

    @Override
    public void close() {
        loop.dispose();
        time.dispose();
    }

    private final class Noting implements Scheduler {
        @Override
        public Disposable schedule(Runnable task) {
            return time.schedule(noting(task));
        }

        @Override
        public Worker createWorker() {
            Worker worker = time.createWorker();
            return new Worker() {
                @Override
                public Disposable schedule(Runnable task) {
                    return worker.schedule(noting(task));
                }

                @Override
                public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                    return worker.schedule(noting(task), delay, unit);
                }

                @Override
                public void dispose() {
                    worker.dispose();
                }
            };
        }

        private Runnable noting(Runnable task) {
            return () -> {
                lastWoken = now(TimeUnit.NANOSECONDS);
                task.run();
            };
        }

        @Override
        public long now(TimeUnit unit) {
            return time.now(unit);
        }

        @Override
        public void dispose() {
            time.dispose();
        }
    }
}
