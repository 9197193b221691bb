package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class SharedLoadsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private final AtomicInteger loads = new AtomicInteger();
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private final Sinks.One<String> gate = Sinks.one();

    private Mono<String> load() {
        return async(() -> {
            loads.incrementAndGet();
            try {
                return await(gate.asMono());
            } finally {
                cleaned.countDown();
            }
        });
    }

    @Nested
    class Flight {
        private final SingleFlight<String, String> flight = new SingleFlight<>(key -> load());

        @Test
        void isSharedByAllWhoWait() {
            CompletableFuture<String> first = flight.load("key").toFuture();
            CompletableFuture<String> second = To.completableFuture(async(() -> await(flight.load("key"))));
            assertThat(flight.inFlight()).isEqualTo(1);
            gate.tryEmitValue("value").orThrow();
            assertThat(first.join()).isEqualTo("value");
            assertThat(second.join()).isEqualTo("value");
            assertThat(flight.inFlight()).isZero();
        }

        @Test
        void startsAfreshWhenItHasEnded() {
            gate.tryEmitValue("value").orThrow();
            flight.load("key").block(SOON);
            flight.load("key").block(SOON);
            assertThat(loads).hasValue(2);
        }

        @Test
        void goesOnWhenTheFirstLeavesAndHisLoopEnds() {
            CompletableFuture<String> second = new CompletableFuture<>();
            run(async(() -> {
                Disposable first = flight.load("key").subscribe();
                flight.load("key").subscribe(second::complete);
                await(sleep(Duration.ofMillis(5)));
                first.dispose();
            }));
            assertThat(second).isNotDone();
            gate.tryEmitValue("value").orThrow();
            assertThat(second.join()).isEqualTo("value");
            assertThat(loads).hasValue(1);
        }

        @Test
        void isCancelledWhenTheLastLeaves() throws Exception {
            CountDownLatch ignored = cleaned;
            Disposable first = flight.load("key").subscribe();
            Disposable second = flight.load("key").subscribe();
            while (loads.get() == 0) {
                Thread.onSpinWait();
            }
            first.dispose();
            assertThat(flight.inFlight()).isEqualTo(1);
            second.dispose();
            assertThat(ignored.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(flight.inFlight()).isZero();
        }

        @Test
        void givesItsErrorToAll() {
            SingleFlight<String, String> failing = new SingleFlight<>(key -> {
                throw new IllegalStateException(key);
            });
            assertThatThrownBy(() -> failing.load("bad").block(SOON)).hasMessage("bad");
            assertThat(failing.inFlight()).isZero();
        }

        @Test
        void neverRunsTwiceAtOnceUnderFire() {
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            SingleFlight<Integer, Integer> hot = new SingleFlight<>(key -> async(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                await(sleep(Duration.ZERO));
                running.decrementAndGet();
                return key;
            }));
            Long sum = Flux.range(0, 4_000)
                    .flatMap(i -> hot.load(7).subscribeOn(Schedulers.parallel()), 32)
                    .count()
                    .block(SOON);
            assertThat(sum).isEqualTo(4_000);
            assertThat(most).hasValue(1);
            assertThat(hot.inFlight()).isZero();
        }
    }

    /** Not as a signal: Reactor throws an error of the JVM on. */
    @Test
    void anErrorOfTheJvmEndsTheLoadForAllWhoJoinIt() {
        Mono<String> broken = Mono.fromCallable(() -> {
            loads.incrementAndGet();
            throw new NoClassDefFoundError("made");
        });
        for (Mono<String> shared : List.of(
                new SingleFlight<String, String>(key -> broken).load("key"),
                AsyncLazy.of(broken).get())) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> shared.block(SOON)).hasStackTraceContaining("made");
            }
        }
        assertThat(loads).hasValue(4);
    }

    @Test
    void aValueBesideAnErrorIsDiscarded() {
        List<String> discarded = new ArrayList<>();
        Mono<String> broken = asItIs(Flux.just("value").concatWith(Flux.error(new IOException("made"))));
        for (Mono<String> shared : List.of(
                new SingleFlight<String, String>(key -> broken).load("key"),
                AsyncLazy.of(broken).get())) {
            Mono<String> watched = shared.doOnDiscard(String.class, discarded::add);
            assertThatThrownBy(() -> watched.block(SOON)).hasStackTraceContaining("made");
        }
        assertThat(discarded).containsExactly("value", "value");
    }

    /** A Mono that signals as a Flux does: its end comes after its value. */
    private static <T> Mono<T> asItIs(Flux<T> flux) {
        return Mono.fromDirect(flux);
    }

    /** Both share a run in the same way. */
    @Nested
    class OneWhoLeaves {
        private final AtomicInteger cancels = new AtomicInteger();
        private final Mono<String> source = gate.asMono().doOnCancel(cancels::incrementAndGet);

        private List<Mono<String>> shared() {
            return List.of(
                    new SingleFlight<String, String>(key -> source).load("key"),
                    AsyncLazy.of(source).get());
        }

        @Test
        void twiceHasLeftOnce() {
            for (Mono<String> mono : shared()) {
                Waiter one = new Waiter();
                mono.subscribe(one);
                CompletableFuture<String> other = mono.toFuture();
                one.upstream().cancel();
                one.upstream().cancel();
                one.upstream().request(1);
                assertThat(cancels).hasValue(0);
                assertThat(other).isNotDone();
                other.cancel(true);
                assertThat(cancels).hasValue(1);
                one.upstream().cancel();
                assertThat(cancels).hasValue(1);
                cancels.set(0);
            }
        }

        @Test
        void fromManyThreadsHasLeftOnce() throws Exception {
            for (int round = 0; round < 300; round++) {
                for (Mono<String> mono : shared()) {
                    Waiter one = new Waiter();
                    mono.subscribe(one);
                    CompletableFuture<String> other = mono.toFuture();
                    CountDownLatch go = new CountDownLatch(1);
                    List<Thread> threads = new ArrayList<>();
                    for (int t = 0; t < 3; t++) {
                        Thread thread = new Thread(() -> {
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                return;
                            }
                            one.upstream().cancel();
                        });
                        thread.start();
                        threads.add(thread);
                    }
                    go.countDown();
                    for (Thread thread : threads) {
                        thread.join();
                    }
                    assertThat(cancels).hasValue(0);
                    other.cancel(true);
                    assertThat(cancels.getAndSet(0)).isEqualTo(1);
                }
            }
        }

        @Test
        void afterTheOutcomeTakesNothingAway() {
            for (Mono<String> mono : shared()) {
                Waiter one = new Waiter();
                mono.subscribe(one);
                CompletableFuture<String> other = mono.toFuture();
                if (!other.isDone()) {
                    Sinks.EmitResult unused = gate.tryEmitValue("value");
                }
                one.upstream().cancel();
                one.upstream().cancel();
                assertThat(other.join()).isEqualTo("value");
                assertThat(one.got).containsExactly("value");
            }
            assertThat(cancels).hasValue(0);
        }

        @Test
        void beforeItHasBegunHasJoinedNothing() {
            for (Mono<String> mono : shared()) {
                BaseSubscriber<String> gone = new BaseSubscriber<>() {};
                gone.cancel();
                mono.subscribe(gone);
                CompletableFuture<String> other = mono.toFuture();
                other.cancel(true);
                assertThat(cancels.getAndSet(0)).isEqualTo(1);
            }
        }

        @Test
        void byThrowingTakesNothingFromTheOthers() {
            List<Throwable> dropped = new ArrayList<>();
            Hooks.onErrorDropped(dropped::add);
            try {
                for (Mono<String> mono : shared()) {
                    List<Waiter> waiters =
                            List.of(new Waiter(), new Throwing(), new Waiter(), new Throwing(), new Waiter());
                    waiters.forEach(mono::subscribe);
                    Sinks.EmitResult unused = gate.tryEmitValue("value");
                    assertThat(waiters)
                            .allSatisfy(waiter -> assertThat(waiter.got).containsExactly("value"));
                }
            } finally {
                Hooks.resetOnErrorDropped();
            }
            assertThat(dropped).hasSize(4);
        }

        @Test
        void discardsAValueThatMeetsIt() {
            List<Object> discarded = new ArrayList<>();
            AtomicReference<CoreSubscriber<? super String>> load = new AtomicReference<>();
            Mono<String> deaf = new Mono<>() { // a source that does not hear of a cancel
                        @Override
                        public void subscribe(CoreSubscriber<? super String> actual) {
                            load.set(actual);
                            actual.onSubscribe(Operators.emptySubscription());
                        }
                    };
            Mono<String> flight = new SingleFlight<String, String>(key -> deaf).load("key");
            flight.doOnDiscard(String.class, discarded::add).subscribe().dispose();
            load.get().onNext("late");
            load.get().onComplete();
            assertThat(discarded).containsExactly("late");
        }

        /** The source has given it, and does not complete once it is cancelled. */
        @Test
        void discardsAValueThatWasNotHandedOut() {
            List<String> discarded = new ArrayList<>();
            Mono<String> half = Flux.<String>create(sink -> sink.next("value")).as(SharedLoadsTest::asItIs);
            for (Mono<String> shared : List.of(
                    new SingleFlight<String, String>(key -> half).load("key"),
                    AsyncLazy.of(half).get())) {
                shared.doOnDiscard(String.class, discarded::add).subscribe().dispose();
            }
            assertThat(discarded).containsExactly("value", "value");
        }

        /** The outcome has come, and each of them leaves before it takes the value. */
        @Test
        void discardsAValueThatNobodyTakes() {
            List<String> discarded = new ArrayList<>();
            Mono<String> flight = new SingleFlight<String, String>(key -> gate.asMono()).load("key");
            List<BaseSubscriber<String>> idle = List.of(idle(flight, discarded), idle(flight, discarded));
            gate.tryEmitValue("value").orThrow();
            idle.get(0).cancel();
            idle.get(0).cancel();
            assertThat(discarded).isEmpty();
            idle.get(1).cancel();
            assertThat(discarded).containsExactly("value");
        }

        @Test
        void discardsNothingThatAnotherHasTaken() {
            List<String> discarded = new ArrayList<>();
            Mono<String> flight = new SingleFlight<String, String>(key -> gate.asMono()).load("key");
            BaseSubscriber<String> idle = idle(flight, discarded);
            CompletableFuture<String> taken =
                    flight.doOnDiscard(String.class, discarded::add).toFuture();
            gate.tryEmitValue("value").orThrow();
            idle.cancel();
            assertThat(taken.join()).isEqualTo("value");
            assertThat(discarded).isEmpty();
        }

        private BaseSubscriber<String> idle(Mono<String> flight, List<String> discarded) {
            return flight.doOnDiscard(String.class, discarded::add).subscribeWith(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {}
            });
        }

        private static class Waiter implements CoreSubscriber<String> {
            final List<Object> got = new ArrayList<>();
            private final CompletableFuture<Subscription> upstream = new CompletableFuture<>();

            Subscription upstream() {
                return upstream.join();
            }

            @Override
            public void onSubscribe(Subscription s) {
                upstream.complete(s);
                s.request(1);
            }

            @Override
            public void onNext(String value) {
                got.add(value);
            }

            @Override
            public void onError(Throwable error) {
                got.add(error);
            }

            @Override
            public void onComplete() {}
        }

        private static final class Throwing extends Waiter {
            @Override
            public void onNext(String value) {
                super.onNext(value);
                throw new AssertionError("onNext");
            }

            @Override
            public void onError(Throwable error) {
                throw new AssertionError("onError");
            }
        }
    }

    @Nested
    class Lazy {
        @Test
        void isLoadedOnceAndKept() {
            AsyncLazy<String> lazy = AsyncLazy.of(load());
            CompletableFuture<String> first = lazy.get().toFuture();
            CompletableFuture<String> second = lazy.get().toFuture();
            assertThat(lazy.isLoaded()).isFalse();
            gate.tryEmitValue("value").orThrow();
            assertThat(first.join()).isEqualTo("value");
            assertThat(second.join()).isEqualTo("value");
            assertThat(lazy.isLoaded()).isTrue();
            assertThat(lazy.get().block(SOON)).isEqualTo("value");
            assertThat(loads).hasValue(1);
        }

        @Test
        void triesAgainAfterAFailure() {
            AsyncLazy<Integer> lazy = AsyncLazy.of(async(() -> {
                if (loads.incrementAndGet() == 1) {
                    throw new IOException("first");
                }
                return loads.get();
            }));
            assertThatThrownBy(() -> lazy.get().block(SOON)).hasRootCauseMessage("first");
            assertThat(lazy.get().block(SOON)).isEqualTo(2);
            assertThat(lazy.get().block(SOON)).isEqualTo(2);
        }

        @Test
        void keepsAFailureIfAskedTo() {
            AsyncLazy<Integer> lazy = AsyncLazy.keepingFailure(async(() -> {
                throw new IOException("no " + loads.incrementAndGet());
            }));
            assertThatThrownBy(() -> lazy.get().block(SOON)).hasRootCauseMessage("no 1");
            assertThatThrownBy(() -> lazy.get().block(SOON)).hasRootCauseMessage("no 1");
        }

        @Test
        void keepsThatThereIsNothing() {
            AsyncLazy<Integer> lazy = AsyncLazy.of(async(() -> {
                loads.incrementAndGet();
                return null;
            }));
            assertThat(lazy.get().blockOptional(SOON)).isEmpty();
            assertThat(lazy.get().blockOptional(SOON)).isEmpty();
            assertThat(loads).hasValue(1);
        }

        @Test
        void isCancelledWhenTheLastLeavesAndStartsAfresh() throws Exception {
            AsyncLazy<String> lazy = AsyncLazy.of(load());
            Disposable only = lazy.get().subscribe();
            while (loads.get() == 0) {
                Thread.onSpinWait();
            }
            only.dispose();
            assertThat(cleaned.await(10, TimeUnit.SECONDS)).isTrue();
            gate.tryEmitValue("value").orThrow();
            assertThat(lazy.get().block(SOON)).isEqualTo("value");
            assertThat(loads).hasValue(2);
        }
    }
}
