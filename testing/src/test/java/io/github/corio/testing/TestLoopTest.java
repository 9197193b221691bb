package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.AsyncFuture;
import io.github.corio.CoroutineAction;
import io.github.corio.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class TestLoopTest {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    private final TestLoop test = TestLoop.create();

    @AfterEach
    void close() {
        test.close();
    }

    /** Each limit may be longer than a clock counts: then there is none. */
    @Test
    void hasLimitsThatNeverStrike() {
        TestSettings endless = TestSettings.defaults()
                .withTimeout(FOR_EVER)
                .withPatience(FOR_EVER)
                .withCeiling(FOR_EVER);
        CoroutineAction aCentury = () -> await(sleep(Duration.ofDays(36_600)));
        VirtualTime.run(endless, aCentury);
        assertThat(Explorer.upTo(3)
                        .within(FOR_EVER)
                        .with(endless)
                        .explore(aCentury)
                        .exhausted())
                .isTrue();
        test.delayedExecutor(FOR_EVER).execute(() -> {
            throw new IllegalStateException("it never comes");
        });
        List<String> log = new ArrayList<>();
        test.delayedExecutor(Duration.ofHours(1)).execute(() -> log.add("came"));
        test.eventually(FOR_EVER, () -> assertThat(log).isNotEmpty());
    }

    @Nested
    @DisplayName("The wheel")
    class Wheel {
        private final List<String> log = new ArrayList<>();

        private void at(Duration time, String what) {
            Task<Void> unused = test.start(async(() -> {
                await(sleep(time));
                log.add(what);
            }));
        }

        @Test
        void isHeldByTheCaller() {
            at(Duration.ofSeconds(1), "1 s");
            at(Duration.ofSeconds(2), "2 s");
            at(Duration.ofSeconds(3), "3 s");
            assertThat(log).isEmpty();
            test.advanceTimeBy(Duration.ofSeconds(2));
            assertThat(log).containsExactly("1 s", "2 s");
            assertThat(test.currentTime()).isEqualTo(Duration.ofSeconds(2));
            test.advanceTimeTo(Duration.ofMillis(2999));
            assertThat(log).hasSize(2);
            test.advanceUntilIdle();
            assertThat(log).hasSize(3);
            assertThat(test.currentTime()).isEqualTo(Duration.ofSeconds(3));
        }

        @Test
        void doesNotMoveToRunWhatIsReady() {
            Task<String> task = test.start(Mono.just("x"));
            assertThat(task.isDone()).isFalse();
            test.runCurrent();
            assertThat(task.result()).isEqualTo("x");
            assertThat(test.currentTime()).isZero();
        }

        @Test
        void isHeldInABodyToo() {
            test.run(() -> {
                at(Duration.ofSeconds(1), "1 s");
                Disposable unused = Mono.delay(Duration.ofSeconds(2)).subscribe(x -> log.add("2 s"));
                at(Duration.ofSeconds(3), "3 s");
                test.advanceTimeBy(Duration.ofSeconds(2));
                assertThat(log).containsExactly("1 s", "2 s");
                test.advanceUntilIdle();
                assertThat(log).hasSize(3);
            });
        }

        @Test
        void doesNotTurnBack() {
            test.advanceTimeBy(Duration.ofSeconds(2));
            assertThatThrownBy(() -> test.advanceTimeTo(Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("PT2S");
        }

        @Test
        void turnsAsFarAsAClockCounts() {
            at(Duration.ofDays(100), "100 days");
            test.advanceTimeBy(FOR_EVER);
            assertThat(log).containsExactly("100 days");
            assertThat(test.currentTime()).isGreaterThan(Duration.ofDays(365 * 290));
            test.advanceTimeTo(FOR_EVER);
            test.advanceTimeBy(FOR_EVER);
        }

        @Test
        void doesNotTurnBackFromAPeriodThatIsLongerThanAClockCounts() {
            Runnable tick = () -> log.add("tick at " + test.currentTime());
            ScheduledFuture<?> unused = test.executor().scheduleAtFixedRate(tick, 1, Long.MAX_VALUE, TimeUnit.SECONDS);
            test.advanceTimeBy(Duration.ofSeconds(2));
            assertThat(log).containsExactly("tick at PT1S");
        }

        @Test
        void keepsThePaceOfAnInterval() {
            Disposable ticks = Flux.interval(Duration.ofSeconds(10), test.scheduler())
                    .subscribe(tick -> log.add(tick + " at " + test.currentTime()));
            test.advanceTimeBy(Duration.ofSeconds(35));
            assertThat(log).containsExactly("0 at PT10S", "1 at PT20S", "2 at PT30S");
            ticks.dispose();
            test.advanceTimeBy(Duration.ofSeconds(35));
            assertThat(log).hasSize(3);
        }
    }

    @Nested
    @DisplayName("Views of the time")
    class Views {
        @Test
        void areOneTime() {
            test.run(() -> {
                await(sleep(Duration.ofMillis(1500)));
                assertThat(test.clock().instant()).isEqualTo(Instant.parse("2000-01-01T00:00:01.5Z"));
                assertThat(test.clock().withZone(ZoneId.of("Asia/Tokyo")).instant())
                        .isEqualTo(test.clock().instant());
                assertThat(test.clock().millis()).isEqualTo(test.scheduler().now(TimeUnit.MILLISECONDS));
                assertThat(test.scheduler().now(TimeUnit.NANOSECONDS)).isEqualTo(1_500_000_000L);
                assertThat(test.loop().time()).isEqualTo(test.currentTime()).isEqualTo(Duration.ofMillis(1500));
                assertThat(Schedulers.parallel().now(TimeUnit.MILLISECONDS))
                        .isEqualTo(test.clock().millis());
            });
        }

        @Test
        void beginWhereTheSettingsSay() {
            Instant start = Instant.parse("2024-02-29T23:59:59Z");
            try (TestLoop leap = TestLoop.create(TestSettings.defaults().startingAt(start))) {
                leap.advanceTimeBy(Duration.ofSeconds(1));
                assertThat(leap.clock().instant()).isEqualTo(Instant.parse("2024-03-01T00:00:00Z"));
            }
        }
    }

    @Nested
    @DisplayName("A loop")
    class Lifecycle {
        @Test
        void goesOnAfterADeadlock() {
            assertThatThrownBy(() -> test.run(() -> {
                        await(new AsyncFuture<>());
                    }))
                    .isInstanceOf(DeadlockError.class);
            assertThat(test.<String>run(() -> "alive")).isEqualTo("alive");
        }

        @Test
        void isNotRunInsideOfItself() {
            assertThatThrownBy(() -> test.run(() -> test.run(() -> {})))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("would wait for itself");
        }

        @Test
        void runsNothingOnceClosed() {
            TestLoop other = TestLoop.create();
            other.close();
            other.close();
            assertThatThrownBy(() -> other.run(() -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }

        @Test
        void showsWhatItsTasksWaitFor() {
            Task<Void> task = test.start(async(() -> {
                Task<Void> inner = createTask(sleep(Duration.ofHours(1)), "inner");
                await(inner);
            }));
            test.runCurrent();
            assertThat(test.dump())
                    .contains("virtual time: PT0S")
                    .contains("(T) main: waits for (T) inner, for 0.0 s")
                    .contains("(T) inner: waits for sleep")
                    .contains("TestLoopTest.java");
            boolean unused = task.cancel();
            test.runCurrent();
            assertThat(task.isCancelled()).isTrue();
        }
    }

    @Nested
    @DisplayName("reactor-test beside it")
    class BesideReactorTest {
        @Test
        void stepVerifierWithVirtualTimeWorksBeforeAndAfter() {
            for (int i = 0; i < 2; i++) {
                StepVerifier.withVirtualTime(() -> Mono.delay(Duration.ofDays(1)))
                        .thenAwait(Duration.ofDays(1))
                        .expectNext(0L)
                        .verifyComplete();
                VirtualTime.run(() -> {
                    await(Mono.delay(Duration.ofDays(1)));
                });
            }
        }

        @Test
        void stepVerifierWithVirtualTimeWorksInABody() {
            VirtualTime.run(() -> {
                StepVerifier.withVirtualTime(() -> Mono.delay(Duration.ofDays(1)))
                        .thenAwait(Duration.ofDays(1))
                        .expectNext(0L)
                        .verifyComplete();
                await(Mono.delay(Duration.ofDays(1)));
            });
        }

        @Test
        void stepVerifierTakesTheSchedulerOfALoop() {
            StepVerifier.withVirtualTime(() -> async(() -> {
                        await(sleep(Duration.ofDays(1)));
                        return "done";
                    }))
                    .thenAwait(Duration.ofDays(1))
                    .expectNext("done")
                    .verifyComplete();
        }

        @Test
        void aVirtualTimeSchedulerThatIsSetStaysSet() {
            VirtualTimeScheduler own = VirtualTimeScheduler.getOrSet();
            try {
                VirtualTime.run(() -> {
                    await(Mono.delay(Duration.ofDays(1)));
                });
                assertThat(VirtualTimeScheduler.get()).isSameAs(own);
                List<Long> ticks = new ArrayList<>();
                Disposable unused = Mono.delay(Duration.ofSeconds(1)).subscribe(ticks::add);
                own.advanceTimeBy(Duration.ofSeconds(1));
                assertThat(ticks).containsExactly(0L);
            } finally {
                VirtualTimeScheduler.reset();
            }
            assertThat(Mono.delay(Duration.ofMillis(1)).block()).isZero();
        }
    }
}
