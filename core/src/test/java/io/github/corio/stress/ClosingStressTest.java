package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import io.github.corio.Runner;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A loop that is closed by one thread while others stop it and give it work. Whoever leaves it stopped has to look once more
 * whether it is to be closed. Without that at the end of a drain, the short form hangs in one of its rounds; without it in
 * {@code EventLoop.stop}, about one round in 100 000 does. Whoever gives it work too late must be told.
 */
@DisplayName("the end of a loop under stress")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ClosingStressTest {
    private final Scheduler scheduler = Schedulers.newParallel("stress", 4, true);

    @AfterEach
    void stop() {
        scheduler.dispose();
    }

    @Test
    void itIsClosedAndUnwoundHoweverItIsStopped() throws Exception {
        closeAgainstStop(2_000);
    }

    @Test
    @Tag("stress-long")
    void itIsClosedAndUnwoundHoweverItIsStoppedInManyRounds() throws Exception {
        closeAgainstStop(100_000);
    }

    private void closeAgainstStop(int rounds) throws Exception {
        Scheduler.Worker stopper = Schedulers.boundedElastic().createWorker();
        Scheduler.Worker submitter = Schedulers.boundedElastic().createWorker();
        for (int round = 0; round < rounds; round++) {
            SplittableRandom random = new SplittableRandom(round);
            EventLoop loop = EventLoop.on(scheduler);
            loop.setExceptionHandler((on, told) -> {});
            CompletableFuture<Void> suspended = new CompletableFuture<>();
            CompletableFuture<Void> unwound = new CompletableFuture<>();
            async(() -> {
                        try {
                            EventLoop.current().callSoon(() -> suspended.complete(null));
                            await(sleep(Duration.ofDays(1)));
                        } finally {
                            unwound.complete(null);
                        }
                    })
                    .on(loop)
                    .start();
            suspended.get(1, TimeUnit.MINUTES);

            long start = System.nanoTime() + 20_000;
            CompletableFuture<Void> stopped = at(start + random.nextInt(10_000), stopper, () -> stop(loop));
            CompletableFuture<Void> submitted = at(start + random.nextInt(10_000), submitter, () -> submit(loop));
            spinUntil(start + random.nextInt(10_000));
            loop.dispose();
            assertThat(unwound)
                    .as("the body on the loop of round %d, %s", round, loop)
                    .succeedsWithin(20, TimeUnit.SECONDS);
            loop.dispose();
            loop.close();
            stopped.get(1, TimeUnit.MINUTES);
            submitted.get(1, TimeUnit.MINUTES);
        }
        stopper.dispose();
        submitter.dispose();
        System.out.println(rounds + " loops closed while they were stopped");
    }

    @Test
    void whoeverSubscribesMeanwhileIsTold() throws Exception {
        subscribeAgainstClose(20_000);
    }

    @Test
    @Tag("stress-long")
    void whoeverSubscribesMeanwhileIsToldInManyRounds() throws Exception {
        subscribeAgainstClose(500_000);
    }

    private void subscribeAgainstClose(int rounds) throws Exception {
        Scheduler.Worker subscriber = Schedulers.boundedElastic().createWorker();
        int told = 0;
        for (int round = 0; round < rounds; round++) {
            SplittableRandom random = new SplittableRandom(round);
            EventLoop loop = EventLoop.on(scheduler);
            loop.setExceptionHandler((on, report) -> {});
            AsyncFuture<String> future = new AsyncFuture<>(loop);
            Mono<String> task = async(() -> "value").on(loop);
            List<Mono<String>> late = List.of(future, task, future, task);
            CountDownLatch ended = new CountDownLatch(late.size());

            long start = System.nanoTime() + 10_000;
            CompletableFuture<Void> subscribed = at(start + random.nextInt(10_000), subscriber, () -> {
                for (Mono<String> mono : late) {
                    mono.doFinally(signal -> ended.countDown()).subscribe(value -> {}, error -> {});
                    boolean unused = future.cancel();
                }
            });
            spinUntil(start + random.nextInt(10_000));
            loop.dispose();
            subscribed.get(1, TimeUnit.MINUTES);
            assertThat(ended.await(20, TimeUnit.SECONDS))
                    .as(
                            "the subscribers to %s in round %d, of which %d have heard nothing",
                            loop, round, ended.getCount())
                    .isTrue();
            told += late.size();
        }
        subscriber.dispose();
        System.out.println(told + " subscribers to loops that were closed meanwhile");
    }

    @Test
    void aRunnerClosesThoughItsLoopIsDisposedOfMeanwhile() throws Exception {
        Scheduler.Worker disposer = Schedulers.boundedElastic().createWorker();
        for (int round = 0; round < 5_000; round++) {
            SplittableRandom random = new SplittableRandom(round);
            EventLoop loop = EventLoop.on(scheduler);
            Runner runner = new Runner(() -> loop);
            Integer unused = runner.run(Mono.just(1));
            long start = System.nanoTime() + 20_000;
            CompletableFuture<Void> disposed = at(start + random.nextInt(10_000), disposer, loop::dispose);
            spinUntil(start);
            runner.close();
            disposed.get(1, TimeUnit.MINUTES);
        }
        disposer.dispose();
    }

    @Test
    void aRunnerClosesThoughItsSchedulerIsDisposedOfMeanwhile() throws Exception {
        closeAgainstDispose(25);
    }

    @Test
    @Tag("stress-long")
    void aRunnerClosesThoughItsSchedulerIsDisposedOfMeanwhileInManyRounds() throws Exception {
        closeAgainstDispose(2_000);
    }

    private void closeAgainstDispose(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            SplittableRandom random = new SplittableRandom(round);
            Scheduler own = Schedulers.newSingle("disposed", true);
            EventLoop loop = EventLoop.on(own);
            loop.setExceptionHandler((on, report) -> {});
            Runner runner = new Runner(() -> loop);
            CompletableFuture<Void> left = new CompletableFuture<>();
            runner.run(async(() -> {
                createTask(async(() -> {
                    try {
                        await(sleep(Duration.ofDays(1)));
                    } finally {
                        left.complete(null);
                    }
                }));
                await(sleep(Duration.ZERO));
            }));
            long start = System.nanoTime() + 20_000;
            CompletableFuture<Void> closed = CompletableFuture.runAsync(
                    () -> {
                        spinUntil(start + random.nextInt(10_000));
                        try {
                            runner.close();
                        } catch (IllegalStateException | RejectedExecutionException e) {
                            assertThat(e).hasMessageContaining("dispose"); // it came in between
                        }
                    },
                    action -> new Thread(action, "closer").start());
            spinUntil(start + random.nextInt(30_000));
            own.dispose();
            assertThat(closed).as("the close of round %d", round).succeedsWithin(20, TimeUnit.SECONDS);
            assertThat(left).as("what was left in round %d", round).succeedsWithin(20, TimeUnit.SECONDS);
        }
    }

    private static CompletableFuture<Void> at(long time, Scheduler.Worker worker, Runnable action) {
        return CompletableFuture.runAsync(
                () -> {
                    spinUntil(time);
                    action.run();
                },
                worker::schedule);
    }

    private static void spinUntil(long time) {
        while (System.nanoTime() < time) {
            Thread.onSpinWait();
        }
    }

    /** Often, since the instant that matters is short: between two steps of a drain that ends. */
    private static void stop(EventLoop loop) {
        for (int i = 0; i < 30; i++) {
            loop.stop();
        }
    }

    /** Each timer is earlier than the last, so that a drain takes long to end: it has to arm another one. */
    private static void submit(EventLoop loop) {
        try {
            for (int i = 0; i < 20; i++) {
                loop.callLater(Duration.ofHours(20 - i), () -> {});
            }
        } catch (IllegalStateException e) {
            assertThat(loop.isClosed()).isTrue(); // it came too late
        }
    }
}
