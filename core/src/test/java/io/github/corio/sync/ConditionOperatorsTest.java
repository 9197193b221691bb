package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Virtual.runVirtually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A wait for a condition, and what may stand around it. */
class ConditionOperatorsTest {
    private static final Duration LIMIT = Duration.ofMillis(10);

    private final AsyncLock lock = new AsyncLock();
    private final AsyncCondition condition = new AsyncCondition(lock);

    /** An operator around a Mono. */
    record Around(String name, UnaryOperator<Mono<Object>> operator) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Around> thatMayGoOn() {
        Duration day = Duration.ofDays(1); // refused at once
        Mono<Object> soon = Mono.never();
        return Stream.of(
                new Around("timeout", wait -> wait.timeout(day)),
                new Around("timeout and fallback", wait -> wait.timeout(day, Mono.empty())),
                new Around("takeUntilOther", wait -> wait.takeUntilOther(soon)),
                new Around("take", wait -> wait.take(day)),
                new Around("firstWithSignal", wait -> Mono.firstWithSignal(wait, soon)),
                new Around("or", wait -> wait.or(soon)),
                new Around("zip", wait -> Mono.zip(wait, Mono.error(new IllegalArgumentException()), (a, b) -> a)),
                new Around(
                        "when",
                        wait -> Mono.when(wait, Mono.error(new IllegalArgumentException()))
                                .cast(Object.class)),
                new Around("merge", wait -> Flux.merge(wait, soon).next()),
                new Around(
                        "switchMap",
                        wait -> Flux.just(1, 2)
                                .switchMap(x -> x == 1 ? wait : soon)
                                .next()),
                new Around(
                        "flatMap of a Flux",
                        wait -> Flux.just(1).flatMap(x -> wait).next()),
                new Around(
                        "inside and around",
                        wait -> wait.map(x -> x)
                                .doOnSuccess(x -> {})
                                .timeout(day)
                                .then(soon)),
                new Around("subscribeOn", wait -> wait.timeout(day).subscribeOn(Schedulers.immediate())));
    }

    static Stream<Around> thatPassACancelOn() {
        return Stream.of(
                new Around("hide", Mono::hide),
                new Around("map", wait -> wait.map(x -> x)),
                new Around("then", wait -> wait.then(Mono.just("then"))),
                new Around("doOnSuccess", wait -> wait.doOnSuccess(x -> {})),
                new Around("doFinally", wait -> wait.doFinally(x -> {})),
                new Around("contextWrite", wait -> wait.contextWrite(context -> context.put("a", 1))),
                new Around("flatMap", wait -> Mono.just(1).flatMap(x -> wait)));
    }

    private Mono<Object> theWait() {
        return condition.waitForSignal().cast(Object.class);
    }

    @Nested
    class InACoroutine {
        @ParameterizedTest
        @MethodSource({
            "io.github.corio.sync.ConditionOperatorsTest#thatMayGoOn",
            "io.github.corio.sync.ConditionOperatorsTest#thatPassACancelOn"
        })
        void anyOperatorIsRefusedAndTheLockStaysHeld(Around around) {
            runVirtually(() -> {
                Permit held = await(lock.acquire());
                Mono<Object> limited = around.operator().apply(theWait());
                assertThatThrownBy(() -> await(limited))
                        .satisfiesAnyOf(
                                error -> assertThat(error)
                                        .isInstanceOf(IllegalStateException.class)
                                        .hasMessageContaining("waitFor(condition.waitForSignal()"),
                                error -> assertThat(error).isInstanceOf(IllegalArgumentException.class));
                assertThat(held.isClosed()).isFalse();
                assertThat(lock.tryAcquire()).isNull();
                held.close();
                assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
            });
        }

        @Test
        void firstWithValueTakesTheRefusalForNoValueAndTheLockStaysHeld() {
            runVirtually(() -> {
                Permit held = await(lock.acquire());
                assertThat(await(Mono.firstWithValue(theWait(), sleep(LIMIT, "other"))))
                        .isEqualTo("other");
                assertThat(held.isClosed()).isFalse();
                assertThat(lock.tryAcquire()).isNull();
                held.close();
            });
        }

        @Test
        void soIsOneAroundAWaitForAPredicate() {
            runVirtually(() -> {
                Permit held = await(lock.acquire());
                assertThatThrownBy(() -> await(condition.waitFor(() -> false).timeout(Duration.ofDays(1))))
                        .isInstanceOf(IllegalStateException.class);
                held.close();
            });
        }

        @Test
        void theFormThatWorksHasTheLockWhenItsTimeIsUp() {
            runVirtually(() -> {
                List<String> inside = new ArrayList<>();
                Task<Void> other = createTask(async(() -> {
                    while (true) {
                        try (Permit held = await(lock.acquire())) {
                            inside.add("other");
                            await(sleep(Duration.ofMillis(3)));
                            inside.remove("other");
                        }
                        await(sleep(Duration.ZERO));
                    }
                }));
                int limits = 0;
                for (int i = 0; i < 50; i++) {
                    try (Permit held = await(lock.acquire())) {
                        try {
                            awaitThrowing(waitFor(condition.waitForSignal(), LIMIT), TimeoutException.class);
                        } catch (TimeoutException e) {
                            limits++;
                        }
                        assertThat(inside).isEmpty();
                        assertThat(held.isClosed()).isFalse();
                    }
                }
                assertThat(limits).isEqualTo(50);
                other.cancel();
            });
        }

        @Test
        void aHookOfReactorIsNoOperator() {
            Hooks.onOperatorDebug();
            try {
                runVirtually(() -> {
                    Permit held = await(lock.acquire());
                    assertThatThrownBy(() ->
                                    awaitThrowing(waitFor(condition.waitForSignal(), LIMIT), TimeoutException.class))
                            .isInstanceOf(TimeoutException.class);
                    assertThat(await(condition.waitFor(() -> true))).isTrue();
                    held.close();
                });
            } finally {
                Hooks.resetOnOperatorDebug();
            }
        }
    }

    @Nested
    class InAChain {
        @ParameterizedTest
        @MethodSource("io.github.corio.sync.ConditionOperatorsTest#thatMayGoOn")
        void oneThatMayGoOnIsRefused(Around around) {
            StepVerifier.create(condition.withLock(around.operator().apply(theWait())))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfAny(IllegalStateException.class, IllegalArgumentException.class))
                    .verify(Duration.ofMinutes(1));
            assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
        }

        @ParameterizedTest
        @MethodSource("io.github.corio.sync.ConditionOperatorsTest#thatPassACancelOn")
        void oneThatPassesACancelOnMayStandThere(Around around) {
            StepVerifier.create(condition.withLock(around.operator().apply(theWait())))
                    .then(this::notifyWhenOneWaits)
                    .expectNextCount(around.name().equals("then") ? 1 : 0)
                    .verifyComplete();
            assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
        }

        private void notifyWhenOneWaits() {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (condition.statistics().waiting() == 0) {
                assertThat(System.nanoTime()).as("somebody waits").isLessThan(end);
                Thread.onSpinWait();
            }
            condition.withLock(Mono.fromRunnable(condition::signal)).block();
        }

        @Test
        void aLimitAroundAllThatTheLockGuardsIsFine() {
            StepVerifier.create(condition.withLock(theWait()).timeout(LIMIT))
                    .expectError(TimeoutException.class)
                    .verify(Duration.ofMinutes(1));
            while (lock.isLocked() || condition.statistics().waiting() > 0) {
                Thread.onSpinWait();
            }
        }
    }
}
