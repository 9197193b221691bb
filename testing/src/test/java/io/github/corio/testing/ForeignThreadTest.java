package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

@DisplayName("On a thread that the test does not know of")
class ForeignThreadTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final ExecutorService outside = Executors.newFixedThreadPool(2);

    @AfterEach
    void shutDown() {
        outside.shutdownNow();
    }

    /** Answers on a thread outside after a moment. */
    private Mono<Integer> answer() {
        return Mono.fromFuture(() -> CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS) ? 0 : 1;
                    } catch (InterruptedException e) {
                        return -1;
                    }
                },
                outside));
    }

    @Nested
    @DisplayName("operators stay in the time of the test")
    class Operators {
        @Test
        void thatDelay() {
            VirtualTime.run(() -> {
                assertThat(await(answer().delayElement(HOUR))).isOne();
                assertThat(EventLoop.current().time()).isEqualTo(HOUR);
            });
        }

        @Test
        void thatRetry() {
            AtomicInteger attempts = new AtomicInteger();
            VirtualTime.run(() -> {
                await(answer().doOnNext(value -> {
                            if (attempts.incrementAndGet() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                        })
                        .retryWhen(Retry.fixedDelay(5, HOUR)));
                assertThat(EventLoop.current().time()).isEqualTo(HOUR.multipliedBy(2));
            });
        }

        @Test
        void thatHopToAnotherScheduler() {
            VirtualTime.run(() -> {
                await(answer().publishOn(Schedulers.parallel()).delayElement(HOUR));
                await(answer().flatMap(value -> Mono.delay(HOUR).publishOn(Schedulers.single())));
                assertThat(EventLoop.current().time()).isEqualTo(HOUR.multipliedBy(2));
            });
        }

        @Test
        void behindWhatIsInRealTime() {
            try (TestLoop test = TestLoop.create()) {
                test.run(() -> {
                    await(test.inRealTime(answer()).delayElement(HOUR));
                    assertThat(test.currentTime()).isEqualTo(HOUR);
                });
            }
        }

        @Test
        void inTwoTestsAtOnceEachInItsOwn() throws Exception {
            List<CompletableFuture<Duration>> ends = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                Duration delay = HOUR.multipliedBy(i);
                CompletableFuture<Duration> end = new CompletableFuture<>();
                ends.add(end);
                new Thread(() -> end.complete(VirtualTime.<Duration>run(() -> {
                            for (int round = 0; round < 10; round++) {
                                await(answer().delayElement(delay).publishOn(Schedulers.parallel()));
                            }
                            return EventLoop.current().time();
                        })))
                        .start();
            }
            for (int i = 1; i <= 4; i++) {
                assertThat(ends.get(i - 1).get(60, TimeUnit.SECONDS)).isEqualTo(HOUR.multipliedBy(10L * i));
            }
        }

        @Test
        void whoseCodeIsSubscribedToWithoutAContext() {
            VirtualTime.run(() -> {
                AsyncFuture<Long> there = new AsyncFuture<>();
                outside.execute(() -> Mono.delay(HOUR).subscribe(there::setResult));
                assertThat(await(there)).isZero();
                assertThat(EventLoop.current().time()).isEqualTo(HOUR);
            });
        }

        @Test
        void butThoseInsideOfWhatIsInRealTimeDoNot() {
            try (TestLoop test = TestLoop.create()) {
                test.run(() -> {
                    await(test.inRealTime(answer().delayElement(Duration.ofMillis(20))));
                    assertThat(test.currentTime()).isZero();
                });
            }
        }
    }

    @Nested
    @DisplayName("an answer is waited for")
    class Answers {
        @Test
        void beforeALimitAroundItStrikes() {
            VirtualTime.run(() -> {
                assertThat(await(answer().timeout(Duration.ofSeconds(5)))).isOne();
                assertThat(EventLoop.current().time()).isZero();
            });
        }

        @Test
        void butNotForever() {
            TestSettings quick = TestSettings.defaults().withPatience(Duration.ofMillis(50));
            VirtualTime.run(quick, () -> {
                assertThatThrownBy(() ->
                                await(Mono.fromFuture(new CompletableFuture<>()).timeout(HOUR)))
                        .isInstanceOf(java.util.concurrent.TimeoutException.class);
                assertThat(EventLoop.current().time()).isEqualTo(HOUR);
            });
        }

        @Test
        void asLongAsThePatienceSaysWhateverIsAwaited() {
            TestSettings patient = TestSettings.defaults().withPatience(Duration.ofSeconds(50));
            VirtualTime.run(patient, () -> {
                EventLoop loop = EventLoop.current();
                AsyncFuture<Integer> future = new AsyncFuture<>(loop);
                outside.execute(() -> {
                    answer().block();
                    answer().block();
                    answer().block();
                    answer().block();
                    answer().block();
                    answer().block();
                    loop.callSoon(() -> future.setResult(1));
                });
                assertThat(await(future)).isOne();
            });
        }

        @Test
        void andADeadlockSaysHow() {
            TestSettings quick = TestSettings.defaults().withPatience(Duration.ofMillis(50));
            assertThatThrownBy(() -> VirtualTime.run(quick, () -> {
                        await(new CompletableFuture<>());
                    }))
                    .isInstanceOf(DeadlockError.class)
                    .hasMessageContaining("inRealTime")
                    .hasMessageContaining("patienceMillis");
        }
    }

    @Nested
    @DisplayName("Tools")
    class Tools {
        @Test
        void workInTheBackgroundEndsWithTheTest() {
            List<String> log = new ArrayList<>();
            try (TestLoop test = TestLoop.create()) {
                test.run(() -> {
                    Task<Void> unused = test.background(async(() -> {
                        try {
                            for (; ; ) {
                                await(sleep(HOUR));
                                log.add("tick");
                            }
                        } catch (CancelledError e) {
                            await(sleep(HOUR));
                            log.add("cleaned up");
                            throw e;
                        }
                    }));
                    await(sleep(HOUR.multipliedBy(2).plusMillis(1)));
                });
            }
            assertThat(log).containsExactly("tick", "tick", "cleaned up");
        }

        @Test
        void aBackgroundTaskThatFailsIsAnErrorNobodyHasLookedAt() {
            assertThatThrownBy(() -> {
                        try (TestLoop test = TestLoop.create()) {
                            test.run(() -> {
                                Task<Void> unused = test.background(Mono.error(new IllegalStateException("broken")));
                                await(sleep(HOUR));
                            });
                        }
                    })
                    .isInstanceOf(UnobservedError.class)
                    .hasRootCauseMessage("broken");
        }

        @Test
        void eventuallyLetsTimePass() {
            try (TestLoop test = TestLoop.create()) {
                test.run(() -> {
                    boolean[] there = new boolean[1];
                    Disposable unused = Mono.delay(Duration.ofSeconds(30)).subscribe(tick -> there[0] = true);
                    test.eventually(() -> assertThat(there[0]).isTrue());
                    assertThat(test.currentTime()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
                });
            }
        }

        @Test
        void eventuallyWaitsForThreadsOutside() {
            try (TestLoop test = TestLoop.create(TestSettings.defaults().withPatience(Duration.ofSeconds(50)))) {
                test.run(() -> {
                    boolean[] there = new boolean[1];
                    outside.execute(() -> {
                        answer().block();
                        there[0] = true;
                    });
                    test.eventually(() -> assertThat(there[0]).isTrue());
                });
            }
        }

        @Test
        void eventuallyFailsWithTheLastFailure() {
            try (TestLoop test = TestLoop.create(TestSettings.defaults().withPatience(Duration.ZERO))) {
                assertThatThrownBy(() -> test.run(() -> {
                            Disposable unused =
                                    Flux.interval(Duration.ofSeconds(1)).subscribe();
                            test.eventually(Duration.ofSeconds(10), () -> {
                                throw new IllegalStateException("at " + test.currentTime());
                            });
                        }))
                        .hasMessage("at PT10S");
            }
        }

        @Test
        void anExecutorHasTheTimeOfTheTest() {
            try (TestLoop test = TestLoop.create()) {
                test.run(() -> {
                    ScheduledExecutorService executor = test.executor();
                    List<String> log = java.util.Collections.synchronizedList(new ArrayList<>());
                    var periodic = executor.scheduleAtFixedRate(
                            () -> log.add("tick " + test.currentTime()), 1, 2, TimeUnit.HOURS);
                    await(Mono.fromFuture(CompletableFuture.runAsync(
                            () -> log.add("later " + test.currentTime()), test.delayedExecutor(HOUR.multipliedBy(4)))));
                    assertThat(periodic.cancel(false)).isTrue();
                    await(sleep(HOUR.multipliedBy(10)));
                    assertThat(log).containsExactly("tick PT1H", "tick PT3H", "later PT4H");
                    executor.shutdown();
                    assertThat(executor.awaitTermination(1, TimeUnit.SECONDS)).isTrue();
                    assertThatThrownBy(() -> executor.execute(() -> {}))
                            .isInstanceOf(java.util.concurrent.RejectedExecutionException.class);
                });
            }
        }

        @Test
        void timeDoesNotRunAway() {
            TestSettings low = TestSettings.defaults().withCeiling(Duration.ofDays(1));
            assertThatThrownBy(() -> VirtualTime.run(low, () -> {
                        Disposable unused = Flux.interval(HOUR).subscribe();
                        await(new AsyncFuture<>());
                    }))
                    .isInstanceOf(TestTimeoutError.class)
                    .hasMessageContaining("Virtual time has come to PT24H")
                    .hasMessageContaining("repeats itself")
                    .hasMessageContaining("(T) main: waits for AsyncFuture");
        }
    }

    @Nested
    @DisplayName("Timers with one deadline")
    class Timers {
        @Test
        void fireInTheOrderOfRegistrationWhoeverHasThem() {
            List<String> log = new ArrayList<>();
            VirtualTime.run(() -> {
                EventLoop loop = EventLoop.current();
                for (int i = 1; i <= 3; i++) {
                    int number = i;
                    var unused = loop.callLater(HOUR, () -> log.add("loop " + number));
                    Disposable unusedToo = Mono.delay(HOUR).subscribe(tick -> log.add("reactor " + number));
                }
                await(sleep(HOUR.multipliedBy(2)));
            });
            assertThat(log).containsExactly("loop 1", "reactor 1", "loop 2", "reactor 2", "loop 3", "reactor 3");
        }
    }
}
