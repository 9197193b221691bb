package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.micrometer.context.ContextRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class ToTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch cleaned = new CountDownLatch(1);

    private Coroutine<String> endless() {
        return async(() -> {
            try {
                waiting.countDown();
                await(Mono.never());
                return "never";
            } finally {
                await(sleep(Duration.ofMillis(1)));
                cleaned.countDown();
            }
        });
    }

    private static void arrives(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Nested
    class Stage {
        @Test
        void hasTheValueOrTheErrorAsItIs() throws Exception {
            assertThat(To.completableFuture(async(() -> "value")).get(10, TimeUnit.SECONDS))
                    .isEqualTo("value");
            assertThatThrownBy(() -> To.completableFuture(async(() -> {
                                throw new IOException("no");
                            }))
                            .get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IOException.class);
        }

        @Test
        void cancelsTheCoroutineWhenCancelled() throws Exception {
            CompletableFuture<String> future = To.completableFuture(endless());
            arrives(waiting);
            future.cancel(false);
            arrives(cleaned);
        }

        @Test
        void isCancelledWithTheCoroutine() {
            CompletableFuture<String> future = To.completableFuture(async(() -> {
                throw new CancelledError("by itself");
            }));
            assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(CancellationException.class)
                    .rootCause() // newer JDKs throw one more around the future's own
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("by itself");
            assertThat(future).isCancelled();
        }

        /** By a time limit of the future, say: the Mono goes on, and nobody has what it gives. */
        @Test
        void thatOthersHaveEndedDiscardsTheValueAndDropsTheError() {
            List<Object> lost = new ArrayList<>();
            Hooks.onErrorDropped(error -> lost.add(error.getMessage()));
            try {
                endedByOthers(lost).tryEmitValue("late").orThrow();
                endedByOthers(lost).tryEmitError(new IOException("late error")).orThrow();
            } finally {
                Hooks.resetOnErrorDropped();
            }
            assertThat(lost).containsExactly("late", "late error");
        }

        private Sinks.One<String> endedByOthers(List<Object> lost) {
            Sinks.One<String> source = Sinks.one();
            run(async(() -> {
                        CompletableFuture<String> future = To.completableFuture(source.asMono());
                        assertThat(future.complete("by others")).isTrue();
                    })
                    .doOnDiscard(String.class, lost::add));
            return source;
        }

        /** A source that is cancelled while it signals: its value comes all the same. */
        @Test
        void thatIsCancelledDiscardsTheValueThatComesAllTheSame() {
            List<Object> lost = new ArrayList<>();
            List<Runnable> late = new ArrayList<>();
            Mono<String> source = new Mono<>() {
                @Override
                public void subscribe(CoreSubscriber<? super String> actual) {
                    actual.onSubscribe(Operators.emptySubscription());
                    late.add(() -> {
                        actual.onNext("late");
                        actual.onComplete();
                    });
                }
            };
            run(async(() -> {
                        CompletableFuture<String> future = To.completableFuture(source);
                        assertThat(future.cancel(true)).isTrue();
                    })
                    .doOnDiscard(String.class, lost::add));
            late.forEach(Runnable::run);
            assertThat(lost).containsExactly("late");
        }
    }

    @Nested
    class Callbacks {
        private final LinkedBlockingQueue<Object> told = new LinkedBlockingQueue<>();

        private void tell(Object what) {
            told.add(what == null ? "null" : what);
        }

        @Test
        void getTheValueOnce() throws Exception {
            To.callbacks(async(() -> "value"), this::tell, this::tell);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("value");
            To.callbacks(Mono.empty(), this::tell, this::tell);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("null");
            assertThat(told).isEmpty();
        }

        @Test
        void getTheErrorOnce() throws Exception {
            IOException error = new IOException("no");
            To.nodeCallback(Mono.error(error), (e, value) -> tell(e));
            To.biConsumer(Mono.error(error), (value, e) -> tell(e));
            assertThat(told).containsExactly(error, error);
        }

        @Test
        void areNotBothCalledWhenOneThrows() {
            List<Throwable> dropped = new ArrayList<>();
            Hooks.onErrorDropped(dropped::add);
            try {
                To.callbacks(
                        Mono.just("value"),
                        value -> {
                            throw new IllegalStateException("callback");
                        },
                        this::tell);
            } finally {
                Hooks.resetOnErrorDropped();
            }
            assertThat(told).isEmpty();
            assertThat(dropped).singleElement().satisfies(e -> assertThat(e).hasMessage("callback"));
        }

        @Test
        void areNotCalledAfterACancel() throws Exception {
            Disposable running = To.callbacks(endless(), this::tell, this::tell);
            arrives(waiting);
            running.dispose();
            arrives(cleaned);
            assertThat(told).isEmpty();
        }
    }

    @Nested
    class ForeignCode {
        private final List<Throwable> dropped = new CopyOnWriteArrayList<>();

        @BeforeEach
        void hook() {
            Hooks.onErrorDropped(dropped::add);
        }

        @AfterEach
        void unhook() {
            Hooks.resetOnErrorDropped();
        }

        @Test
        void mayThrowAnythingWhenCalled() {
            for (Throwable thrown : ClientTableTest.Property.thrown()) {
                dropped.clear();
                List<Object> told = new ArrayList<>();
                To.callbacks(
                        Mono.just("value"),
                        value -> {
                            told.add(value);
                            ClientTableTest.Property.<RuntimeException>sneak(thrown);
                        },
                        told::add);
                To.biConsumer(Mono.error(new IOException("no")), (value, error) -> {
                    told.add(error.getMessage());
                    ClientTableTest.Property.<RuntimeException>sneak(thrown);
                });
                assertThat(told).containsExactly("value", "no");
                assertThat(dropped).containsExactly(thrown, thrown);
            }
        }

        @Test
        void mayFailWithoutAnError() throws Exception {
            Mono<String> failed = Mono.create(sink -> sink.error(null));
            assertThatThrownBy(() -> To.completableFuture(failed).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> To.blocking(failed, SOON)).isInstanceOf(NullPointerException.class);
            List<Object> told = new ArrayList<>();
            To.biConsumer(failed, (value, error) -> told.add(error));
            To.nodeCallback(failed, (error, value) -> told.add(error));
            To.callbacks(failed, told::add, told::add);
            assertThat(told).hasSize(3).allSatisfy(error -> assertThat(error).isInstanceOf(NullPointerException.class));
            assertThat(dropped).isEmpty();
        }

        @Test
        void mayHaveATextThatThrows() throws Exception {
            Mono<String> mono = new Mono<>() {
                @Override
                public void subscribe(CoreSubscriber<? super String> actual) {
                    Mono.just("value").subscribe(actual);
                }

                @Override
                public String toString() {
                    throw new IllegalStateException("text");
                }
            };
            assertThat(To.blocking(mono, SOON)).isEqualTo("value");
        }
    }

    @Nested
    class ThreadLocalsOfTheCaller {
        private static final String KEY = "ToTest";
        private final ThreadLocal<String> local = new ThreadLocal<>();
        private final Coroutine<String> seen = async(() -> String.valueOf(local.get()));

        @BeforeEach
        void register() {
            ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, local);
            local.set("caller");
        }

        @AfterEach
        void unregister() {
            Hooks.disableAutomaticContextPropagation();
            ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        }

        private List<Object> everyDoor() throws Exception {
            LinkedBlockingQueue<Object> told = new LinkedBlockingQueue<>();
            List<Object> found = new ArrayList<>();
            found.add(To.blocking(seen, SOON));
            found.add(To.completableFuture(seen).get(10, TimeUnit.SECONDS));
            To.callbacks(seen, value -> told.add(value + ", " + local.get()), told::add);
            found.add(told.poll(10, TimeUnit.SECONDS));
            To.biConsumer(seen, (value, error) -> told.add(value + ", " + local.get()));
            found.add(told.poll(10, TimeUnit.SECONDS));
            To.nodeCallback(seen, (error, value) -> told.add(value + ", " + local.get()));
            found.add(told.poll(10, TimeUnit.SECONDS));
            return found;
        }

        @Test
        void areCapturedWhereBlockDoes() throws Exception {
            Hooks.enableAutomaticContextPropagation();
            assertThat(seen.block(SOON)).isEqualTo("caller");
            assertThat(everyDoor())
                    .containsExactly("caller", "caller", "caller, caller", "caller, caller", "caller, caller");
            assertThat(local.get()).isEqualTo("caller");
        }

        @Test
        void areNotCapturedWhereBlockDoesNot() throws Exception {
            assertThat(seen.block(SOON)).isEqualTo("null");
            assertThat(everyDoor()).containsExactly("null", "null", "null, null", "null, null", "null, null");
        }

        @Test
        void areThoseOfTheContextInACoroutine() throws Exception {
            Hooks.enableAutomaticContextPropagation();
            String inner = async(() -> {
                        local.set("of the body");
                        return await(
                                From.completionStage(() -> To.completableFuture(seen), From.OnCancel.CANCEL_SOURCE));
                    })
                    .contextWrite(context -> context.put(KEY, "of the Context"))
                    .block(SOON);
            assertThat(inner).isEqualTo("of the Context");
        }
    }

    @Nested
    class BlockingValue {
        /** Each is returned, discarded or dropped: with 8 000 that come about when the time is over, some 20 were lost. */
        @Test
        void aValueThatMeetsTheEndOfTheTimeIsNotLost() throws Exception {
            Set<Object> given = ConcurrentHashMap.newKeySet();
            Set<Object> seen = ConcurrentHashMap.newKeySet();
            ScheduledExecutorService client = Executors.newSingleThreadScheduledExecutor();
            Hooks.onNextDropped(seen::add);
            try {
                for (int i = 0; i < 8_000; i++) {
                    Integer number = i;
                    Sinks.One<Integer> sink = Sinks.one();
                    Future<?> unused = client.schedule(
                            () -> sink.tryEmitValue(number), 100_000 + i % 50 * 2_000, TimeUnit.NANOSECONDS);
                    Mono<Integer> mono = sink.asMono().doOnNext(given::add).doOnDiscard(Integer.class, seen::add);
                    try {
                        seen.add(To.blocking(mono, Duration.ofNanos(150_000)));
                    } catch (TimeoutException e) {
                        // nothing has come
                    }
                }
            } finally {
                client.shutdown();
                assertThat(client.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
                Hooks.resetOnNextDropped();
            }
            given.removeAll(seen);
            assertThat(given).isEmpty();
        }

        @Test
        void mayBeWaitedForAsLongAsCanBe() throws Exception {
            assertThat(To.blocking(async(() -> "value"), Duration.ofSeconds(Long.MAX_VALUE)))
                    .isEqualTo("value");
        }

        @Test
        void isTheValueOrTheErrorAsItIs() throws Exception {
            assertThat(To.blocking(async(() -> "value"), SOON)).isEqualTo("value");
            assertThat(To.<String>blocking(Mono.empty(), SOON)).isNull();
            assertThatThrownBy(() -> To.blocking(
                            async(() -> {
                                throw new IOException("no");
                            }),
                            SOON))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no");
        }

        @Test
        void cancelsTheCoroutineWhenTheTimeIsOver() throws Exception {
            assertThatThrownBy(() -> To.blocking(endless(), Duration.ofMillis(20)))
                    .isInstanceOf(TimeoutException.class);
            arrives(cleaned);
        }

        @Test
        void cancelsTheCoroutineWhenInterrupted() throws Exception {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> To.blocking(endless(), SOON)).isInstanceOf(InterruptedException.class);
        }

        @Test
        void isRefusedOnThreadsThatMustNotBlock() {
            Mono<String> onParallel = Mono.fromCallable(() -> To.blocking(async(() -> "value"), SOON))
                    .subscribeOn(Schedulers.parallel());
            assertThatThrownBy(() -> onParallel.block(SOON))
                    .hasStackTraceContaining("Subscribe to the coroutine instead");
            assertThatThrownBy(() ->
                            async(() -> To.blocking(async(() -> "value"), SOON)).block(SOON))
                    .hasStackTraceContaining("await(...)");
        }
    }
}
