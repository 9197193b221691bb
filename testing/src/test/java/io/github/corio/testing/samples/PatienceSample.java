package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncBarrier;
import io.github.corio.sync.AsyncCondition;
import io.github.corio.sync.AsyncEvent;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Mono;

/** Waits for a thread outside of the test. */
public final class PatienceSample {
    /** Later than a test waits that was not told to. */
    private static final long LATE_MILLIS = 250;

    private static final long PATIENT = 60_000;
    private static final ScheduledExecutorService OUTSIDE = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "outside");
        thread.setDaemon(true);
        return thread;
    });

    private PatienceSample() {}

    private static void late(Runnable answer) {
        var unused = OUTSIDE.schedule(answer, LATE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A future that a thread outside sets by way of the loop. */
    private static AsyncFuture<String> lateFuture() {
        EventLoop loop = EventLoop.current();
        AsyncFuture<String> future = new AsyncFuture<>(loop);
        late(() -> loop.callSoon(() -> future.setResult("late")));
        return future;
    }

    /** Each of them passes if it is given the time it asks for. */
    @Sample
    public static class Answered {
        @CoroutineTest(patienceMillis = PATIENT)
        void future() {
            assertThat(await(lateFuture())).isEqualTo("late");
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void futureSetByTheThreadItself() {
            AsyncFuture<String> future = new AsyncFuture<>();
            late(() -> future.setResult("late"));
            assertThat(await(future)).isEqualTo("late");
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void gatheredFuture() {
            assertThat(await(gather(List.of(lateFuture())))).containsExactly("late");
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void stage() {
            CompletableFuture<String> stage = new CompletableFuture<>();
            late(() -> stage.complete("late"));
            assertThat(await(stage)).isEqualTo("late");
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void mono() {
            assertThat(await(Mono.<String>create(sink -> late(() -> sink.success("late")))))
                    .isEqualTo("late");
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void taskOfAMono() {
            Task<String> task = createTask(Mono.<String>create(sink -> late(() -> sink.success("late"))));
            assertThat(await(task)).isEqualTo("late");
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void taskOfATaskOfAFuture() {
            AsyncFuture<String> future = lateFuture();
            Task<String> inner = createTask(async(() -> await(future)));
            Task<String> outer = createTask(async(() -> await(inner)));
            assertThat(await(outer)).isEqualTo("late");
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void event() {
            AsyncEvent event = new AsyncEvent();
            late(event::set);
            await(event.waitUntilSet());
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void queue() {
            AsyncQueue<String> queue = new AsyncQueue<>();
            late(() -> queue.putNowait("late"));
            assertThat(await(queue.get())).isEqualTo("late");
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void fullQueue() {
            AsyncQueue<String> queue = new AsyncQueue<>(1);
            queue.putNowait("first");
            late(queue::getNowait);
            await(queue.put("second"));
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void lock() {
            AsyncLock lock = new AsyncLock();
            Permit held = awaitSingle(lock.acquire());
            late(held::close);
            awaitSingle(lock.acquire()).close();
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void semaphore() {
            AsyncSemaphore semaphore = new AsyncSemaphore(0);
            late(semaphore::release);
            awaitSingle(semaphore.acquire()).close();
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void condition() {
            EventLoop loop = EventLoop.current();
            AsyncCondition condition = new AsyncCondition();
            boolean[] there = new boolean[1];
            late(() -> loop.callSoon(() -> {
                there[0] = true;
                Task<Object> unused = async(() -> await(condition.withLock(Mono.fromRunnable(condition::signalAll))))
                        .on(loop)
                        .start();
            }));
            await(condition.withLock(condition.waitFor(() -> there[0])));
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void barrier() {
            EventLoop loop = EventLoop.current();
            AsyncBarrier barrier = new AsyncBarrier(2);
            late(() -> loop.callSoon(() -> {
                Task<Integer> unused =
                        async(() -> await(barrier.waitUntilFull())).on(loop).start();
            }));
            await(barrier.waitUntilFull());
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void blockingCallThatIsParked() {
            CountDownLatch latch = new CountDownLatch(1);
            late(latch::countDown);
            await(toThread(() -> {
                        latch.await();
                        return true;
                    })
                    .timeout(Duration.ofHours(1)));
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void checkThatIsRepeated(TestLoop loop) {
            CountDownLatch latch = new CountDownLatch(1);
            late(latch::countDown);
            loop.eventually(() -> assertThat(latch.getCount()).isZero());
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void stageUnderALimit() {
            CompletableFuture<String> stage = new CompletableFuture<>();
            late(() -> stage.complete("late"));
            assertThat(await(Mono.fromFuture(stage).timeout(Duration.ofMillis(1))))
                    .isEqualTo("late");
        }
    }

    /** What is awaited in lifecycle methods, and in the cleanup of work that ends with the test, has the same time. */
    @Sample
    public static class AroundTheTest {
        private static final List<String> LOG = Collections.synchronizedList(new ArrayList<>());

        /** What has come to its end. */
        public static List<String> log() {
            return LOG;
        }

        @BeforeEach
        void prepare() {
            LOG.add("before " + await(lateFuture()));
        }

        @CoroutineTest(patienceMillis = PATIENT)
        void leavesBackground(TestLoop loop) {
            Task<Void> unused = loop.background(async(() -> {
                try {
                    await(new AsyncFuture<>()); // no timer, which would be the next thing to happen while @AfterEach
                    // waits
                } finally {
                    LOG.add("background " + await(lateFuture()));
                }
            }));
            await(sleep(Duration.ofHours(1)));
        }

        @CoroutineTest(patienceMillis = PATIENT, allowLeakedTasks = true)
        void leavesATask() {
            Task<Void> unused = createTask(async(() -> {
                try {
                    await(new AsyncFuture<>()); // no timer, which would be the next thing to happen while @AfterEach
                    // waits
                } finally {
                    LOG.add("task " + await(lateFuture()));
                }
            }));
            await(sleep(Duration.ofHours(1)));
        }

        @AfterEach
        void cleanUp() {
            LOG.add("after " + await(lateFuture()));
        }
    }

    /** Nobody answers: each of them is a deadlock, after the time it is given. */
    @Sample
    public static class InVain {
        private static final long GIVEN = 300;

        /** How long each of them is given. */
        public static Duration given() {
            return Duration.ofMillis(GIVEN);
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void future() {
            await(new AsyncFuture<>());
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void stage() {
            await(new CompletableFuture<>());
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void mono() {
            await(Mono.never());
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void taskOfAMono() {
            await(createTask(Mono.never()));
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void event() {
            await(new AsyncEvent().waitUntilSet());
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void queue() {
            await(new AsyncQueue<>().get());
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void lock() {
            AsyncLock lock = new AsyncLock();
            Permit unused = awaitSingle(lock.acquire());
            await(lock.acquire());
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void semaphore() {
            await(new AsyncSemaphore(0).acquire());
        }

        @CoroutineTest(patienceMillis = GIVEN)
        void barrier() {
            await(new AsyncBarrier(2).waitUntilFull());
        }
    }

    /** Tasks that wait for each other: nobody is waited for. */
    @Sample
    public static class Certain {
        @CoroutineTest(patienceMillis = PATIENT)
        void circle() {
            Task<?>[] tasks = new Task<?>[2];
            for (int i = 0; i < 2; i++) {
                int other = 1 - i;
                tasks[i] = createTask(async(() -> {
                    await(sleep(Duration.ofHours(1)));
                    await(tasks[other]);
                }));
            }
            await(tasks[0]);
        }
    }
}
