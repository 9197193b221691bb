package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
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
            CompletableFuture<String> second = To.completionStage(async(() -> await(flight.load("key"))));
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
