package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What stands beside a test and is none of its business. */
public final class NeighbourSample {
    private static final Duration DAY = Duration.ofDays(1);

    private NeighbourSample() {}

    /** A service whose statics a plain test has initialised. */
    static final class Service {
        static final Scheduler OWN = Schedulers.newParallel("own", 2);
        static final Scheduler SHARED = Schedulers.parallel();
        static final Flux<Long> TICKS = Flux.interval(DAY).share();
        static final Mono<Long> CACHED = Mono.delay(DAY).cache(Duration.ofDays(10));
        static boolean touched;

        private Service() {}
    }

    /** The one that is first has no virtual time, and the others have. */
    @Sample
    @TestMethodOrder(MethodOrderer.MethodName.class)
    public static class Statics {
        @Test
        void aPlainTestInitialisesThem() {
            Service.touched = true;
            assertThat(Service.SHARED.isDisposed()).isFalse();
        }

        @RepeatedTest(2)
        @CoroutineTest(timeoutSeconds = 20)
        void bTheyTakeVirtualTime(TestLoop loop) {
            assertThat(await(Service.TICKS.take(2).collectList())).containsExactly(0L, 1L);
            assertThat(loop.currentTime()).isEqualTo(DAY.multipliedBy(2));
            await(Mono.just(1).delayElement(DAY, Service.OWN));
            await(Mono.just(1).delayElement(DAY, Service.SHARED));
            assertThat(loop.currentTime()).isEqualTo(DAY.multipliedBy(4));
        }

        @CoroutineTest(timeoutSeconds = 20)
        void cACacheLastsAsLongAsItsTest() {
            assertThat(await(Service.CACHED)).isZero();
        }
    }

    /** Two of them at a time, each with answers of threads outside. */
    @Sample
    public static class ForeignInParallel {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        private static Mono<Integer> answer(ExecutorService threads, int value) {
            return Mono.fromFuture(() -> CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            BOTH.await(10, TimeUnit.SECONDS);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                        return value;
                    },
                    threads));
        }

        private static void check(TestLoop loop, Duration delay) {
            ExecutorService threads = Executors.newSingleThreadExecutor();
            try {
                for (int i = 1; i <= 20; i++) {
                    int got = await(loop.inRealTime(answer(threads, i))
                            .publishOn(Schedulers.parallel())
                            .delayElement(delay)
                            .flatMap(value -> Mono.just(value).delayElement(delay)));
                    assertThat(got).isEqualTo(i);
                    assertThat(loop.currentTime()).isEqualTo(delay.multipliedBy(2L * i));
                }
            } finally {
                threads.shutdown();
            }
        }

        @CoroutineTest
        void hours(TestLoop loop) {
            check(loop, Duration.ofHours(1));
        }

        @CoroutineTest
        void days(TestLoop loop) {
            check(loop, DAY);
        }
    }

    /** The code under test has threads of its own. */
    @Sample
    public static class Threads {
        private final ExecutorService threads = Executors.newFixedThreadPool(2);

        @AfterEach
        void end() {
            threads.shutdown();
        }

        @CoroutineTest
        void publishOnFromAnAsyncStage(TestLoop loop) {
            Mono<String> answer = Mono.fromFuture(() -> CompletableFuture.supplyAsync(() -> 1, threads)
                            .thenApplyAsync(one -> one + 1, threads)
                            .thenApplyAsync(String::valueOf))
                    .publishOn(Schedulers.single())
                    .delayElement(DAY)
                    .publishOn(Schedulers.fromExecutor(threads))
                    .delayElement(DAY);
            assertThat(await(answer)).isEqualTo("2");
            assertThat(loop.currentTime()).isEqualTo(DAY.multipliedBy(2));
        }

        @CoroutineTest
        void subscribeOnTheirExecutor(TestLoop loop) {
            assertThat(await(Mono.defer(() -> Mono.just(1).delayElement(DAY))
                            .subscribeOn(Schedulers.fromExecutorService(threads))))
                    .isEqualTo(1);
            assertThat(loop.currentTime()).isEqualTo(DAY);
        }

        @CoroutineTest
        void anAwaitedStageOfTheirs(TestLoop loop) {
            assertThat(await(CompletableFuture.supplyAsync(() -> 1, threads))).isEqualTo(1);
            await(sleep(DAY));
            assertThat(loop.currentTime()).isEqualTo(DAY);
        }
    }

    /** One instance for all, with a field that each test changes. */
    @Sample
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    public static class OneInstance {
        private final List<Duration> seen = new ArrayList<>();
        private int prepared;

        @BeforeAll
        void beforeAll() {
            assertThat(seen).isEmpty();
        }

        @BeforeEach
        void before(TestLoop loop) {
            await(sleep(Duration.ofHours(1)));
            seen.add(loop.currentTime());
            prepared++;
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        @CoroutineTest
        void withArguments(int number, TestLoop loop) {
            assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(1));
            assertThat(number).isPositive();
        }

        @CoroutineTest(explore = 100)
        void explored(TestLoop loop) {
            assertThat(prepared).isPositive();
            assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(1));
        }

        @Nested
        class Inner {
            @CoroutineTest
            void hasOneToo(TestLoop loop) {
                assertThat(seen).isNotEmpty();
                assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(1));
            }
        }

        @AfterEach
        void after() {
            await(sleep(DAY));
        }
    }

    /** A constructor takes what another extension of JUnit gives. */
    @Sample
    public static class Constructed {
        private final String name;

        Constructed(org.junit.jupiter.api.TestInfo info) {
            name = info.getDisplayName();
        }

        @CoroutineTest
        void hasItsParameters() {
            assertThat(name).contains("hasItsParameters");
        }
    }

    /** Times that nobody has in mind. */
    @Sample
    public static class Times {
        @CoroutineTest
        void years(TestLoop loop) {
            await(sleep(Duration.ofDays(36_000)));
            assertThat(loop.currentTime()).isEqualTo(Duration.ofDays(36_000));
        }

        @CoroutineTest
        void noneAndLess(TestLoop loop) {
            await(sleep(Duration.ZERO));
            await(sleep(Duration.ofSeconds(-1)));
            await(sleep(Duration.ofDays(-100_000)));
            await(Mono.delay(Duration.ofSeconds(-1)));
            await(Mono.delay(Duration.ofNanos(Long.MIN_VALUE)));
            assertThat(loop.currentTime()).isZero();
        }

        @CoroutineTest
        void soLongThatNobodyWaits(TestLoop loop) {
            var longest = loop.background(sleep(Duration.ofSeconds(Long.MAX_VALUE)));
            var never = loop.background(Mono.delay(Duration.ofNanos(Long.MAX_VALUE)));
            await(sleep(DAY));
            assertThat(longest.isDone()).isFalse();
            assertThat(never.isDone()).isFalse();
            assertThat(loop.currentTime()).isEqualTo(DAY);
        }
    }

    /** Refused as in production, and the test goes on. */
    @Sample
    public static class Blocks {
        @CoroutineTest
        void inAnOperator() {
            assertThatThrownBy(
                            () -> await(Mono.just(1).map(one -> Mono.delay(DAY).block())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("block");
            assertThatThrownBy(() ->
                            await(Mono.delay(DAY).map(zero -> Mono.delay(DAY).block())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("block");
            assertThatThrownBy(() -> await(Flux.interval(DAY)
                            .map(zero -> Flux.just(1).delayElements(DAY).blockFirst())
                            .next()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("block");
        }
    }

    /** A verifier that replaces the Schedulers of the whole JVM, in a body. */
    @Sample
    @TestMethodOrder(MethodOrderer.MethodName.class)
    public static class VerifierOfReactor {
        @CoroutineTest(timeoutSeconds = 20)
        void aWithVirtualTime() {
            StepVerifier.withVirtualTime(() -> Mono.delay(DAY))
                    .thenAwait(DAY)
                    .expectNext(0L)
                    .verifyComplete();
        }

        @CoroutineTest(timeoutSeconds = 20)
        void bOfACoroutine(TestLoop loop) {
            StepVerifier.create(async(() -> {
                        await(sleep(DAY));
                        return await(Mono.delay(DAY));
                    }))
                    .expectNext(0L)
                    .verifyComplete();
            assertThat(loop.currentTime()).isEqualTo(DAY.multipliedBy(2));
        }

        @CoroutineTest(timeoutSeconds = 20)
        void cLeavesTheNextTestAlone(TestLoop loop) {
            await(Mono.delay(DAY));
            StepVerifier.create(Mono.delay(DAY)).expectNext(0L).verifyComplete();
            assertThat(loop.currentTime()).isEqualTo(DAY.multipliedBy(2));
        }
    }

    /** A coroutine in a time of its own, which runs ahead of it. */
    @Sample
    @TestMethodOrder(MethodOrderer.MethodName.class)
    public static class OtherTime {
        @CoroutineTest(timeoutSeconds = 2)
        void aSaysSo() {
            StepVerifier.withVirtualTime(() -> async(() -> await(Mono.never())))
                    .thenAwait(DAY)
                    .verifyComplete();
        }

        @CoroutineTest
        void bPasses() {
            await(Mono.delay(DAY));
        }
    }

    /** Ends by JUnit's interrupt, or by its own limit, and the next test does not notice. */
    @Sample
    @TestMethodOrder(MethodOrderer.MethodName.class)
    public static class Stuck {
        @CoroutineTest(timeoutSeconds = 1)
        void aInABlockingCall() {
            await(io.github.corio.Asyncio.toThread(() -> {
                new CountDownLatch(1).await();
                return 1;
            }));
        }

        @CoroutineTest(timeoutSeconds = 1)
        void aInAnOperator() {
            await(Mono.delay(DAY).map(zero -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return zero;
            }));
        }

        @CoroutineTest(timeoutSeconds = 1, seeds = 2)
        void aUnderEachSeed() throws InterruptedException {
            new CountDownLatch(1).await();
        }

        @CoroutineTest
        void bPasses() {
            await(sleep(DAY));
        }
    }
}
