package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.runCoroutineThreadsafe;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.waitTasks;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.ReturnWhen;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Time is up, or somebody else is first, while an item or a permit is on its way from another thread. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class QueueOperatorsStressTest {
    private static final int ITEMS = 20_000;
    private static final int GETTERS = 4;

    private final Scheduler scheduler = Schedulers.newParallel("operators", 4);

    @AfterEach
    void stop() {
        scheduler.dispose();
    }

    /** One get of an item that may end without one: in a coroutine. */
    private interface Getting {
        /** The item, or null. */
        Integer get(AsyncQueue<Integer> queue, Duration limit);
    }

    private enum Form implements Getting {
        WAIT_FOR {
            @Override
            public Integer get(AsyncQueue<Integer> queue, Duration limit) {
                try {
                    return awaitThrowing(waitFor(queue.get(), limit), TimeoutException.class);
                } catch (TimeoutException e) {
                    return null;
                }
            }
        },
        TIMEOUT {
            @Override
            public Integer get(AsyncQueue<Integer> queue, Duration limit) {
                return await(queue.get().timeout(limit).onErrorComplete(TimeoutException.class));
            }
        },
        TIMEOUT_WITH_FALLBACK {
            @Override
            public Integer get(AsyncQueue<Integer> queue, Duration limit) {
                return await(queue.get().timeout(limit, Mono.empty()));
            }
        },
        /** In place of {@code firstWithSignal}, {@code firstWithValue} and {@code takeUntilOther}. */
        FIRST_OF_TWO_TASKS {
            @Override
            public Integer get(AsyncQueue<Integer> queue, Duration limit) {
                Task<Integer> item = createTask(queue.get());
                Task<Void> other = createTask(sleep(limit));
                await(waitTasks(List.of(item, other), ReturnWhen.FIRST_COMPLETED));
                other.cancel();
                item.cancel();
                await(waitTasks(List.of(item, other), ReturnWhen.ALL_COMPLETED));
                return item.isCancelled() ? null : item.result();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyItemIsGotOrStillThere(Form form) throws Exception {
        AsyncQueue<Integer> queue = new AsyncQueue<>(8);
        Set<Integer> got = ConcurrentHashMap.newKeySet();
        AtomicInteger twice = new AtomicInteger();
        AtomicInteger without = new AtomicInteger();
        List<EventLoop> loops = new ArrayList<>();
        List<CompletableFuture<Void>> getters = new ArrayList<>();
        for (int i = 0; i < GETTERS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            EventLoop loop = EventLoop.on(scheduler);
            loops.add(loop);
            getters.add(runCoroutineThreadsafe(
                    async(() -> {
                        while (got.size() < ITEMS && !queue.statistics().shutDown()) {
                            Integer item = form.get(queue, Duration.ofNanos(random.nextInt(200_000)));
                            if (item == null) {
                                without.incrementAndGet();
                            } else if (!got.add(item)) {
                                twice.incrementAndGet();
                            }
                        }
                    }),
                    loop));
        }
        for (int i = 0; i < ITEMS; i++) {
            queue.put(i).block(Duration.ofMinutes(5));
        }
        while (!queue.isEmpty()) { // the last ones
            Thread.onSpinWait();
        }
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (got.size() < ITEMS && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(got).as("items that were got").hasSize(ITEMS);
        for (CompletableFuture<Void> getter : getters) {
            getter.get(1, TimeUnit.MINUTES);
        }
        loops.forEach(EventLoop::dispose);
        assertThat(twice).hasValue(0);
        assertThat(without.get()).as("limits that struck").isPositive();
        assertThat(queue.statistics().getting()).isZero();
    }

    /** An operator around an acquisition, which may end without a permit. */
    record Around(String name, BiFunction<Mono<Permit>, Duration, Mono<Permit>> operator) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Around> operators() {
        return Stream.of(
                new Around(
                        "timeout", (acquire, limit) -> acquire.timeout(limit).onErrorComplete(TimeoutException.class)),
                new Around("takeUntilOther", (acquire, limit) -> acquire.takeUntilOther(Mono.delay(limit))),
                new Around(
                        "firstWithSignal",
                        (acquire, limit) ->
                                Mono.firstWithSignal(acquire, Mono.delay(limit).then(Mono.empty()))),
                new Around(
                        "firstWithValue",
                        (acquire, limit) -> Mono.firstWithValue(
                                        acquire.cast(Object.class),
                                        Mono.delay(limit).cast(Object.class))
                                .ofType(Permit.class)),
                new Around(
                        "waitFor",
                        (acquire, limit) -> waitFor(acquire, limit).onErrorComplete(TimeoutException.class)));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void aPermitIsNeverLost(Around around) throws Exception {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger broken = new AtomicInteger();
        AtomicInteger had = new AtomicInteger();
        AtomicInteger without = new AtomicInteger();
        List<EventLoop> loops = new ArrayList<>();
        List<CompletableFuture<Void>> users = new ArrayList<>();
        for (int i = 0; i < GETTERS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            EventLoop loop = EventLoop.on(scheduler);
            loops.add(loop);
            users.add(runCoroutineThreadsafe(
                    async(() -> {
                        for (int n = 0; n < 2_000; n++) {
                            Duration limit = Duration.ofNanos(random.nextInt(100_000));
                            Permit permit = await(around.operator().apply(semaphore.acquire(), limit));
                            if (permit == null) {
                                without.incrementAndGet();
                                continue;
                            }
                            if (holders.incrementAndGet() != 1) {
                                broken.incrementAndGet();
                            }
                            if (n % 64 == 0) {
                                await(sleep(Duration.ofNanos(20_000)));
                            }
                            if (permit.isClosed()) {
                                broken.incrementAndGet();
                            }
                            holders.decrementAndGet();
                            had.incrementAndGet();
                            permit.close();
                        }
                    }),
                    loop));
        }
        for (CompletableFuture<Void> user : users) {
            user.get(5, TimeUnit.MINUTES);
        }
        loops.forEach(EventLoop::dispose);
        assertThat(broken).hasValue(0);
        assertThat(had.get()).isPositive();
        assertThat(without.get()).isPositive();
        // a subscription that its operator has left gives its permit back on the thread that served it
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (semaphore.availablePermits() < 1 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(1, 0));
    }
}
