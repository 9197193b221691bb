package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.ExceptionContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Reactor's own operators around coroutines and generators: their cancel reaches the body, its finally ends, nothing is
 * dropped silently and nothing is told twice.
 */
class ReactorInterplayTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> dropped = Collections.synchronizedList(new ArrayList<>());
    private List<ExceptionContext> reported = List.of();

    @BeforeEach
    void recordDropped() {
        Hooks.onErrorDropped(dropped::add);
    }

    @AfterEach
    void resetHooks() {
        Hooks.resetOnErrorDropped();
    }

    /** Never ends by itself; its cleanup takes a second. */
    private Coroutine<Integer> endless(String name) {
        return async(() -> {
            try {
                await(sleep(DAY));
                return 0;
            } finally {
                await(sleep(SECOND));
                log.add(name + " cleaned up");
            }
        });
    }

    private Flux<Integer> endlessNumbers(String name) {
        return generate(emitter -> {
            try {
                for (int n = 1; ; n++) {
                    emitter.emit(n);
                    await(sleep(SECOND));
                }
            } finally {
                await(sleep(SECOND));
                log.add(name + " cleaned up");
            }
        });
    }

    private Coroutine<Integer> quick(int value) {
        return async(() -> {
            await(sleep(SECOND));
            return value;
        });
    }

    private Coroutine<Integer> failing() {
        return async(() -> {
            await(sleep(SECOND));
            throw new IOException("failed");
        });
    }

    /** Runs it in virtual time, until nothing is left to do; then closes the loop, which tells of unseen errors. */
    private <T> T virtually(Mono<T> mono) {
        try (Virtual virtual = new Virtual()) {
            reported = virtual.reported();
            return virtual.run(mono);
        }
    }

    private void nothingElseWasTold() {
        assertThat(dropped).isEmpty();
        assertThat(reported).isEmpty();
    }

    @Nested
    class Timeouts {
        @Test
        void cancelTheBodyWhichCleansUp() {
            assertThatThrownBy(() -> virtually(endless("body").timeout(sleep(SECOND))))
                    .isInstanceOf(TimeoutException.class);
            assertThat(log).containsExactly("body cleaned up");
            nothingElseWasTold();
        }

        @Test
        void cancelAGeneratorWhichCleansUp() {
            Flux<Integer> numbers = endlessNumbers("generator").concatMap(n -> n < 3 ? Mono.just(n) : endless("inner"));
            assertThatThrownBy(() -> virtually(numbers.timeout(sleep(DAY), n -> sleep(SECOND.multipliedBy(5)))
                            .collectList()))
                    .isInstanceOf(TimeoutException.class);
            assertThat(log).containsExactlyInAnyOrder("inner cleaned up", "generator cleaned up");
            nothingElseWasTold();
        }

        @Test
        void haveTheirFallbackAwaitedWhileTheBodyStillCleansUp() {
            Integer value =
                    virtually(endless("body").timeout(sleep(SECOND), quick(7)).doOnNext(n -> log.add("value " + n)));
            assertThat(value).isEqualTo(7);
            assertThat(log).containsExactlyInAnyOrder("body cleaned up", "value 7");
            nothingElseWasTold();
        }

        @Test
        void inRealTimeEndTheCleanupToo() {
            Sinks.Empty<Void> begun = Sinks.empty(); // a cancel before that would leave nothing to clean up
            Sinks.Empty<Void> cleaned = Sinks.empty();
            assertThatThrownBy(() -> run(async(() -> {
                                try {
                                    begun.tryEmitEmpty().orThrow();
                                    await(sleep(DAY));
                                } finally {
                                    await(sleep(Duration.ofMillis(5)));
                                    log.add("cleaned up");
                                    cleaned.tryEmitEmpty().orThrow();
                                }
                            })
                            .timeout(begun.asMono())
                            .onErrorResume(e -> cleaned.asMono()
                                    .timeout(Duration.ofSeconds(20))
                                    .then(Mono.error(e)))))
                    .isInstanceOf(TimeoutException.class);
            assertThat(log).containsExactly("cleaned up");
            nothingElseWasTold();
        }
    }

    @Nested
    class Races {
        @Test
        void cancelTheLoserWhichCleansUp() {
            Integer first = virtually(Mono.firstWithSignal(endless("loser"), quick(1), endless("other loser")));
            assertThat(first).isEqualTo(1);
            assertThat(log).containsExactly("loser cleaned up", "other loser cleaned up");
            nothingElseWasTold();
        }

        @Test
        void ofGeneratorsGoOnWithTheFirst() {
            List<Integer> values =
                    virtually(Flux.firstWithSignal(endless("loser").flux(), endlessNumbers("winner"))
                            .take(3)
                            .collectList());
            assertThat(values).containsExactly(1, 2, 3);
            assertThat(log).containsExactlyInAnyOrder("loser cleaned up", "winner cleaned up");
            nothingElseWasTold();
        }

        @Test
        void endWithTheFirstValueAlsoAfterAFailure() {
            Integer first =
                    virtually(Mono.firstWithValue(failing(), endless("loser"), sleep(SECOND.multipliedBy(2), 5)));
            assertThat(first).isEqualTo(5);
            assertThat(log).containsExactly("loser cleaned up");
            nothingElseWasTold();
        }

        @Test
        void areEndedByAnotherSignal() {
            Integer value = virtually(endless("body").takeUntilOther(sleep(SECOND)));
            assertThat(value).isNull();
            List<Integer> values = virtually(endlessNumbers("generator")
                    .takeUntilOther(sleep(Duration.ofMillis(1_500)))
                    .collectList());
            assertThat(values).containsExactly(1, 2);
            assertThat(log).containsExactly("body cleaned up", "generator cleaned up");
            nothingElseWasTold();
        }
    }

    @Nested
    class Zips {
        @Test
        void cancelTheOthersWhenOneFails() {
            assertThatThrownBy(() -> virtually(Mono.zip(endless("a"), failing(), endless("b"))))
                    .isInstanceOf(IOException.class);
            assertThat(log).containsExactly("a cleaned up", "b cleaned up");
            nothingElseWasTold();
        }

        @Test
        void dropTheSecondFailureInTheOpenOnce() {
            Coroutine<Integer> failsInCleanup = async(() -> {
                try {
                    await(sleep(DAY));
                    return 1;
                } catch (CancelledError e) {
                    await(sleep(SECOND));
                    throw new IllegalStateException("cleanup failed");
                }
            });
            assertThatThrownBy(() -> virtually(Mono.zip(failing(), failsInCleanup)))
                    .isInstanceOf(IOException.class);
            assertThat(dropped).singleElement().asString().contains("cleanup failed");
            assertThat(reported).isEmpty();
        }

        @Test
        void delayErrorsUntilAllHaveEnded() {
            Mono<Integer> both = Mono.zipDelayError(failing(), quick(1).delayElement(Duration.ZERO))
                    .map(t -> 0);
            assertThatThrownBy(() -> virtually(Mono.zipDelayError(failing(), failing())))
                    .hasMessageContaining("Multiple");
            assertThatThrownBy(() -> run(both.onErrorMap(e -> e))).isInstanceOf(IOException.class);
            nothingElseWasTold();
        }

        @Test
        void pairTheValuesOfGenerators() {
            List<Integer> sums = virtually(Flux.zip(endlessNumbers("left"), Flux.range(10, 3), Integer::sum)
                    .collectList());
            assertThat(sums).containsExactly(11, 13, 15);
            assertThat(log).containsExactly("left cleaned up");
            nothingElseWasTold();
        }
    }

    @Nested
    class Retries {
        @Test
        void runTheBodyAfresh() {
            AtomicInteger attempts = new AtomicInteger();
            Coroutine<Integer> third = async(() -> {
                await(sleep(SECOND));
                int attempt = attempts.incrementAndGet();
                if (attempt < 3) {
                    throw new IOException("attempt " + attempt);
                }
                return attempt;
            });
            Integer value = virtually(third.retryWhen(
                    Retry.from(failures -> failures.concatMap(failure -> sleep(SECOND, failure.totalRetries())))));
            assertThat(value).isEqualTo(3);
            nothingElseWasTold();
        }

        @Test
        void runAGeneratorAfresh() {
            AtomicInteger attempts = new AtomicInteger();
            Flux<String> flaky = generate(emitter -> {
                int attempt = attempts.incrementAndGet();
                emitter.emit("a" + attempt);
                await(sleep(SECOND));
                if (attempt < 2) {
                    throw new IOException("once");
                }
                emitter.emit("b" + attempt);
            });
            assertThat(virtually(flaky.retry(1).collectList())).containsExactly("a1", "a2", "b2");
            nothingElseWasTold();
        }

        @Test
        void endWhenTheyAreCancelledInAnAttempt() {
            Integer value = virtually(endless("attempt").retry().takeUntilOther(sleep(SECOND)));
            assertThat(value).isNull();
            assertThat(log).containsExactly("attempt cleaned up");
            nothingElseWasTold();
        }
    }

    @Nested
    class FlatMaps {
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        private Coroutine<Integer> counted(int n) {
            return async(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                try {
                    await(sleep(SECOND));
                    return n;
                } finally {
                    running.decrementAndGet();
                }
            });
        }

        @Test
        void runAsManyAsTheyAreTold() {
            List<Integer> values =
                    virtually(Flux.range(0, 20).flatMap(this::counted, 3).collectList());
            assertThat(values).hasSize(20).doesNotHaveDuplicates();
            assertThat(most).hasValue(3);
            assertThat(running).hasValue(0);
            nothingElseWasTold();
        }

        @Test
        void cancelWhatStillRuns() {
            List<Integer> values = virtually(Flux.range(0, 4)
                    .flatMap(n -> n == 2 ? quick(n) : endless("body " + n))
                    .take(1)
                    .collectList());
            assertThat(values).containsExactly(2);
            assertThat(log).containsExactlyInAnyOrder("body 0 cleaned up", "body 1 cleaned up", "body 3 cleaned up");
            nothingElseWasTold();
        }

        @Test
        void mergeGenerators() {
            List<Integer> values = virtually(Flux.range(1, 3)
                    .flatMap(n -> Asyncio.<Integer>generate(emitter -> {
                        emitter.emit(n);
                        await(sleep(SECOND.multipliedBy(n)));
                        emitter.emit(n * 10);
                    }))
                    .collectList());
            assertThat(values).containsExactly(1, 2, 3, 10, 20, 30);
            nothingElseWasTold();
        }

        @Test
        void cancelTheOthersWhenOneFails() {
            assertThatThrownBy(() -> virtually(Flux.just(endless("a"), failing(), endless("b"))
                            .flatMap(body -> body)
                            .collectList()))
                    .isInstanceOf(IOException.class);
            assertThat(log).containsExactlyInAnyOrder("a cleaned up", "b cleaned up");
            nothingElseWasTold();
        }
    }

    @Nested
    class Resources {
        @Test
        void ofUsingAreReleasedOnCancelAndTheBodyCleansUp() {
            Integer value =
                    virtually(Mono.using(() -> "file", file -> endless("body"), file -> log.add(file + " released"))
                            .takeUntilOther(sleep(SECOND)));
            assertThat(value).isNull();
            assertThat(log).containsExactlyInAnyOrder("body cleaned up", "file released");
            nothingElseWasTold();
        }

        @Test
        void ofUsingWhenAreReleasedByACoroutine() {
            Integer value = virtually(Mono.usingWhen(
                    async(() -> {
                        await(sleep(SECOND));
                        return "connection";
                    }),
                    connection -> quick(3),
                    connection -> async(() -> {
                        await(sleep(SECOND));
                        log.add(connection + " released");
                    })));
            assertThat(value).isEqualTo(3);
            assertThat(log).containsExactly("connection released");
            nothingElseWasTold();
        }

        @Test
        void ofUsingWhenAreReleasedByACoroutineOnCancel() {
            Mono<Integer> used = Mono.usingWhen(
                    Mono.just("connection"),
                    connection -> endless("body"),
                    connection -> async(() -> log.add("commit")),
                    (connection, error) -> async(() -> log.add("rollback")),
                    connection -> async(() -> {
                        await(sleep(SECOND.multipliedBy(2)));
                        log.add("cancelled " + connection + " released");
                    }));
            assertThat(virtually(used.takeUntilOther(sleep(SECOND)))).isNull();
            assertThat(log).containsExactly("body cleaned up", "cancelled connection released");
            nothingElseWasTold();
        }

        @Test
        void ofUsingWhenAreReleasedAfterAnErrorOfTheBodyWhichIsToldOnce() {
            Mono<Integer> used = Mono.usingWhen(
                    Mono.just("connection"),
                    connection -> failing(),
                    connection -> async(() -> log.add("commit")),
                    (connection, error) -> async(() -> {
                        await(sleep(SECOND));
                        log.add("rollback after " + error.getMessage());
                    }),
                    connection -> async(() -> log.add("cancelled")));
            assertThatThrownBy(() -> virtually(used)).isInstanceOf(IOException.class);
            assertThat(log).containsExactly("rollback after failed");
            nothingElseWasTold();
        }

        @Test
        void ofAGeneratorAreReleasedWhenTheLoopIsLeft() {
            virtually(async(() -> {
                Flux<Integer> used = Flux.usingWhen(
                        Mono.just("connection"),
                        connection -> endlessNumbers("generator"),
                        connection -> async(() -> {
                            await(sleep(SECOND));
                            log.add(connection + " released");
                        }));
                try (AsyncIterator<Integer> values = each(used, 1)) {
                    log.add("got " + values.next());
                }
                await(sleep(SECOND.multipliedBy(3)));
            }));
            assertThat(log).hasSize(3).startsWith("got 1").contains("generator cleaned up", "connection released");
            nothingElseWasTold();
        }
    }

    @Nested
    class Leftovers {
        @Test
        void areDiscardedWhenTheBodySwallowsTheCancel() {
            List<Object> discarded = new ArrayList<>();
            Coroutine<Integer> stubborn = async(() -> {
                try {
                    await(sleep(DAY));
                } catch (CancelledError e) {
                    await(sleep(SECOND));
                }
                return 42;
            });
            Integer value =
                    virtually(stubborn.takeUntilOther(sleep(SECOND)).doOnDiscard(Integer.class, discarded::add));
            assertThat(value).isNull();
            assertThat(discarded).containsExactly(42);
            nothingElseWasTold();
        }

        @Test
        void thatFailAfterACancelAreDroppedInTheOpenOnce() {
            Flux<Integer> failsInCleanup = generate(emitter -> {
                try {
                    emitter.emit(1);
                } catch (CancelledError e) {
                    await(sleep(SECOND));
                    throw new IOException("cleanup failed");
                }
            });
            assertThat(virtually(failsInCleanup.next())).isEqualTo(1);
            assertThat(dropped).singleElement().isInstanceOf(IOException.class);
            assertThat(reported).isEmpty();
        }
    }
}
