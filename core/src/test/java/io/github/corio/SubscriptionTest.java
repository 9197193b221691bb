package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
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
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

class SubscriptionTest {
    private static final Duration LONG = Duration.ofSeconds(100);

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());
    private final Virtual virtual = new Virtual();

    @AfterEach
    void close() {
        virtual.close();
    }

    @Nested
    class CancelAtAnyPoint {
        @Test
        @DisplayName("in onSubscribe: nothing runs, nothing is signalled")
        void inOnSubscribe() {
            Recorder recorder = new Recorder(log, virtual.context()) {
                @Override
                protected void hookOnSubscribe(Subscription s) {
                    s.cancel();
                    log.add("cancelled");
                }
            };
            async(() -> {
                        log.add("ran");
                        return "x";
                    })
                    .subscribe(recorder);
            virtual.advance(Duration.ofSeconds(1));
            assertThat(log).containsExactly("cancelled");
            assertThat(Asyncio.allTasks(virtual.loop())).isEmpty();
        }

        @Test
        @DisplayName("without a request: the value waits for one, and comes on the thread that makes it")
        void withoutARequest() {
            Recorder recorder = new Recorder(log, virtual.context());
            async(() -> "x").subscribe(recorder);
            virtual.advance(Duration.ofSeconds(1));
            assertThat(log).containsExactly("subscribed");
            recorder.request(1);
            assertThat(log).containsExactly("subscribed", "x", "complete");
            recorder.request(1);
            recorder.cancel();
            assertThat(log).hasSize(3);
        }

        @Test
        @DisplayName("without a request an empty end and an error come all the same")
        void endsNeedNoRequest() {
            async(() -> {}).subscribe(new Recorder(log, virtual.context()));
            RuntimeException error = new IllegalArgumentException("x");
            async(() -> {
                        throw error;
                    })
                    .subscribe(new Recorder(log, virtual.context()));
            virtual.advance(Duration.ofSeconds(1));
            assertThat(log).containsExactly("subscribed", "complete", "subscribed", error);
        }

        @Test
        @DisplayName("done but not requested: the value is discarded")
        void doneButNotRequested() {
            Recorder recorder = new Recorder(
                    log, Operators.enableOnDiscard(virtual.context(), value -> log.add("discarded " + value)));
            async(() -> "x").subscribe(recorder);
            virtual.advance(Duration.ofSeconds(1));
            recorder.cancel();
            assertThat(log).containsExactly("subscribed", "discarded x");
        }

        @Test
        @DisplayName("in onNext: no complete follows")
        void inOnNext() {
            Recorder recorder = new Recorder(log, virtual.context()) {
                @Override
                protected void hookOnSubscribe(Subscription s) {
                    s.request(1);
                }

                @Override
                protected void hookOnNext(Object value) {
                    log.add(value);
                    cancel();
                }
            };
            async(() -> "x").subscribe(recorder);
            virtual.advance(Duration.ofSeconds(1));
            assertThat(log).containsExactly("x");
        }

        @Test
        @DisplayName("request(0): an error that names the rule, and the body is cancelled")
        void requestOfZero() {
            AtomicReference<Subscription> subscription = new AtomicReference<>();
            async(() -> {
                        try {
                            await(sleep(LONG));
                        } finally {
                            log.add("cleaned up");
                        }
                    })
                    .subscribe(new reactor.core.CoreSubscriber<Void>() {
                        @Override
                        public Context currentContext() {
                            return virtual.context();
                        }

                        @Override
                        public void onSubscribe(Subscription s) {
                            subscription.set(s);
                        }

                        @Override
                        public void onNext(Void value) {}

                        @Override
                        public void onError(Throwable error) {
                            log.add(error.getClass());
                        }

                        @Override
                        public void onComplete() {
                            log.add("complete");
                        }
                    });
            virtual.advance(Duration.ZERO);
            subscription.get().request(0);
            virtual.advance(Duration.ofSeconds(1));
            assertThat(log).containsExactlyInAnyOrder(IllegalArgumentException.class, "cleaned up");
        }

        @Test
        @DisplayName("request(0) of a value that is there: an error, and the value is discarded")
        void requestOfZeroWhenItIsDone() {
            AtomicReference<Subscription> subscription = new AtomicReference<>();
            Context hooks = Operators.enableOnDiscard(virtual.context(), value -> log.add("discarded " + value));
            async(() -> "x").subscribe(new reactor.core.CoreSubscriber<String>() {
                @Override
                public Context currentContext() {
                    return hooks;
                }

                @Override
                public void onSubscribe(Subscription s) {
                    subscription.set(s);
                }

                @Override
                public void onNext(String value) {
                    log.add(value);
                }

                @Override
                public void onError(Throwable error) {
                    log.add(error.getClass());
                }

                @Override
                public void onComplete() {
                    log.add("complete");
                }
            });
            virtual.advance(Duration.ofSeconds(1));
            subscription.get().request(0);
            subscription.get().request(1);
            subscription.get().cancel();
            assertThat(log).containsExactly("discarded x", IllegalArgumentException.class);
        }

        @Test
        @DisplayName("at each millisecond of its life: the finally has run to its end, no task is left")
        void atEachMillisecond() {
            for (int at = 0; at <= 12; at++) {
                log.clear();
                Coroutine<String> coroutine = async(() -> {
                    log.add("begun");
                    try {
                        await(sleep(Duration.ofMillis(5)));
                        await(gather(sleep(Duration.ofMillis(3)), async(() -> "y"))
                                .onErrorComplete());
                        return "x";
                    } finally {
                        try {
                            await(sleep(Duration.ofMillis(2)));
                        } finally {
                            log.add("cleaned up");
                        }
                    }
                });
                var subscription = coroutine.contextWrite(virtual.context()).subscribe();
                virtual.advance(Duration.ofMillis(at));
                subscription.dispose();
                virtual.advance(Duration.ofSeconds(1));
                assertThat(log).as("cancelled after %d ms", at).containsExactly("begun", "cleaned up");
                assertThat(Asyncio.allTasks(virtual.loop())).isEmpty();
            }
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("every Mono: cancelled at once, later, and after its end, nothing is left on its loop")
        void everyMono() {
            HandedOut.monos().forEach((name, mono) -> {
                for (Duration after : List.of(Duration.ZERO, Duration.ofNanos(500_000), Duration.ofSeconds(1))) {
                    var subscription =
                            mono.get().contextWrite(virtual.context()).subscribe();
                    virtual.advance(after);
                    subscription.dispose();
                    virtual.advance(Duration.ofSeconds(1));
                    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                    while (!Asyncio.allTasks(virtual.loop()).isEmpty() && System.nanoTime() < patience) {
                        Thread.onSpinWait(); // the thread of a toThread may be on the loop at this moment
                    }
                    assertThat(Asyncio.allTasks(virtual.loop())).as(name).isEmpty();
                }
            });
            assertThat(virtual.reported()).isEmpty();
        }
    }

    @Nested
    class NoLockIsHeld {
        @Test
        @DisplayName("while a subscriber is called, other threads may use the loop in every way")
        void whileASubscriberIsCalled() {
            EventLoop loop = EventLoop.on(Schedulers.boundedElastic());
            try {
                HandedOut.monos().forEach((name, mono) -> {
                    CountDownLatch called = new CountDownLatch(1);
                    mono.get()
                            .contextWrite(Context.of(EventLoop.CONTEXT_KEY, loop))
                            .doOnNext(value -> {
                                log.add(usedByAnotherThread(loop) ? "free" : name + " held a lock");
                                called.countDown();
                            })
                            .subscribe();
                    assertThat(await(called)).as(name).isTrue();
                });
            } finally {
                loop.dispose();
            }
            assertThat(log).hasSize(HandedOut.monos().size()).containsOnly("free");
        }

        private boolean await(CountDownLatch latch) {
            try {
                return latch.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private boolean usedByAnotherThread(EventLoop loop) {
            CountDownLatch used = new CountDownLatch(1);
            new Thread(() -> {
                        loop.callSoon(() -> {});
                        loop.callLater(LONG, () -> {}).cancel();
                        Asyncio.allTasks(loop)
                                .forEach(task -> assertThat(task.name()).isNotNull());
                        new AsyncFuture<String>(loop).setException(new IllegalStateException("unseen"));
                        loop.setExceptionHandler((on, told) -> {});
                        async(() -> "another").on(loop).start();
                        used.countDown();
                    })
                    .start();
            return await(used);
        }
    }

    @Test
    @DisplayName("retry and repeat run the body afresh")
    void repeatable() {
        List<Integer> runs = new ArrayList<>();
        Coroutine<Integer> coroutine = async(() -> {
            runs.add(runs.size());
            await(sleep(Duration.ofMillis(1)));
            if (runs.size() < 3) {
                throw new IllegalStateException("again");
            }
            return runs.size();
        });
        assertThat(coroutine.retry(5).block(Duration.ofSeconds(20))).isEqualTo(3);
        assertThat(coroutine.repeat(1).collectList().block(Duration.ofSeconds(20)))
                .containsExactly(4, 5);
    }

    @Test
    @DisplayName("a task outlives none of its subscribers: who comes later gets the same value")
    void aTaskIsHot() {
        virtual.run(async(() -> {
            Task<String> task = createTask(async(() -> {
                log.add("ran");
                return "x";
            }));
            String first = await(task.map(value -> value + 1));
            String second = await(task.map(value -> value + 2));
            assertThat(List.of(first, second)).containsExactly("x1", "x2");
        }));
        assertThat(log).containsExactly("ran");
    }
}
