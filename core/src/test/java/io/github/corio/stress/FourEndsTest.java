package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Loops that end in several ways at once, while bodies yield and sleep on them. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class FourEndsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SPINS = 3_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final AtomicInteger inLoop = new AtomicInteger();
    private final AtomicInteger together = new AtomicInteger();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private interface Way {
        void end() throws InterruptedException;
    }

    /** Yields until it is ended; counts who is in the loop beside it. */
    private void yieldAlways(CountDownLatch begun, CountDownLatch ended) {
        begun.countDown();
        try {
            for (; ; ) {
                if (inLoop.incrementAndGet() > 1) {
                    together.incrementAndGet();
                }
                inLoop.decrementAndGet();
                await(sleep(Duration.ZERO));
            }
        } finally {
            ended.countDown();
        }
    }

    private List<Task<Void>> busy(EventLoop loop, int count, CountDownLatch begun, CountDownLatch ended) {
        List<Task<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(async(() -> yieldAlways(begun, ended)).on(loop).start());
        }
        return tasks;
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    void runForeverStopCloseAndDispose() throws Exception {
        fromFourThreads(500);
    }

    @Test
    @Tag("stress-long")
    void runForeverStopCloseAndDisposeInManyRounds() throws Exception {
        fromFourThreads(100_000);
    }

    private void fromFourThreads(int rounds) throws Exception {
        Scheduler scheduler = Schedulers.newParallel("ends", 2, true);
        try {
            for (int round = 0; round < rounds; round++) {
                SplittableRandom random = new SplittableRandom(round);
                EventLoop loop = EventLoop.on(scheduler);
                loop.setExceptionHandler((on, told) -> {});
                CountDownLatch begun = new CountDownLatch(2);
                CountDownLatch ended = new CountDownLatch(2);
                List<Task<Void>> tasks = busy(loop, 2, begun, ended);
                assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

                List<Way> ways = List.of(loop::runForever, loop::stop, loop::close, loop::dispose);
                List<Future<?>> ends = new ArrayList<>();
                for (Way way : ways) {
                    int spins = random.nextInt(SPINS);
                    ends.add(threads.submit(() -> {
                        spin(spins);
                        try {
                            way.end();
                        } catch (IllegalStateException e) { // it was closed before, or it runs and cannot be closed
                            assertThat(e).hasMessageContaining("loop");
                        }
                        return null;
                    }));
                }
                for (Future<?> end : ends) {
                    end.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
                assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .as("every finally of round %d has run: %s", round, tasks)
                        .isTrue();
                loop.dispose();
                loop.close();
                assertThat(loop.isClosed()).isTrue();
            }
        } finally {
            scheduler.dispose();
        }
        assertThat(together).as("two in one loop").hasValue(0);
    }

    @Test
    void aPoolOfTwoThreadsUnderYieldingBodies() throws Exception {
        disposeOfPools(30);
    }

    @Test
    @Tag("stress-long")
    void aPoolOfTwoThreadsUnderYieldingBodiesInManyRounds() throws Exception {
        disposeOfPools(3_000);
    }

    private void disposeOfPools(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            SplittableRandom random = new SplittableRandom(round);
            ExecutorService pool = Executors.newFixedThreadPool(2);
            Scheduler scheduler = Schedulers.fromExecutorService(pool);
            EventLoop loop = EventLoop.on(scheduler);
            loop.setExceptionHandler((on, told) -> {});
            CountDownLatch begun = new CountDownLatch(3);
            CountDownLatch ended = new CountDownLatch(3);
            List<Task<Void>> tasks = busy(loop, 3, begun, ended);
            assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            spin(random.nextInt(SPINS));
            switch (random.nextInt(3)) {
                case 0 -> scheduler.dispose();
                case 1 -> pool.shutdown();
                default -> pool.shutdownNow();
            }
            assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("every finally of round %d has run: %s", round, tasks)
                    .isTrue();
            loop.dispose();
            loop.close();
            assertThat(tasks).allMatch(Task::isDone);
            assertThat(CompletableFuture.supplyAsync(() -> run(async(() -> "a loop beside it")), threads))
                    .succeedsWithin(LIMIT)
                    .isEqualTo("a loop beside it");
            pool.shutdownNow();
            scheduler.dispose();
        }
        assertThat(together).as("two in one loop").hasValue(0);
    }
}
