package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Virtual.runVirtually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncIterator;
import io.github.corio.Task;
import io.github.corio.queue.AsyncQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** What a subscriber is given, and when it is taken back. */
class SubscriptionTest {
    private final AsyncSemaphore semaphore = new AsyncSemaphore(1);
    private final AsyncQueue<Integer> queue = new AsyncQueue<>();

    /** Keeps its subscription and what it gets. */
    private static final class Plain<T> implements CoreSubscriber<T> {
        private final boolean cancelsInside;
        private Subscription subscription = none();
        private final List<T> got = new ArrayList<>();

        Plain(boolean cancelsInside) {
            this.cancelsInside = cancelsInside;
        }

        private static Subscription none() {
            return new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            };
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(1);
        }

        @Override
        public void onNext(T value) {
            got.add(value);
            if (cancelsInside) {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onComplete() {}

        @Override
        public Context currentContext() {
            return Context.empty();
        }
    }

    @Nested
    class ASecondCancel {
        @Test
        void ofOneThatWaitsIsNothing() {
            Permit held = semaphore.tryAcquire();
            Plain<Permit> first = new Plain<>(false);
            Plain<Permit> second = new Plain<>(false);
            semaphore.acquire().subscribe(first);
            semaphore.acquire().subscribe(second);
            first.subscription.cancel();
            first.subscription.cancel();
            held.close();
            first.subscription.cancel();
            assertThat(second.got).hasSize(1);
            assertThat(semaphore.availablePermits()).isZero();
        }

        @Test
        void doesNotTakeBackWhatTheFirstLeft() {
            Plain<Permit> keeps = new Plain<>(true);
            semaphore.acquire().subscribe(keeps);
            assertThat(keeps.got.get(0).isClosed()).isFalse();
            keeps.subscription.cancel();
            assertThat(keeps.got.get(0).isClosed()).isFalse();
        }

        @Test
        void takesNoPermitBackTwice() {
            Plain<Permit> lent = new Plain<>(false);
            semaphore.acquire().subscribe(lent);
            lent.subscription.cancel();
            Permit next = semaphore.tryAcquire();
            lent.subscription.cancel();
            assertThat(next).isNotNull();
            assertThat(semaphore.availablePermits()).isZero();
        }

        @Test
        void ofAnItemIsNothing() {
            Plain<Integer> first = new Plain<>(false);
            Plain<Integer> second = new Plain<>(true);
            queue.get().subscribe(first);
            queue.get().subscribe(second);
            first.subscription.cancel();
            first.subscription.cancel();
            queue.putNowait(1);
            second.subscription.cancel();
            second.subscription.cancel();
            assertThat(first.got).isEmpty();
            assertThat(second.got).containsExactly(1);
            assertThat(queue.isEmpty()).isTrue();
        }

        @Test
        void ofAScopeIsNothing() {
            Plain<Object> scoped = new Plain<>(false);
            semaphore.withPermit(Mono.never()).subscribe(scoped);
            scoped.subscription.cancel();
            Permit next = semaphore.tryAcquire();
            scoped.subscription.cancel();
            assertThat(next.isClosed()).isFalse();
            assertThat(semaphore.availablePermits()).isZero();
        }
    }

    record Around(String name, UnaryOperator<Mono<Permit>> operator) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Around> operators() {
        Mono<Permit> never = Mono.never();
        Duration day = Duration.ofDays(1);
        return Stream.of(
                new Around("none", acquire -> acquire),
                new Around("map", acquire -> acquire.map(x -> x)),
                new Around("filter", acquire -> acquire.filter(x -> true)),
                new Around("timeout", acquire -> acquire.timeout(day)),
                new Around("takeUntilOther", acquire -> acquire.takeUntilOther(never)),
                new Around("firstWithSignal", acquire -> Mono.firstWithSignal(acquire, never)),
                new Around("firstWithValue", acquire -> Mono.firstWithValue(acquire, never)),
                new Around("or", acquire -> acquire.or(never)),
                new Around("take(1)", acquire -> acquire.flux().take(1).next()),
                new Around("next of repeat", acquire -> acquire.repeat().next()),
                new Around("single", acquire -> acquire.single()),
                new Around("defaultIfEmpty", acquire -> acquire.switchIfEmpty(never)),
                new Around("flatMap", acquire -> acquire.flatMap(Mono::just)),
                new Around(
                        "flatMap of a Flux",
                        acquire -> Flux.just(1).flatMap(x -> acquire).single()),
                new Around(
                        "concatMap",
                        acquire -> Flux.just(1).concatMap(x -> acquire).single()),
                new Around(
                        "switchMap",
                        acquire -> Flux.just(1).switchMap(x -> acquire).single()),
                new Around("zip", acquire -> Mono.zip(acquire, Mono.just(1), (a, b) -> a)),
                new Around(
                        "merge",
                        acquire -> Flux.merge(acquire, Mono.<Permit>empty()).single()),
                new Around("cache", acquire -> acquire.cache()),
                new Around("share", acquire -> acquire.share()),
                new Around("retry", acquire -> acquire.retry(2)),
                new Around("onErrorResume", acquire -> acquire.onErrorResume(e -> never)),
                new Around("publishOn", acquire -> acquire.publishOn(Schedulers.immediate())),
                new Around("subscribeOn", acquire -> acquire.subscribeOn(Schedulers.immediate())),
                new Around("delayUntil", acquire -> acquire.delayUntil(x -> Mono.just(1))),
                new Around("delayElement", acquire -> acquire.delayElement(Duration.ofMillis(1))),
                new Around("doFinally", acquire -> acquire.doFinally(x -> {})),
                new Around("materialize", acquire -> acquire.materialize().<Permit>dematerialize()),
                new Around(
                        "collectList", acquire -> acquire.flux().collectList().map(list -> list.get(0))),
                new Around(
                        "takeUntil",
                        acquire -> acquire.flux().takeUntil(x -> true).single()),
                new Around("elementAt", acquire -> acquire.flux().elementAt(0)),
                new Around("using", acquire -> Mono.using(() -> 1, x -> acquire, x -> {})));
    }

    @Nested
    class APermit {
        @ParameterizedTest
        @MethodSource("io.github.corio.sync.SubscriptionTest#operators")
        void staysWithWhoeverGotItThroughAnOperator(Around around) {
            Permit held = around.operator().apply(semaphore.acquire()).block(Duration.ofMinutes(1));
            assertThat(held.isClosed()).isFalse();
            assertThat(semaphore.tryAcquire()).isNull();
            held.close();
            assertThat(semaphore.availablePermits()).isEqualTo(1);
        }

        @ParameterizedTest
        @MethodSource("io.github.corio.sync.SubscriptionTest#operators")
        void isFreeAfterACancelWhileItIsWaitedFor(Around around) {
            Permit held = semaphore.tryAcquire();
            around.operator().apply(semaphore.acquire()).subscribe().dispose();
            held.close();
            // what is shared goes on without its subscriber, by Reactor's rule
            if (!around.name().equals("cache")) {
                assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(1, 0));
            }
        }
    }

    /** An operator ends the chain from another thread, and passes the permit on all the same: as {@code takeUntilOther} may. */
    @Nested
    class APermitThatIsPassedOnAndCancelled {
        private final Sinks.Empty<Object> other = Sinks.empty();

        static Stream<Mono<Permit>> acquisitions() {
            return Stream.of(
                    new AsyncLock().acquire(), new AsyncSemaphore(1).acquire(), new BoundedAsyncSemaphore(1).acquire());
        }

        private void endElsewhere() {
            CompletableFuture.runAsync(() -> other.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST))
                    .join();
        }

        @ParameterizedTest
        @MethodSource("acquisitions")
        void belongsToTheBodyThatHasGotIt(Mono<Permit> acquire) {
            AtomicReference<Subscription> acquisition = new AtomicReference<>();
            runVirtually(() -> {
                Permit permit = awaitSingle(acquire.doOnSubscribe(acquisition::set));
                CompletableFuture.runAsync(() -> acquisition.get().cancel()).join();
                assertThat(permit.isClosed()).isFalse();
                permit.close();
                assertThat(permit.isClosed()).isTrue();
                awaitSingle(acquire).close();
            });
        }

        @ParameterizedTest
        @MethodSource("acquisitions")
        void isNoneForTheBodyIfTheCancelWasFaster(Mono<Permit> acquire) {
            runVirtually(() -> {
                assertThat(await(acquire.takeUntilOther(other.asMono()).doOnNext(permit -> endElsewhere())))
                        .isNull();
                awaitSingle(acquire).close();
            });
        }

        @ParameterizedTest
        @MethodSource("acquisitions")
        void belongsToTheChainThatKeepsIt(Mono<Permit> acquire) {
            Permit kept = acquire.takeUntilOther(other.asMono())
                    .filter(Permit::keep)
                    .doOnNext(permit -> endElsewhere())
                    .block(Duration.ofMinutes(1));
            assertThat(kept.isClosed()).isFalse();
            assertThat(kept.keep()).isTrue();
            kept.close();
            acquire.block(Duration.ofMinutes(1)).close();
        }

        @ParameterizedTest
        @MethodSource("acquisitions")
        void isNoneForTheChainThatKeepsItTooLate(Mono<Permit> acquire) {
            assertThat(acquire.takeUntilOther(other.asMono())
                            .doOnNext(permit -> endElsewhere())
                            .filter(Permit::keep)
                            .block(Duration.ofMinutes(1)))
                    .isNull();
            acquire.block(Duration.ofMinutes(1)).close();
        }
    }

    /** A pool with one connection. */
    @Nested
    class APool {
        private int limits;

        @Test
        void survivesTenThousandLimitsAroundASemaphore() {
            runVirtually(() -> {
                for (int i = 0; i < 10_000; i++) {
                    Task<Void> user = createTask(async(() -> {
                        try (Permit permit = awaitSingle(semaphore.acquire())) {
                            await(sleep(Duration.ofMillis(3)));
                        }
                    }));
                    limited(
                            i % 2 == 0
                                    ? semaphore.withPermit(sleep(Duration.ofMillis(2)))
                                    : async(() -> awaitSingle(
                                                    semaphore.acquire().timeout(Duration.ofMillis(1)))
                                            .close()),
                            i % 6);
                    await(user);
                }
            });
            assertThat(limits).isPositive();
            assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(1, 0));
        }

        @Test
        void survivesTenThousandLimitsAroundAQueue() {
            queue.putNowait(1);
            runVirtually(() -> {
                for (int i = 0; i < 10_000; i++) {
                    Task<Void> user = createTask(async(() -> use(3)));
                    limited(async(() -> use(2)), i % 6);
                    await(user);
                }
            });
            assertThat(limits).isPositive();
            assertThat(queue.size()).isEqualTo(1);
        }

        private void use(int millis) {
            int connection = awaitSingle(queue.get());
            try {
                await(sleep(Duration.ofMillis(millis)));
            } finally {
                queue.putNowait(connection);
            }
        }

        private void limited(Mono<Void> work, int millis) {
            try {
                awaitThrowing(waitFor(work, Duration.ofMillis(millis)), TimeoutException.class);
            } catch (TimeoutException e) {
                limits++;
            }
        }
    }

    @Nested
    class Iterated {
        @Test
        void aQueueGivesOnlyWhatIsUsed() {
            runVirtually(() -> {
                for (int i = 0; i < 10; i++) {
                    queue.putNowait(i);
                }
                takeOne(queue.asFlux(), 0);
                takeOne(queue.asFlux().map(item -> item), 1);
                takeOne(queue.asFlux().filter(item -> item > 2), 3);
                takeOne(queue.get().repeat(), 4);
                assertThat(queue.size()).isEqualTo(5);
            });
        }

        private void takeOne(Flux<Integer> source, int expected) {
            try (AsyncIterator<Integer> items = each(source)) {
                for (int item : items) {
                    assertThat(item).isEqualTo(expected);
                    break;
                }
            }
        }
    }
}
