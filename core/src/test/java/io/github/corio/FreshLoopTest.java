package io.github.corio;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.LoopClosedError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@DisplayName("a fresh loop")
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class FreshLoopTest {
    private final Counted named = new Counted();
    private final Counted byDefault = new Counted();

    @AfterEach
    void restore() {
        EventLoop.setDefaultScheduler(null);
        named.dispose();
        byDefault.dispose();
    }

    /** Counts its Workers that are in use, and those that ever were. */
    private static final class Counted implements Scheduler {
        private final Scheduler threads = Schedulers.newParallel("fresh", 2, true);
        final AtomicInteger made = new AtomicInteger();
        final AtomicInteger used = new AtomicInteger();

        @Override
        public Disposable schedule(Runnable task) {
            return threads.schedule(task);
        }

        @Override
        public Worker createWorker() {
            Worker worker = threads.createWorker();
            made.incrementAndGet();
            used.incrementAndGet();
            return new Worker() {
                @Override
                public Disposable schedule(Runnable task) {
                    return worker.schedule(task);
                }

                @Override
                public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                    return worker.schedule(task, delay, unit);
                }

                @Override
                public void dispose() {
                    if (!worker.isDisposed()) {
                        worker.dispose();
                        used.decrementAndGet();
                    }
                }

                @Override
                public boolean isDisposed() {
                    return worker.isDisposed();
                }
            };
        }

        @Override
        public boolean isDisposed() {
            return threads.isDisposed();
        }

        @Override
        public void dispose() {
            threads.dispose();
        }

        void awaitUnused() throws InterruptedException {
            while (used.get() > 0) { // the answer comes before the loop is closed
                Thread.sleep(1); // and looks again
            }
        }
    }

    /** Everything that makes a loop for its subscriber. */
    enum Form {
        COROUTINE {
            @Override
            Flux<?> of(CoroutineAction body) {
                return async(body).flux();
            }
        },
        GENERATOR {
            @Override
            Flux<?> of(CoroutineAction body) {
                return generate(emitter -> {
                    body.run();
                    emitter.emit(1);
                });
            }
        },
        SHIELD {
            @Override
            Flux<?> of(CoroutineAction body) {
                return shield(async(body)).flux();
            }
        },
        GATHER {
            @Override
            Flux<?> of(CoroutineAction body) {
                return Asyncio.gather(List.of(async(body), async(() -> 1))).flux();
            }
        },
        AS_COMPLETED {
            @Override
            Flux<?> of(CoroutineAction body) {
                return asCompleted(List.of(async(body)));
            }
        };

        abstract Flux<?> of(CoroutineAction body);
    }

    private static void body() {
        await(sleep(Duration.ofMillis(1)));
    }

    @Nested
    @DisplayName("is made on the Scheduler")
    class Made {
        @ParameterizedTest
        @EnumSource
        void ofTheContextAndEndsWithTheRequest(Form form) throws Exception {
            EventLoop.setDefaultScheduler(byDefault);
            form.of(FreshLoopTest::body)
                    .contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, named))
                    .blockLast();
            assertThat(named.made.get()).isPositive();
            assertThat(byDefault.made).hasValue(0);
            named.awaitUnused();
        }

        @ParameterizedTest
        @EnumSource
        void thatIsTheDefaultAndEndsWithTheRequest(Form form) throws Exception {
            EventLoop.setDefaultScheduler(byDefault);
            assertThat(EventLoop.getDefaultScheduler()).isSameAs(byDefault);
            form.of(FreshLoopTest::body).blockLast();
            assertThat(byDefault.made.get()).isPositive();
            byDefault.awaitUnused();
        }

        @Test
        void ofTheContextOfItsSubscriberEachTime() {
            Mono<Void> twice = async(FreshLoopTest::body);
            twice.contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, named))
                    .block();
            twice.contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, byDefault))
                    .block();
            assertThat(named.made).hasValue(1);
            assertThat(byDefault.made).hasValue(1);
        }

        @Test
        void thatIsTheDefaultWhereALoopIsMadeByHand() {
            EventLoop.setDefaultScheduler(byDefault);
            EventLoop.create().dispose();
            assertThat(byDefault.made).hasValue(1);
        }

        @Test
        void parallelWhenThereIsNoDefaultAnyMore() {
            EventLoop.setDefaultScheduler(byDefault);
            EventLoop.setDefaultScheduler(null);
            async(FreshLoopTest::body).block();
            assertThat(byDefault.made).hasValue(0);
            assertThat(EventLoop.getDefaultScheduler()).isSameAs(Schedulers.parallel());
        }

        @Test
        void whereACoroutineIsStartedInsideOfAnotherLoop() throws Exception {
            EventLoop outer = EventLoop.create();
            CountDownLatch ran = new CountDownLatch(1);
            async(() -> {
                        try (Background background = new Background()) {
                            await(background
                                    .start(async(() -> {
                                        body();
                                        ran.countDown();
                                    }))
                                    .hide());
                        }
                    })
                    .on(outer)
                    .contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, named))
                    .block();
            assertThat(ran.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(named.made).hasValue(1);
            named.awaitUnused();
            outer.dispose();
        }
    }

    @Nested
    @DisplayName("is not made")
    class NotMade {
        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GATHER") // it subscribes to others, which say so
        void whereTheContextNamesALoop(Form form) {
            EventLoop loop = EventLoop.create();
            form.of(FreshLoopTest::body)
                    .contextWrite(context ->
                            context.put(EventLoop.SCHEDULER_KEY, named).put(EventLoop.CONTEXT_KEY, loop))
                    .blockLast();
            assertThat(named.made).hasValue(0);
            assertThat(loop.isClosed()).isFalse();
            loop.dispose();
        }

        @ParameterizedTest
        @EnumSource
        void onWhatIsNoScheduler(Form form) {
            assertThatThrownBy(() -> form.of(FreshLoopTest::body)
                            .contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, "parallel"))
                            .blockLast(Duration.ofSeconds(50)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("java.lang.String");
        }

        @ParameterizedTest
        @EnumSource
        void onASchedulerWithoutTimeAndThreads(Form form) {
            assertThatThrownBy(() -> form.of(FreshLoopTest::body)
                            .contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, Schedulers.immediate()))
                            .blockLast(Duration.ofSeconds(50)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("immediate");
            assertThatThrownBy(() -> EventLoop.setDefaultScheduler(Schedulers.immediate()))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AS_COMPLETED") // its tasks have the error
        void onASchedulerThatIsGone(Form form) {
            named.dispose();
            assertThatThrownBy(() -> form.of(FreshLoopTest::body)
                            .contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, named))
                            .blockLast(Duration.ofSeconds(50)))
                    .isInstanceOf(Exception.class)
                    .hasMessageNotContaining("Timeout");
        }
    }

    @Test
    @DisplayName("whose Scheduler is disposed of tells its subscriber and its body")
    void whoseSchedulerGoes() {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<Void> answer = async(() -> {
                    try {
                        waits.countDown();
                        await(Mono.never());
                    } catch (LoopClosedError e) {
                        seen.set(e);
                        throw e;
                    }
                })
                .contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, named))
                .toFuture();
        assertThat(answer).isNotDone();
        assertThatThrownBy(() -> {
                    waits.await();
                    named.dispose();
                    Object unused = answer.get(50, TimeUnit.SECONDS);
                })
                .hasMessageContaining("event loop was closed");
        assertThat(seen.get()).isInstanceOf(LoopClosedError.class);
    }
}
