package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.runVirtually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

class GeneratorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> dropped = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void resetHooks() {
        Hooks.resetOnErrorDropped();
        Hooks.resetOnOperatorDebug();
    }

    private void recordDropped() {
        Hooks.onErrorDropped(dropped::add);
    }

    /** Emits 1, 2, 3 and writes down how far it has come; its cleanup awaits. */
    private Flux<Integer> three() {
        return generate(emitter -> {
            log.add("start");
            try {
                for (int n = 1; n <= 3; n++) {
                    emitter.emit(n);
                    log.add("after " + n);
                }
            } finally {
                log.add("finally");
                await(sleep(SECOND));
                log.add("cleaned up");
            }
        });
    }

    /** Subscribes on the running loop, by hand. */
    private <T> Probe<T> probe(Flux<T> flux) {
        Probe<T> probe = new Probe<>(log);
        flux.contextWrite(Context.of(EventLoop.CONTEXT_KEY, EventLoop.current()))
                .subscribe(probe);
        return probe;
    }

    private static class Probe<T> extends BaseSubscriber<T> {
        private final List<String> log;

        Probe(List<String> log) {
            this.log = log;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            log.add("subscribed");
        }

        @Override
        protected void hookOnNext(T value) {
            log.add("got " + value);
        }

        @Override
        protected void hookOnError(Throwable error) {
            log.add("failed: " + error.getMessage());
        }

        @Override
        protected void hookOnComplete() {
            log.add("complete");
        }
    }

    @Nested
    class Values {
        @Test
        @DisplayName("AGEN-01 values arrive in order around awaits; the return of the body completes")
        void arriveInOrderAroundAwaits() {
            List<Integer> seen = runVirtually(() -> await(Asyncio.<Integer>generate(emitter -> {
                        await(sleep(SECOND));
                        emitter.emit(1);
                        await(sleep(SECOND));
                        emitter.emit(2);
                    })
                    .collectList()));
            assertThat(seen).containsExactly(1, 2);
        }

        @Test
        void comeWithoutALoopAround() {
            StepVerifier.create(generate((Emitter<String> emitter) -> {
                        emitter.emit("a");
                        await(Mono.delay(Duration.ofMillis(1)));
                        emitter.emit("b");
                    }))
                    .expectNext("a", "b")
                    .expectComplete()
                    .verify(Duration.ofSeconds(20));
        }

        @Test
        void comeAfreshForEachSubscription() {
            Flux<Integer> flux = generate(emitter -> {
                log.add("run");
                emitter.emit(1);
            });
            assertThat(flux.repeat(2).collectList().block()).containsExactly(1, 1, 1);
            assertThat(log).containsExactly("run", "run", "run");
        }

        @Test
        void areManyWithoutATurnInBetween() {
            Long sum = run(Asyncio.<Integer>generate(emitter -> {
                        for (int i = 1; i <= 100_000; i++) {
                            emitter.emit(i);
                        }
                    })
                    .reduce(0L, Long::sum));
            assertThat(sum).isEqualTo(5_000_050_000L);
        }

        @Test
        void crossToOtherThreadsByReactorsOperators() {
            List<Integer> seen = Asyncio.<Integer>generate(emitter -> {
                        for (int i = 0; i < 5_000; i++) {
                            emitter.emit(i);
                        }
                    })
                    .publishOn(Schedulers.boundedElastic(), 16)
                    .collectList()
                    .block();
            assertThat(seen).hasSize(5_000).isSorted();
        }

        @Test
        void areNeverNull() {
            StepVerifier.create(generate(emitter -> emitter.emit(null))).verifyError(NullPointerException.class);
            assertThatThrownBy(() -> generate(null)).isInstanceOf(NullPointerException.class);
        }
    }

    @Nested
    class Demand {
        @Test
        void startsTheBodyAndNothingRunsAheadOfIt() {
            runVirtually(() -> {
                Probe<Integer> subscriber = probe(three());
                await(sleep(SECOND));
                log.add("request 1");
                subscriber.request(1);
                await(sleep(SECOND));
                log.add("request 2");
                subscriber.request(2);
                await(sleep(SECOND));
                log.add("request 1");
                subscriber.request(1);
                await(sleep(SECOND.multipliedBy(2)));
            });
            assertThat(log)
                    .containsExactly(
                            "subscribed",
                            "request 1",
                            "start",
                            "got 1",
                            "request 2",
                            "after 1",
                            "got 2",
                            "after 2",
                            "got 3",
                            "request 1",
                            "after 3",
                            "finally",
                            "cleaned up",
                            "complete");
        }

        @Test
        void isTakenFromAnyThread() throws InterruptedException {
            AtomicReference<Subscription> subscription = new AtomicReference<>();
            List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch done = new CountDownLatch(1);
            Asyncio.<Integer>generate(emitter -> {
                        for (int i = 0; i < 1_000; i++) {
                            emitter.emit(i);
                        }
                    })
                    .subscribe(new CoreSubscriber<>() {
                        @Override
                        public void onSubscribe(Subscription s) {
                            subscription.set(s);
                        }

                        @Override
                        public void onNext(Integer value) {
                            seen.add(value);
                        }

                        @Override
                        public void onError(Throwable error) {
                            done.countDown();
                        }

                        @Override
                        public void onComplete() {
                            done.countDown();
                        }
                    });
            for (int i = 0; i < 1_001; i++) {
                subscription.get().request(1);
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(seen).hasSize(1_000).isSorted();
        }

        @Test
        void thatIsNotPositiveIsAnErrorOnceTheBodyHasCleanedUp() {
            recordDropped();
            runVirtually(() -> {
                Probe<Integer> subscriber = new Probe<>(log) {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        log.add("subscribed");
                        subscription.request(1);
                    }

                    @Override
                    protected void hookOnNext(Integer value) {
                        upstream().request(-1);
                    }
                };
                three().contextWrite(Context.of(EventLoop.CONTEXT_KEY, EventLoop.current()))
                        .subscribe(subscriber);
                await(sleep(SECOND.multipliedBy(3)));
            });
            assertThat(log).startsWith("subscribed", "start", "finally", "cleaned up");
            assertThat(log.get(4)).startsWith("failed: ").contains("3.9");
            assertThat(log).hasSize(5);
            assertThat(dropped).isEmpty();
        }

        @Test
        void ofAnIterationIsInStepWithIt() {
            runVirtually(() -> {
                for (int n : each(three())) {
                    log.add("body " + n);
                }
                log.add("end");
            });
            assertThat(log)
                    .containsExactly(
                            "start",
                            "body 1",
                            "after 1",
                            "body 2",
                            "after 2",
                            "body 3",
                            "after 3",
                            "finally",
                            "cleaned up",
                            "end");
        }

        @Test
        void ofAnIterationIsInStepWithItUnderAssemblyHooks() {
            Hooks.onOperatorDebug();
            runVirtually(() -> {
                try (AsyncIterator<Integer> values = each(three())) {
                    values.next();
                    log.add("body");
                    await(sleep(SECOND));
                }
            });
            assertThat(log).containsExactly("start", "body", "finally", "cleaned up");
        }
    }

    @Nested
    class Closing {
        @Test
        @DisplayName("AGEN-02 a cancel at an emit runs finally with its awaits, and nothing after the emit")
        void runsFinallyToItsEnd() {
            recordDropped();
            runVirtually(() -> {
                try (AsyncIterator<Integer> values = each(three())) {
                    log.add("got " + values.next());
                }
                log.add("closed");
                await(sleep(SECOND.multipliedBy(2)));
            });
            assertThat(log).containsExactly("start", "got 1", "closed", "finally", "cleaned up");
            assertThat(dropped).isEmpty();
        }

        @Test
        @DisplayName("AGEN-02 a break is closed at the end of the program, which waits for finally")
        void runsFinallyToItsEndAfterABreakAndTheEndOfTheMain() {
            run(() -> {
                for (int n : each(Asyncio.<Integer>generate(emitter -> {
                    try {
                        emitter.emit(1);
                    } finally {
                        await(sleep(Duration.ofMillis(20)));
                        log.add("cleaned up");
                    }
                }))) {
                    log.add("got " + n);
                    break;
                }
                return null;
            });
            assertThat(log).containsExactly("got 1", "cleaned up");
        }

        @Test
        @DisplayName("AGEN-03 to emit while being closed is an error")
        void makesAFurtherEmitAnError() {
            recordDropped();
            List<Object> discarded = new ArrayList<>();
            runVirtually(() -> {
                Flux<Integer> stubborn = generate(emitter -> {
                    try {
                        emitter.emit(1);
                    } finally {
                        await(sleep(SECOND));
                        emitter.emit(2);
                        log.add("not reached");
                    }
                });
                AsyncIterator<Integer> values = each(stubborn.doOnDiscard(Integer.class, discarded::add), 1);
                values.next();
                values.close();
                await(sleep(SECOND.multipliedBy(2)));
            });
            assertThat(log).isEmpty();
            assertThat(dropped)
                    .singleElement()
                    .isInstanceOf(IllegalStateException.class)
                    .asString()
                    .contains("must not emit");
            assertThat(discarded).containsExactly(2);
        }

        @Test
        @DisplayName("AGEN-03 a body that swallows the cancel may end in peace, but not emit")
        void mayBeSwallowed() {
            recordDropped();
            runVirtually(() -> {
                AsyncIterator<Integer> values = each(generate(emitter -> {
                    try {
                        emitter.emit(1);
                    } catch (CancelledError e) {
                        log.add("swallowed");
                    }
                }));
                values.next();
                values.close();
                await(sleep(SECOND));
            });
            assertThat(log).containsExactly("swallowed");
            assertThat(dropped).isEmpty();
        }

        @Test
        @DisplayName("AGEN-07 a close of an unstarted generator runs nothing")
        void doesNothingBeforeTheFirstRequest() {
            runVirtually(() -> {
                Probe<Integer> subscriber = probe(three());
                subscriber.cancel();
                subscriber.request(1);
                await(sleep(SECOND));
                each(three()).close();
            });
            assertThat(log).containsExactly("subscribed");
        }

        @Test
        @DisplayName("AGEN-07 a close of a finished or closed generator does nothing")
        void doesNothingAfterTheEnd() {
            recordDropped();
            runVirtually(() -> {
                AsyncIterator<Integer> ended = each(three());
                ended.forEachRemaining(n -> {});
                int size = log.size();
                ended.close();
                ended.close();
                await(sleep(SECOND));
                assertThat(log).hasSize(size);
            });
            assertThat(dropped).isEmpty();
        }

        @Test
        void reachesAnyAwaitOfTheBody() {
            runVirtually(() -> {
                Probe<Integer> subscriber = probe(generate(emitter -> {
                    try {
                        await(sleep(Duration.ofDays(1)));
                    } catch (CancelledError e) {
                        log.add("cancelled");
                        throw e;
                    }
                }));
                subscriber.request(1);
                await(sleep(SECOND));
                subscriber.cancel();
                await(sleep(SECOND));
            });
            assertThat(log).containsExactly("subscribed", "cancelled");
        }

        @Test
        void fromInsideOnNextIsThrownAtThatEmit() {
            List<Integer> first = runVirtually(() -> await(three().take(2).collectList()));
            assertThat(first).containsExactly(1, 2);
            assertThat(log).containsExactly("start", "after 1", "finally", "cleaned up");
        }

        @Test
        void fromAnotherThreadLetsTheCleanupEnd() throws InterruptedException {
            CountDownLatch emitted = new CountDownLatch(1);
            CountDownLatch cleaned = new CountDownLatch(1);
            Disposable subscription = Asyncio.<Integer>generate(emitter -> {
                        try {
                            for (int i = 0; ; i++) {
                                emitter.emit(i);
                                await(sleep(Duration.ofMillis(1)));
                            }
                        } finally {
                            await(sleep(Duration.ofMillis(5)));
                            cleaned.countDown();
                        }
                    })
                    .subscribe(n -> emitted.countDown());
            assertThat(emitted.await(20, TimeUnit.SECONDS)).isTrue();
            subscription.dispose();
            assertThat(cleaned.await(20, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void fromAnotherThreadWhileTheBodyRunsIsThrownAtTheNextEmitWhichHandsNothingOver() {
            List<Object> discarded = new ArrayList<>();
            runVirtually(() -> {
                Probe<Integer> subscriber = new Probe<>(log);
                Flux<Integer> flux = generate(emitter -> {
                    emitter.emit(1);
                    Thread other = new Thread(subscriber::cancel);
                    other.start();
                    while (other.isAlive()) {
                        Thread.onSpinWait(); // the loop is held: the cancel waits in its queue
                    }
                    try {
                        emitter.emit(2);
                    } catch (CancelledError e) {
                        log.add("cancelled");
                        await(sleep(SECOND));
                        log.add("cleaned up");
                        throw e;
                    }
                });
                EventLoop loop = EventLoop.current();
                flux.doOnDiscard(Integer.class, discarded::add)
                        .contextWrite(Context.of(EventLoop.CONTEXT_KEY, loop))
                        .subscribe(subscriber);
                subscriber.request(10);
                await(sleep(SECOND.multipliedBy(3)));
            });
            assertThat(log).containsExactly("subscribed", "got 1", "cancelled", "cleaned up");
            assertThat(discarded).containsExactly(2);
        }

        @Test
        @DisplayName("AGEN-05 a cancel of the consumer reaches the body, whose finally runs with its awaits")
        void comesFromACancelOfTheConsumer() {
            runVirtually(() -> {
                Task<Void> consumer = createTask(async(() -> {
                    Flux<Integer> waiting = generate(emitter -> {
                        emitter.emit(1);
                        try {
                            await(sleep(Duration.ofDays(1)));
                        } finally {
                            await(sleep(SECOND));
                            log.add("cleaned up");
                        }
                    });
                    for (int n : each(waiting)) {
                        log.add("got " + n);
                    }
                }));
                await(sleep(SECOND));
                consumer.cancel();
                assertThatThrownBy(() -> await(consumer)).isInstanceOf(CancelledError.class);
                await(sleep(SECOND));
            });
            assertThat(log).containsExactly("got 1", "cleaned up");
        }
    }

    @Nested
    class Errors {
        @Test
        void ofTheBodyComeOutAsTheyAre() {
            StepVerifier.create(Asyncio.<Integer>generate(emitter -> {
                        emitter.emit(1);
                        throw new IOException("broken");
                    }))
                    .expectNext(1)
                    .expectErrorMatches(e -> e instanceof IOException)
                    .verify(Duration.ofSeconds(20));
        }

        @Test
        @DisplayName("AGEN-05 a cancellation that starts inside the body reaches the consumer as CancelledError")
        void mayBeACancellation() {
            runVirtually(() -> {
                AsyncIterator<Integer> values = each(generate(emitter -> {
                    try {
                        currentTask().cancel();
                        await(sleep(SECOND));
                    } finally {
                        await(sleep(SECOND));
                        log.add("cleaned up");
                    }
                }));
                assertThatThrownBy(values::hasNext).isInstanceOf(CancelledError.class);
            });
            assertThat(log).containsExactly("cleaned up");
        }

        @Test
        @DisplayName("AGEN-09 an error while closing at the end of the loop is dropped in the open, once")
        @SuppressWarnings({"finally", "Finally"}) // an error of the cleanup is what it is about
        void whileClosingAreDroppedInTheOpen() {
            recordDropped();
            run(() -> {
                each(Asyncio.<Integer>generate(emitter -> {
                            try {
                                emitter.emit(1);
                            } finally {
                                await(sleep(Duration.ofMillis(1)));
                                throw new IOException("cleanup failed");
                            }
                        }))
                        .next();
                return null;
            });
            assertThat(dropped).singleElement().isInstanceOf(IOException.class);
        }

        @Test
        void ofALoopThatIsClosedUnderTheBodyComeOut() {
            try (Virtual virtual = new Virtual()) {
                Probe<Integer> subscriber = new Probe<>(log);
                three().contextWrite(virtual.context()).subscribe(subscriber);
                subscriber.request(1);
                virtual.advance(SECOND);
            }
            assertThat(log).hasSize(5).startsWith("subscribed", "start", "got 1", "finally");
            assertThat(log.get(4)).contains("closed");
        }

        @Test
        void ofAClosedLoopComeOut() {
            EventLoop closed = EventLoop.create();
            closed.close();
            StepVerifier.create(three().contextWrite(Context.of(EventLoop.CONTEXT_KEY, closed)))
                    .expectErrorMatches(e -> e.getMessage().contains("closed"))
                    .verify(Duration.ofSeconds(20));
        }
    }

    @Nested
    class Delegating {
        @Test
        void emitsAllOfAPublisher() {
            List<Integer> seen = run(Asyncio.<Integer>generate(emitter -> {
                        emitter.emit(0);
                        emitter.emitAll(Flux.range(1, 3));
                        emitter.emitAll(Flux.empty());
                        emitter.emitAll(generate(inner -> inner.emit(4)));
                        emitter.emit(5);
                    })
                    .collectList());
            assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5);
        }

        @Test
        void requestsNoMoreThanWasRequestedHere() {
            List<Long> requests = new ArrayList<>();
            runVirtually(() -> {
                Flux<Integer> source = Flux.range(1, 10).hide().doOnRequest(requests::add);
                Probe<Integer> subscriber = probe(generate(emitter -> emitter.emitAll(source)));
                for (int n : new int[] {1, 3, 2, 1}) {
                    subscriber.request(n);
                    await(sleep(SECOND));
                }
                subscriber.cancel();
            });
            assertThat(requests).containsExactly(1L, 3L, 2L, 1L);
            assertThat(log)
                    .containsExactly("subscribed", "got 1", "got 2", "got 3", "got 4", "got 5", "got 6", "got 7");
        }

        @Test
        void cancelsThePublisherWhenItIsCancelled() {
            runVirtually(() -> {
                Flux<Integer> source = Flux.<Integer>never().startWith(1).doOnCancel(() -> log.add("source cancelled"));
                Probe<Integer> subscriber = probe(generate(emitter -> emitter.emitAll(source)));
                subscriber.request(2);
                await(sleep(SECOND));
                subscriber.cancel();
                await(sleep(SECOND));
            });
            assertThat(log).containsExactly("subscribed", "got 1", "source cancelled");
        }

        @Test
        void passesAnErrorToTheBody() {
            List<String> seen = run(Asyncio.<String>generate(emitter -> {
                        try {
                            emitter.emitAll(Flux.just("a").concatWith(Flux.error(new IOException("broken"))));
                        } catch (Exception e) {
                            emitter.emit("after " + e.getMessage());
                        }
                    })
                    .collectList());
            assertThat(seen).containsExactly("a", "after broken");
        }
    }

    @Nested
    class Emitting {
        @Test
        void isForTheBodysTaskOnly() {
            runVirtually(() -> {
                Flux<Integer> flux = generate(emitter -> {
                    Task<Void> child = createTask(async(() -> emitter.emit(1)));
                    assertThatThrownBy(() -> await(child))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("only the body");
                    await(async(() -> emitter.emit(2))); // in place: the same task
                });
                List<Integer> seen = await(flux.collectList());
                assertThat(seen).containsExactly(2);
            });
        }

        @Test
        void isRefusedOnOtherThreads() {
            AtomicReference<Emitter<Integer>> leaked = new AtomicReference<>();
            Flux<Integer> flux = generate(emitter -> {
                leaked.set(emitter);
                emitter.emit(1);
            });
            assertThat(flux.blockLast()).isEqualTo(1);
            assertThatThrownBy(() -> leaked.get().emit(2))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("only the body");
            assertThatThrownBy(() -> leaked.get().emitAll(Flux.just(2))).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void isOnTheLoopOfTheConsumer() {
            run(() -> {
                EventLoop here = EventLoop.current();
                EventLoop there = each(generate((Emitter<EventLoop> emitter) -> emitter.emit(EventLoop.current())))
                        .next();
                assertThat(there).isSameAs(here);
                return null;
            });
        }

        @Test
        void mayBeInterruptedByATimeLimitInTheBody() {
            runVirtually(() -> {
                Probe<Integer> subscriber = probe(generate(emitter -> {
                    Task<?> self = currentTask();
                    EventLoop.current().callLater(SECOND, self::cancel);
                    try {
                        emitter.emit(1);
                    } catch (CancelledError e) {
                        self.uncancel();
                        log.add("timed out");
                    }
                    emitter.emit(2);
                }));
                subscriber.request(1);
                await(sleep(SECOND.multipliedBy(2)));
                subscriber.request(1);
                await(sleep(SECOND));
                subscriber.cancel();
            });
            assertThat(log).containsExactly("subscribed", "got 1", "timed out", "got 2");
        }
    }

    @Nested
    class Surroundings {
        @Test
        void giveTheBodyTheSubscribersContext() {
            Flux<String> flux = generate(emitter -> {
                emitter.emit(Asyncio.currentContext().get("user"));
                emitter.emit(await(Mono.deferContextual(context -> Mono.just(context.<String>get("user") + "!"))));
            });
            assertThat(flux.contextWrite(Context.of("user", "ada"))
                            .collectList()
                            .block())
                    .containsExactly("ada", "ada!");
        }

        @Test
        void scanTheSubscription() {
            runVirtually(() -> {
                AtomicReference<Scannable> scanned = new AtomicReference<>();
                Probe<Integer> subscriber = new Probe<>(log) {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        scanned.set(Scannable.from(subscription));
                    }
                };
                Flux<Integer> flux = three();
                assertThat(Scannable.from(flux).scan(Scannable.Attr.RUN_STYLE))
                        .isEqualTo(Scannable.Attr.RunStyle.ASYNC);
                flux.subscribe(subscriber);
                Scannable subscription = scanned.get();
                assertThat(subscription.scanUnsafe(Scannable.Attr.ACTUAL)).isSameAs(subscriber);
                assertThat(subscription.scan(Scannable.Attr.CANCELLED)).isFalse();
                assertThat(subscription.scan(Scannable.Attr.REQUESTED_FROM_DOWNSTREAM))
                        .isZero();
                subscriber.cancel();
                assertThat(subscription.scan(Scannable.Attr.CANCELLED)).isTrue();
                assertThat(subscription.scan(Scannable.Attr.TERMINATED)).isFalse();
            });
        }

        @Test
        void includeAssemblyHooks() {
            Hooks.onOperatorDebug();
            Flux<Integer> flux = generate(emitter -> {
                throw new IOException("broken");
            });
            assertThatThrownBy(flux::blockLast).hasRootCauseMessage("broken").hasStackTraceContaining("Assembly trace");
        }

        @Test
        void cancelAPublisherThatTheBodyIterates() {
            TestPublisher<Integer> source = TestPublisher.create();
            runVirtually(() -> {
                Probe<Integer> subscriber = probe(generate(emitter -> {
                    for (int n : each(source)) {
                        emitter.emit(n);
                    }
                }));
                subscriber.request(5);
                await(sleep(SECOND));
                source.next(1);
                await(sleep(SECOND));
                subscriber.cancel();
                await(sleep(SECOND));
            });
            source.assertCancelled();
            assertThat(log).containsExactly("subscribed", "got 1");
        }
    }
}
