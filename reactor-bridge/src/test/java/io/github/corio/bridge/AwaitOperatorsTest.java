package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.bridge.AwaitOperators.filterAwait;
import static io.github.corio.bridge.AwaitOperators.mapAwait;
import static io.github.corio.bridge.AwaitOperators.mapAwaitUnordered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class AwaitOperatorsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());

    @Nested
    class Results {
        @Test
        void keepTheOrderOfTheValues() {
            List<Integer> results = Flux.range(1, 5)
                    .transform(mapAwait(5, i -> {
                        await(sleep(Duration.ofMillis(60 - 10L * i)));
                        return i * 10;
                    }))
                    .collectList()
                    .block(SOON);
            assertThat(results).containsExactly(10, 20, 30, 40, 50);
        }

        @Test
        void comeAsTheyAreReadyIfUnordered() {
            List<Integer> results = Flux.just(2, 1)
                    .transform(mapAwaitUnordered(2, i -> {
                        await(sleep(Duration.ofMillis(50L * (i - 1))));
                        return i;
                    }))
                    .collectList()
                    .block(SOON);
            assertThat(results).containsExactly(1, 2);
        }

        @Test
        void thatAreNullAreLeftOut() {
            List<Integer> even = Flux.range(1, 6)
                    .transform(filterAwait(3, i -> {
                        await(sleep(Duration.ofMillis(1)));
                        return i % 2 == 0;
                    }))
                    .collectList()
                    .block(SOON);
            assertThat(even).containsExactly(2, 4, 6);
        }

        @Test
        void areNeverMoreThanAskedForInTheMaking() {
            int[] running = {0, 0};
            Flux.range(1, 20)
                    .transform(mapAwaitUnordered(3, i -> {
                        running[1] = Math.max(running[1], ++running[0]); // one loop: no race
                        await(sleep(Duration.ofMillis(1)));
                        running[0]--;
                        return i;
                    }))
                    .blockLast(SOON);
            assertThat(running).containsExactly(0, 3);
        }
    }

    @Nested
    class TheLoop {
        @Test
        void isOnTheSchedulerThatTheContextNames() {
            AtomicInteger workers = new AtomicInteger();
            Scheduler named = new Scheduler() {
                @Override
                public Disposable schedule(Runnable task) {
                    return Schedulers.single().schedule(task);
                }

                @Override
                public Worker createWorker() {
                    workers.incrementAndGet();
                    return Schedulers.single().createWorker();
                }
            };
            Integer last = Flux.range(1, 3)
                    .transform(mapAwait(2, i -> {
                        await(sleep(Duration.ofMillis(1)));
                        return i;
                    }))
                    .contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, named))
                    .blockLast(SOON);
            assertThat(last).isEqualTo(3);
            assertThat(workers).hasPositiveValue();
        }

        @Test
        void isOneForTheSubscriptionAndEndsWithIt() {
            Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
            Flux<Integer> flux = Flux.range(1, 10).transform(mapAwait(4, i -> {
                loops.add(EventLoop.current());
                await(sleep(Duration.ofMillis(1)));
                return i;
            }));
            flux.blockLast(SOON);
            assertThat(loops).hasSize(1);
            flux.blockLast(SOON);
            assertThat(loops).hasSize(2);
            for (EventLoop loop : loops) {
                for (long end = System.nanoTime() + SOON.toNanos(); !loop.isClosed() && System.nanoTime() < end; ) {
                    Thread.onSpinWait();
                }
                assertThat(loop.isClosed()).isTrue();
            }
        }

        @Test
        void isThatOfTheCoroutineAroundIt() {
            run(async(() -> {
                EventLoop mine = EventLoop.current();
                Integer last = await(Flux.range(1, 3)
                        .transform(mapAwait(2, i -> {
                            await(sleep(Duration.ZERO));
                            assertThat(EventLoop.current()).isSameAs(mine);
                            return i;
                        }))
                        .last());
                assertThat(last).isEqualTo(3);
                assertThat(mine.isClosed()).isFalse();
            }));
        }

        @Test
        void waitsForWhatWasLeftBehind() {
            leaveBehind(this::cleanUp);
            assertThat(log).containsExactly("cleaned");
        }

        @Test
        void waitsAlsoForWhatACleanupStarts() {
            leaveBehind(() -> {
                createTask(async(() -> {
                    try {
                        await(sleep(Duration.ofHours(1)));
                    } finally {
                        cleanUp();
                    }
                }));
                await(sleep(Duration.ZERO));
            });
            assertThat(log).containsExactly("cleaned");
        }

        /** A task that is pending when the Flux has ended. */
        private void leaveBehind(Runnable cleanup) {
            Flux.just(1)
                    .transform(mapAwait(1, i -> {
                        createTask(async(() -> {
                            try {
                                await(Mono.never());
                            } finally {
                                cleanup.run();
                            }
                        }));
                        await(sleep(Duration.ZERO));
                        return i;
                    }))
                    .blockLast(SOON);
        }

        private void cleanUp() {
            await(sleep(Duration.ofMillis(10)));
            log.add("cleaned");
        }
    }

    @Nested
    class TheEnd {
        @Test
        void byCancelIsToldToACallThatTheSourceStartsMeanwhile() throws Exception {
            for (int round = 0; round < 5000; round++) {
                CountDownLatch first = new CountDownLatch(1);
                Disposable running = Flux.range(0, 20)
                        .transform(mapAwait(2, i -> {
                            EventLoop.current().setExceptionHandler((loop, error) -> log.add(error));
                            await(sleep(Duration.ZERO));
                            return i;
                        }))
                        .subscribe(i -> first.countDown());
                assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
                running.dispose();
            }
            assertThat(log).isEmpty(); // such as "Task was destroyed but it is pending"
        }

        @Test
        void comesWithTheFirstErrorAndCancelsTheOthers() {
            Flux<Integer> flux = Flux.just(1, 2).transform(mapAwait(2, i -> {
                if (i == 2) {
                    await(sleep(Duration.ofMillis(5)));
                    throw new IOException("two");
                }
                try {
                    await(Mono.never());
                } finally {
                    await(sleep(Duration.ofMillis(20)));
                    log.add("cleaned");
                }
                return i;
            }));
            StepVerifier.create(flux).expectErrorMessage("two").verify(SOON);
            assertThat(log).containsExactly("cleaned");
        }

        @Test
        void byCancelRunsEveryFinallyToItsEnd() throws Exception {
            CountDownLatch waiting = new CountDownLatch(3);
            CountDownLatch cleaned = new CountDownLatch(3);
            Disposable subscription = Flux.range(1, 10)
                    .transform(mapAwait(3, i -> {
                        try {
                            waiting.countDown();
                            await(Mono.never());
                        } finally {
                            await(sleep(Duration.ofMillis(10)));
                            cleaned.countDown();
                        }
                        return i;
                    }))
                    .subscribe();
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
            subscription.dispose();
            assertThat(cleaned.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void refusesAConcurrencyBelowOne() {
        assertThatThrownBy(() -> mapAwait(0, i -> i)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesTenThousandValues() {
        List<Integer> results = Flux.range(0, 10_000)
                .transform(mapAwait(16, i -> {
                    await(sleep(Duration.ZERO));
                    return i;
                }))
                .collectList()
                .block(Duration.ofSeconds(60));
        assertThat(results).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
    }
}
