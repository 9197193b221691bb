package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.bridge.ClientTableTest.Property;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Sources that send what they were asked for, and their hostile kin. */
class PullTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
    private final List<Object> discarded = new CopyOnWriteArrayList<>();
    private final List<Object> nextDropped = new CopyOnWriteArrayList<>();
    private final List<Integer> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger cancels = new AtomicInteger();
    private final AtomicReference<Events<Integer>> feed = new AtomicReference<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    interface Source {
        void request(int n) throws Exception;
    }

    private Flux<Integer> flux(Source source) {
        return hooked(From.<Integer, Source>pull(
                events -> {
                    feed.set(events);
                    return source;
                },
                (of, n) -> {
                    asked.add(n);
                    of.request(n);
                },
                of -> cancels.incrementAndGet()));
    }

    private <T> Flux<T> hooked(Flux<T> flux) {
        Consumer<Object> next = nextDropped::add;
        Consumer<Throwable> error = dropped::add;
        Consumer<Object> discard = discarded::add;
        return flux.contextWrite(context -> context.put("reactor.onNextDropped.local", next)
                .put("reactor.onErrorDropped.local", error)
                .put("reactor.onDiscard.local", discard));
    }

    private void send(int from, int to) {
        for (int i = from; i <= to; i++) {
            feed.get().next(i);
        }
    }

    @Nested
    class Asks {
        @Test
        void forWhatWasRequested() {
            StepVerifier.create(flux(n -> {}), 2)
                    .then(() -> assertThat(asked).containsExactly(2))
                    .then(() -> send(1, 2))
                    .expectNext(1, 2)
                    .then(() -> assertThat(asked).containsExactly(2))
                    .thenRequest(3)
                    .then(() -> assertThat(asked).containsExactly(2, 3))
                    .thenCancel()
                    .verify(SOON);
            assertThat(cancels).hasValue(1);
        }

        @Test
        void inPortionsWhereDemandHasNoBound() {
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger due = new AtomicInteger();
            Flux<Integer> flux = flux(n -> {
                most.accumulateAndGet(due.addAndGet(n), Math::max);
                for (int i = 0; i < n && sent.get() < 100_000; i++) { // inside of the request, however many
                    due.decrementAndGet();
                    feed.get().next(sent.getAndIncrement());
                }
                if (sent.get() == 100_000) {
                    feed.get().complete();
                }
            });
            StepVerifier.create(flux).expectNextCount(100_000).expectComplete().verify(SOON);
            assertThat(most.get()).isLessThanOrEqualTo(256);
            assertThat(asked).hasSizeLessThan(1_000);
            assertThat(cancels).hasValue(1);
        }

        @Test
        void withALimitOfOne() {
            Flux<Integer> flux = From.<Integer, Boolean>listener(
                    FluxSink.OverflowStrategy.ERROR,
                    events -> {
                        events.onRequest(1, asked::add);
                        feed.set(events);
                        return true;
                    },
                    handle -> cancels.incrementAndGet());
            StepVerifier.create(flux)
                    .then(() -> send(1, 1))
                    .then(() -> send(2, 2))
                    .expectNext(1, 2)
                    .then(() -> assertThat(asked).containsExactly(1, 1, 1))
                    .thenCancel()
                    .verify(SOON);
        }

        @Test
        void forWhatWasRequestedBeforeTheSourceHasItsHandle() {
            Flux<Integer> flux = From.<Integer, Boolean>listener(
                    FluxSink.OverflowStrategy.ERROR,
                    events -> {
                        feed.set(events);
                        return true;
                    },
                    handle -> cancels.incrementAndGet());
            StepVerifier.create(flux, 3)
                    .then(() -> feed.get().onRequest(asked::add))
                    .then(() -> assertThat(asked).containsExactly(3))
                    .then(() -> send(1, 3))
                    .expectNext(1, 2, 3)
                    .thenCancel()
                    .verify(SOON);
        }

        @Test
        void nothingWhereNothingIsRequested() {
            StepVerifier.create(flux(n -> {}), 0)
                    .then(() -> assertThat(asked).isEmpty())
                    .then(() -> feed.get().complete())
                    .expectComplete()
                    .verify(SOON);
        }

        @Test
        void fromManyThreadsAtOnceAndLosesNothing() throws Exception {
            int count = 30_000;
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger inside = new AtomicInteger();
            Flux<Integer> flux = flux(n -> {
                assertThat(inside.incrementAndGet()).isEqualTo(1); // one call at a time
                for (int i = 0; i < n; i++) {
                    threads.execute(() -> {
                        int value = sent.getAndIncrement();
                        if (value < count) {
                            feed.get().next(value);
                        }
                    });
                }
                inside.decrementAndGet();
            });
            List<Integer> got = new CopyOnWriteArrayList<>();
            AtomicInteger requested = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            CountDownLatch all = new CountDownLatch(count);
            BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    requested.addAndGet(5);
                    request(5);
                }

                @Override
                protected void hookOnNext(Integer value) {
                    if (seen.incrementAndGet() > requested.get()) {
                        got.add(value);
                    }
                    all.countDown();
                    int n = 1 + value % 3 - 1;
                    int more = n == 0 ? 1 : n;
                    requested.addAndGet(more);
                    threads.execute(() -> request(more));
                }
            };
            flux.subscribe(subscriber);
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
            subscriber.cancel();
            assertThat(got).as("more than requested").isEmpty();
            assertThat(dropped).isEmpty();
            assertThat(cancels).hasValue(1);
        }

        @Test
        void whatALoopTakes() {
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger taken = new AtomicInteger();
            AtomicInteger ahead = new AtomicInteger();
            Flux<Integer> flux = flux(n -> {
                for (int i = 0; i < n; i++) {
                    int value = sent.incrementAndGet();
                    ahead.accumulateAndGet(value - taken.get(), Math::max);
                    feed.get().next(value);
                }
            });
            run(async(() -> {
                try (var values = each(flux)) {
                    for (int value : values) {
                        assertThat(value).isEqualTo(taken.incrementAndGet());
                        if (value == 5_000) {
                            break;
                        }
                    }
                }
            }));
            assertThat(ahead.get()).isLessThanOrEqualTo(256);
            assertThat(cancels).hasValue(1);
        }
    }

    @Nested
    class Hostile {
        @Test
        void throwsWhenItIsAsked() {
            for (Throwable thrown : Property.thrown()) {
                cancels.set(0);
                StepVerifier.create(flux(n -> Property.<RuntimeException>sneak(thrown)))
                        .expectErrorSatisfies(e -> assertThat(e).isSameAs(thrown))
                        .verify(SOON);
                assertThat(cancels).as("told to stop").hasValue(1);
            }
            assertThat(dropped).isEmpty();
        }

        @Test
        void throwsWhenItIsAskedAgain() {
            IOException thrown = new IOException("again");
            Flux<Integer> flux = flux(n -> {
                if (asked.size() == 2) {
                    throw thrown;
                }
                send(1, n);
            });
            StepVerifier.create(flux, 2)
                    .expectNext(1, 2)
                    .thenRequest(1)
                    .expectErrorSatisfies(e -> assertThat(e).isSameAs(thrown))
                    .verify(SOON);
            assertThat(cancels).hasValue(1);
        }

        @Test
        void sendsMoreThanItWasAskedFor() {
            StepVerifier.create(flux(n -> {}), 2)
                    .then(() -> send(1, 5))
                    .expectNext(1, 2)
                    .expectErrorSatisfies(e -> assertThat(e).hasMessageContaining("more than it was asked for"))
                    .verify(SOON);
            assertThat(cancels).hasValue(1);
            assertThat(discarded).containsExactly(3, 4, 5);
        }

        @Test
        void sendsMoreWhereEarlierOnesWaitForDemand() {
            Flux<Integer> flux = From.<Integer, Boolean>listener(
                    FluxSink.OverflowStrategy.BUFFER,
                    events -> {
                        feed.set(events);
                        send(1, 3); // without being asked, which it may before it has said how
                        events.onRequest(asked::add);
                        return true;
                    },
                    handle -> cancels.incrementAndGet());
            StepVerifier.create(flux, 0)
                    .then(() -> send(4, 4))
                    .then(() -> assertThat(cancels).as("not after the buffer").hasValue(1))
                    .thenRequest(9)
                    .expectNext(1, 2, 3)
                    .expectError()
                    .verify(SOON);
        }

        @Test
        void sendsAfterACancel() {
            flux(n -> {}).subscribe().dispose();
            send(1, 2);
            assertThat(discarded).containsExactly(1, 2);
            feed.get().error(new IOException("Canceled")); // its answer
            IOException other = new IOException("disk full");
            feed.get().error(other);
            assertThat(dropped).containsExactly(other);
        }

        @Test
        void completesTwiceAndFailsThen() {
            IOException late = new IOException("late");
            StepVerifier.create(flux(n -> {}))
                    .then(() -> {
                        feed.get().complete();
                        feed.get().complete();
                        feed.get().error(late);
                        send(1, 1);
                    })
                    .expectComplete()
                    .verify(SOON);
            assertThat(dropped).containsExactly(late);
            assertThat(discarded).containsExactly(1);
            assertThat(nextDropped).containsExactly(1);
            assertThat(cancels).hasValue(1);
        }

        @Test
        void answersACancelOfOursInsideOfIt() {
            IOException answer = new IOException("Canceled");
            Flux<Integer> flux = hooked(From.<Integer, Source>pull(
                    events -> {
                        feed.set(events);
                        return n -> {
                            throw new IllegalStateException("broken");
                        };
                    },
                    Source::request,
                    of -> {
                        cancels.incrementAndGet();
                        feed.get().error(answer);
                        throw answer;
                    }));
            StepVerifier.create(flux).expectErrorMessage("broken").verify(SOON);
            assertThat(cancels).hasValue(1);
            assertThat(dropped).containsExactly(answer); // thrown by the hook; passed on it is quiet
        }

        @Test
        void isCancelledWhenItIsAsked() {
            BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {};
            flux(n -> {
                        subscriber.cancel();
                        send(1, 3);
                    })
                    .subscribe(subscriber);
            assertThat(asked).hasSize(1);
            assertThat(cancels).hasValue(1);
            assertThat(discarded).containsExactly(1, 2, 3);
        }

        @Test
        void isNamedTwice() {
            StepVerifier.create(flux(n -> {}))
                    .then(() -> feed.get().onRequest(n -> {}))
                    .expectErrorMessage("The source of these events was named before")
                    .verify(SOON);
            assertThat(cancels).hasValue(1);
        }
    }

    @Nested
    class RegistrationThatCompletesLater {
        private final Sinks.One<String> opened = Sinks.one();
        private final List<String> closed = new CopyOnWriteArrayList<>();

        private Flux<Integer> flux(Mono<String> registration) {
            return hooked(From.<Integer, String>listenerWhen(
                    FluxSink.OverflowStrategy.BUFFER,
                    events -> {
                        feed.set(events);
                        return registration;
                    },
                    closed::add));
        }

        @Test
        void isClosedAtTheEnd() {
            StepVerifier.create(flux(opened.asMono()))
                    .then(() -> send(1, 1))
                    .expectNext(1)
                    .then(() -> opened.tryEmitValue("socket"))
                    .then(() -> assertThat(closed).isEmpty())
                    .then(() -> feed.get().complete())
                    .expectComplete()
                    .verify(SOON);
            assertThat(closed).containsExactly("socket");
        }

        @Test
        void isClosedIfItComesAfterACancel() {
            flux(opened.asMono()).subscribe().dispose();
            assertThat(closed).isEmpty();
            opened.tryEmitValue("socket");
            assertThat(closed).containsExactly("socket");
            assertThat(dropped).isEmpty();
        }

        @Test
        void isClosedIfItComesAfterTheEnd() {
            StepVerifier.create(flux(opened.asMono()))
                    .then(() -> feed.get().complete())
                    .expectComplete()
                    .verify(SOON);
            opened.tryEmitValue("socket");
            assertThat(closed).containsExactly("socket");
        }

        @Test
        void mayFailOrThrow() {
            StepVerifier.create(flux(Mono.error(new IOException("refused"))))
                    .expectErrorMessage("refused")
                    .verify(SOON);
            StepVerifier.create(flux(Mono.defer(() -> {
                        throw new IllegalStateException("at the subscription");
                    })))
                    .expectErrorMessage("at the subscription")
                    .verify(SOON);
            StepVerifier.create(From.<Integer, String>listenerWhen(
                            FluxSink.OverflowStrategy.BUFFER,
                            events -> {
                                throw new IllegalStateException("before it");
                            },
                            closed::add))
                    .expectErrorMessage("before it")
                    .verify(SOON);
            assertThat(closed).isEmpty();
        }

        @Test
        void thatFailsAfterACancelIsReported() {
            IOException refused = new IOException("refused");
            flux(opened.asMono()).subscribe().dispose();
            opened.tryEmitError(refused);
            assertThat(dropped).containsExactly(refused);
        }

        @Test
        void mayBeEmpty() {
            StepVerifier.create(flux(Mono.empty()))
                    .then(() -> send(1, 2))
                    .expectNext(1, 2)
                    .thenCancel()
                    .verify(SOON);
            assertThat(closed).isEmpty();
        }
    }

    @Nested
    class RegistrationWithAHandle {
        @Test
        void isClosedOnceWhereTheCancelComesInside() {
            BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {};
            AtomicReference<@Nullable String> closed = new AtomicReference<>();
            From.<Integer, String>listener(
                            FluxSink.OverflowStrategy.BUFFER,
                            events -> {
                                subscriber.cancel();
                                assertThat(closed.get()).isNull();
                                return "handle";
                            },
                            closed::set)
                    .subscribe(subscriber);
            assertThat(closed.get()).isEqualTo("handle");
        }

        @Test
        void mayThrowAnything() {
            for (Throwable thrown : Property.thrown()) {
                StepVerifier.create(From.<Integer, String>listener(
                                FluxSink.OverflowStrategy.BUFFER,
                                events -> {
                                    Property.<RuntimeException>sneak(thrown);
                                    return "none";
                                },
                                handle -> cancels.incrementAndGet()))
                        .expectErrorSatisfies(e -> assertThat(e).isSameAs(thrown))
                        .verify(SOON);
            }
            assertThat(cancels).hasValue(0);
        }

        @Test
        void meetsACancelOfAnotherThreadOnce() throws Exception {
            for (int i = 0; i < 500; i++) {
                cancels.set(0);
                BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {};
                CompletableFuture<Void> inside = new CompletableFuture<>();
                CompletableFuture<Void> cancelled = inside.thenRunAsync(subscriber::cancel, threads);
                From.<Integer, String>listener(
                                FluxSink.OverflowStrategy.BUFFER,
                                events -> {
                                    inside.complete(null);
                                    return "handle";
                                },
                                handle -> cancels.incrementAndGet())
                        .subscribe(subscriber);
                cancelled.get(60, TimeUnit.SECONDS);
                assertThat(cancels).hasValue(1);
            }
        }
    }

    @Test
    void listOfThemAllIsInOrder() {
        List<Integer> expected = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            expected.add(i);
        }
        AtomicInteger sent = new AtomicInteger();
        assertThat(flux(n -> {
                            for (int i = 0; i < n; i++) {
                                int value = sent.incrementAndGet();
                                feed.get().next(value);
                            }
                        })
                        .take(300)
                        .collectList()
                        .block(SOON))
                .isEqualTo(expected);
    }
}
