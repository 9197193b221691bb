package io.github.corio;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.zip;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.function.Tuples;

class ZipTest {
    private final List<Object> log = new CopyOnWriteArrayList<>();

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private record Buffer(String name) {}

    private static Mono<Buffer> buffer(String name, int seconds) {
        return sleep(seconds(seconds), new Buffer(name));
    }

    private static <T> Mono<T> failsAfter(int seconds, Throwable error) {
        return sleep(seconds(seconds)).then(Mono.error(error));
    }

    /** Takes three seconds to clean up after a cancel. */
    private Coroutine<Buffer> slow(String name) {
        return async(() -> {
            try {
                await(sleep(seconds(100)));
                return new Buffer(name);
            } finally {
                log.add(name + " cleans up");
                await(sleep(seconds(3)));
                log.add(name + " has cleaned up");
            }
        });
    }

    private Virtual discarding(Coroutine<?> body) {
        Virtual virtual = new Virtual();
        Object unused = virtual.run(body.doOnDiscard(Buffer.class, buffer -> log.add("discards " + buffer.name()))
                .contextWrite(context -> context.put("reactor.onErrorDropped.local", (Consumer<Throwable>)
                        error -> log.add("drops " + error.getMessage()))));
        return virtual;
    }

    private static Duration now() {
        return EventLoop.current().time();
    }

    @Nested
    class Values {
        @Test
        void inArgumentOrderAfterTheSlowest() {
            Virtual.runVirtually(() -> {
                assertThat(await(zip(sleep(seconds(3), "c"), sleep(seconds(1), "a"), sleep(seconds(2), 2))))
                        .isEqualTo(Tuples.of("c", "a", 2));
                assertThat(now()).isEqualTo(seconds(3));
            });
        }

        @Test
        void inEveryArity() {
            Mono<Integer> one = Mono.just(1);
            Virtual.runVirtually(() -> {
                assertThat(await(zip(one, one))).containsExactly(1, 1);
                assertThat(await(zip(one, one, one))).containsExactly(1, 1, 1);
                assertThat(await(zip(one, one, one, one))).hasSize(4);
                assertThat(await(zip(one, one, one, one, one))).hasSize(5);
                assertThat(await(zip(one, one, one, one, one, one))).hasSize(6);
                assertThat(await(zip(one, one, one, one, one, one, one))).hasSize(7);
                assertThat(await(zip(one, one, one, one, one, one, one, one))).hasSize(8);
                assertThat(await(zip(Collections.nCopies(9, one)))).hasSize(9);
                assertThat(await(zip(List.of(one, Mono.just(2))))).containsExactly(1, 2);
                assertThat(await(zip(List.of(one)))).containsExactly(1);
            });
        }

        @Test
        void ofNothingIsEmpty() {
            assertThat(Mono.zip(List.<Mono<String>>of(), all -> "all").blockOptional())
                    .isEmpty();
            assertThat(zip(List.<Mono<String>>of()).blockOptional()).isEmpty();
        }

        @Test
        void ofDoneFuturesGivesUpNoTurn() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> a = new AsyncFuture<>();
                a.setResult("a");
                EventLoop.current().callSoon(() -> log.add("a turn was given up"));
                assertThat(await(zip(a, a))).containsExactly("a", "a");
                assertThat(log).isEmpty();
            });
        }

        @Test
        void ofManyIsLinear() {
            Virtual.runVirtually(() -> {
                assertThat(await(zip(Collections.nCopies(100_000, Mono.just(1)))))
                        .hasSize(100_000);
                assertThatThrownBy(() -> await(zip(Stream.concat(
                                        Collections.nCopies(100_000, Mono.<Integer>never()).stream(),
                                        Stream.of(Mono.<Integer>error(new IOException("boom"))))
                                .toList())))
                        .hasMessage("boom");
            });
        }

        @Test
        void aColdMonoThatRunsAfreshEachTime() {
            AtomicInteger count = new AtomicInteger();
            Mono<?> twice = zip(async(count::incrementAndGet), async(count::incrementAndGet));
            assertThat(count).hasValue(0);
            assertThat(twice.block()).isEqualTo(Tuples.of(1, 2));
            assertThat(twice.block()).isEqualTo(Tuples.of(3, 4));
        }

        @Test
        void refusesNullWithItsIndex() {
            assertThatThrownBy(() -> zip(Arrays.asList(Mono.just(1), null)))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("index 1");
        }
    }

    @Nested
    class TheFirstFailure {
        @Test
        void comesOutAsItIsWhenTheOthersHaveCleanedUp() {
            IOException error = new IOException("boom");
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(zip(slow("a"), failsAfter(1, error), slow("b"))))
                        .isSameAs(error);
                assertThat(now()).isEqualTo(seconds(4));
                assertThat(allTasks()).hasSize(1);
                assertThat(Objects.requireNonNull(currentTask()).cancelling()).isZero();
            });
            assertThat(log).containsExactly("a cleans up", "b cleans up", "a has cleaned up", "b has cleaned up");
        }

        @Test
        void keepsThoseThatHaveNotBegunFromBeginning() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> failed = new AsyncFuture<>();
                failed.setException(new IOException("boom"));
                assertThatThrownBy(() -> await(zip(failed, async(() -> {
                            log.add("begun");
                            return 1;
                        }))))
                        .hasMessage("boom");
                assertThat(log).isEmpty();
            });
        }

        @Test
        void isTheFirstInTimeAndLaterOnesAreDropped() {
            try (Virtual virtual = discarding(async(() -> {
                assertThatThrownBy(() -> await(zip(
                                async(() -> {
                                    try {
                                        return await(sleep(seconds(100), 1));
                                    } finally {
                                        throwing("in cleanup");
                                    }
                                }),
                                failsAfter(1, new IOException("first")))))
                        .hasMessage("first")
                        .satisfies(first -> assertThat(first.getSuppressed()).hasOnlyElementsOfType(AwaitedHere.class));
            }))) {
                assertThat(virtual.reported()).isEmpty();
            }
            assertThat(log).containsExactly("drops in cleanup");
        }

        private static void throwing(String message) throws IOException {
            throw new IOException(message);
        }

        @Test
        void ofOneThatEndsCancelledByItselfIsThat() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> future = new AsyncFuture<>();
                EventLoop.current()
                        .callLater(
                                seconds(1),
                                () -> assertThat(future.cancel("by another")).isTrue());
                assertThatThrownBy(() -> await(zip(slow("a"), future)))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("by another");
                assertThat(log).containsExactly("a cleans up", "a has cleaned up");
                assertThat(Objects.requireNonNull(currentTask()).cancelling()).isZero();
                turn();
            });
        }

        @Test
        void cancelsAGivenFutureToo() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> future = new AsyncFuture<>();
                assertThatThrownBy(() -> await(zip(future, failsAfter(1, new IOException("boom")))))
                        .hasMessage("boom");
                assertThat(future.isCancelled()).isTrue();
            });
        }

        @Test
        void cancelsTheOthersThoughOneOfThemThrowsAtItsCancel() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> hostile = new AsyncFuture<>() {
                    @Override
                    public boolean cancel(String message) {
                        super.cancel(message);
                        throw new IllegalStateException("hostile");
                    }
                };
                assertThatThrownBy(() -> await(zip(hostile, slow("a"), failsAfter(1, new IOException("boom")))))
                        .hasMessage("boom");
                assertThat(log).containsExactly("a cleans up", "a has cleaned up");
            });
        }

        @Test
        void cancelsEachOnce() {
            Virtual.runVirtually(() -> {
                Task<Buffer> a = createTask(slow("a"));
                assertThatThrownBy(() -> await(zip(
                                a,
                                failsAfter(1, new IOException("boom")),
                                failsAfter(1, new IOException("too")),
                                sleep(seconds(2)))))
                        .hasMessage("boom");
                assertThat(a.cancelling()).isEqualTo(1);
            });
            assertThat(log).containsExactly("a cleans up", "a has cleaned up");
        }
    }

    @Nested
    class AnEmptyOne {
        @Test
        void makesTheWholeEmptyWhenTheOthersHaveCleanedUp() {
            Virtual.runVirtually(() -> {
                assertThat(await(zip(slow("a"), sleep(seconds(1)), slow("b")))).isNull();
                assertThat(now()).isEqualTo(seconds(4));
                assertThat(allTasks()).hasSize(1);
            });
            assertThat(log).containsExactly("a cleans up", "b cleans up", "a has cleaned up", "b has cleaned up");
        }

        @Test
        void dropsTheErrorOfACleanup() {
            try (Virtual virtual = discarding(async(() -> {
                Mono<Integer> fails = Mono.<Integer>never().doOnCancel(() -> {
                    throw new IllegalStateException("at the cancel");
                });
                assertThat(await(zip(fails, Mono.empty()))).isNull();
            }))) {
                assertThat(virtual.reported()).isEmpty();
            }
            assertThat(log).containsExactly("drops at the cancel");
        }

        @Test
        void completesASubscriberWithoutAValue() {
            StepVerifier.create(zip(Mono.just(1), Mono.empty(), Mono.never())).verifyComplete();
        }
    }

    @Nested
    class ACancel {
        @Test
        void reachesAllAndTheirEndIsAwaited() {
            Virtual.runVirtually(() -> {
                Task<?> task = createTask(async(() -> await(zip(slow("a"), slow("b")))));
                turn();
                turn();
                assertThat(task.cancel("enough")).isTrue();
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("enough");
                assertThat(now()).isEqualTo(seconds(3));
            });
            assertThat(log).containsExactly("a cleans up", "b cleans up", "a has cleaned up", "b has cleaned up");
        }

        @Test
        void byATimeLimitIsATimeout() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(waitFor(zip(slow("a"), slow("b")), seconds(1))))
                        .isInstanceOf(TimeoutException.class);
                assertThat(now()).isEqualTo(seconds(4));
                assertThat(Objects.requireNonNull(currentTask()).cancelling()).isZero();
            });
        }

        @Test
        void thatAllHaveSwallowedIsNotSwallowed() {
            Coroutine<Buffer> deaf = async(() -> {
                try {
                    await(sleep(seconds(100)));
                } catch (CancelledError e) {
                    log.add("swallowed");
                }
                return new Buffer("late");
            });
            try (Virtual virtual = discarding(async(() -> {
                Task<?> task = createTask(zip(buffer("early", 0), deaf));
                await(sleep(seconds(1)));
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                turn();
            }))) {
                assertThat(virtual.reported()).isEmpty();
            }
            assertThat(log).containsExactly("discards early", "swallowed", "discards late");
        }

        @Test
        void duringTheCleanupAfterAFailureIsThrownAtTheNextAwait() {
            IOException error = new IOException("boom");
            Virtual.runVirtually(() -> {
                Task<?> task = createTask(async(() -> {
                    assertThatThrownBy(() -> await(zip(slow("a"), failsAfter(1, error))))
                            .isSameAs(error);
                    log.add("caught");
                    await(sleep(seconds(1)));
                    log.add("went on");
                }));
                await(sleep(seconds(2)));
                task.cancel("enough");
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("enough");
            });
            assertThat(log).containsExactly("a cleans up", "caught");
        }

        @Test
        void duringTheCleanupAfterAnEmptyOneComesOut() {
            Virtual.runVirtually(() -> {
                Task<?> task = createTask(async(() -> await(zip(slow("a"), Mono.empty()))));
                await(sleep(seconds(2)));
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            });
        }

        @Test
        void ofALimitDuringTheCleanupAfterAFailureLeavesTheError() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(timeout(seconds(2), limit -> {
                            Object unused = await(zip(slow("a"), failsAfter(1, new IOException("boom"))));
                        })))
                        .hasMessage("boom");
                assertThat(Objects.requireNonNull(currentTask()).cancelling()).isZero();
                turn(); // nothing is left of it
            });
        }

        @Test
        void ofTheSubscriptionReachesAllAndTheEndOfTheLoopLeavesTheirCleanup() {
            run(() -> {
                Task<?> left =
                        createTask(async(() -> await(zip(tick("a"), tick("b")).map(Object::toString))));
                await(sleep(Duration.ofMillis(5)));
                left.cancel();
                await(sleep(Duration.ZERO));
                return null;
            });
            assertThat(log).containsExactlyInAnyOrder("a has cleaned up", "b has cleaned up");
        }

        private Coroutine<String> tick(String name) {
            return async(() -> {
                try {
                    return await(sleep(seconds(100), name));
                } finally {
                    await(sleep(Duration.ofMillis(20)));
                    log.add(name + " has cleaned up");
                }
            });
        }

        @RepeatedTest(50)
        void fromAnotherThreadReachesOneThatRuns() throws Exception {
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch cancelled = new CountDownLatch(1);
            CountDownLatch over = new CountDownLatch(2);
            Disposable subscription = zip(
                            async(() -> {
                                try {
                                    running.countDown();
                                    assertThat(cancelled.await(60, TimeUnit.SECONDS))
                                            .isTrue();
                                    Object unused = await(Mono.just(1));
                                    log.add("went on");
                                    return 1;
                                } finally {
                                    over.countDown();
                                }
                            }),
                            async(() -> {
                                log.add("begun");
                                return 2;
                            }))
                    .doFinally(signal -> over.countDown())
                    .subscribeOn(Schedulers.boundedElastic())
                    .subscribe();
            assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
            subscription.dispose();
            cancelled.countDown();
            assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(log).isEmpty();
        }
    }

    @Nested
    class ValuesOfNobody {
        @Test
        void areDiscardedAtTheFailureAndNotAtTheEndOfTheCleanup() {
            try (Virtual virtual = discarding(async(() -> {
                assertThatThrownBy(() -> await(zip(slow("b"), buffer("a", 0), failsAfter(1, new IOException("boom")))))
                        .hasMessage("boom");
            }))) {
                assertThat(virtual.reported()).isEmpty();
            }
            assertThat(log).containsExactly("discards a", "b cleans up", "b has cleaned up");
        }

        @Test
        void areDiscardedWhenOneIsEmptyAndWhenTheyComeLate() {
            Coroutine<Buffer> deaf = async(() -> {
                try {
                    return await(sleep(seconds(100), new Buffer("never")));
                } catch (CancelledError e) {
                    return new Buffer("late");
                }
            });
            try (Virtual virtual = discarding(async(() -> {
                assertThat(await(zip(deaf, buffer("a", 0), sleep(seconds(1))))).isNull();
            }))) {
                assertThat(virtual.reported()).isEmpty();
            }
            assertThat(log).containsExactlyInAnyOrder("discards a", "discards late");
        }

        @Test
        void areDiscardedWhenTheCancelComesInTheTurnOfTheEnd() {
            try (Virtual virtual = discarding(async(() -> {
                AsyncFuture<Buffer> last = new AsyncFuture<>();
                Task<?> inPlace = createTask(async(() -> await(zip(buffer("a", 0), last.hide()))));
                Task<?> bare = createTask(zip(buffer("b", 0), last.hide()));
                Task<?> operator = createTask(async(
                        () -> await(zip(buffer("c", 0), last.hide()).filter(x -> true))));
                await(sleep(seconds(1)));
                last.setResult(new Buffer("last"));
                turn();
                turn();
                turn();
                inPlace.cancel();
                bare.cancel();
                operator.cancel();
                await(sleep(seconds(1)));
                for (Task<?> task : List.of(inPlace, bare, operator)) {
                    log.add(task.isCancelled() ? "cancelled" : "done");
                }
            }))) {
                assertThat(virtual.reported()).isEmpty();
            }
            log.removeIf("discards last"::equals);
            assertThat(log.stream().filter("cancelled"::equals).count())
                    .isEqualTo(log.stream()
                            .filter(each -> each.toString().startsWith("discards"))
                            .count());
        }

        @Test
        void areDiscardedInWhateverTurnTheCancelComes() {
            for (int turns = 0; turns < 12; turns++) {
                for (int form = 0; form < 3; form++) {
                    List<String> discarded = new ArrayList<>();
                    int wait = turns;
                    int which = form;
                    try (Virtual virtual = new Virtual()) {
                        boolean cancelled = Boolean.TRUE.equals(virtual.run(async(() -> {
                                    Mono<?> zipped = zip(async(() -> new Buffer("a")), async(() -> {
                                        turn();
                                        return new Buffer("b");
                                    }));
                                    Task<?> task = createTask(
                                            which == 0
                                                    ? zipped
                                                    : which == 1
                                                            ? async(() -> await(zipped))
                                                            : async(() -> await(zipped.filter(x -> true))));
                                    for (int i = 0; i < wait; i++) {
                                        turn();
                                    }
                                    boolean asked = task.cancel();
                                    await(sleep(seconds(1)));
                                    return asked && task.isCancelled();
                                })
                                .doOnDiscard(Buffer.class, buffer -> discarded.add(buffer.name()))));
                        Collections.sort(discarded);
                        assertThat(discarded)
                                .as("form %s after %s turns, cancelled: %s", form, turns, cancelled)
                                .isIn(
                                        cancelled
                                                ? List.of(List.of(), List.of("a"), List.of("a", "b"))
                                                : List.of(List.of()));
                        if (cancelled && wait >= 5 && form < 2) { // behind an operator they are one tuple
                            assertThat(discarded)
                                    .as("form %s after %s turns", form, turns)
                                    .containsExactly("a", "b");
                        }
                    }
                }
            }
        }

        @Test
        void ofAGivenFutureAreLeftAlone() {
            try (Virtual virtual = discarding(async(() -> {
                AsyncFuture<Buffer> shared = new AsyncFuture<>();
                shared.setResult(new Buffer("shared"));
                assertThatThrownBy(() -> await(zip(shared, failsAfter(1, new IOException("boom")))))
                        .hasMessage("boom");
                assertThat(await(zip(shared, Mono.empty()))).isNull();
            }))) {
                assertThat(virtual.reported()).isEmpty();
            }
            assertThat(log).isEmpty();
        }
    }

    @Nested
    class Misuse {
        @Test
        void aWaitForTheWaitingTaskItselfIsRefusedWithItsName() {
            Virtual.runVirtually(() -> {
                Task<?> self = Objects.requireNonNull(currentTask());
                self.setName("waits for itself");
                List<Mono<?>> all = List.of(self, slow("a"));
                for (Mono<?> form : List.of(
                        zip(all),
                        zip(all).map(x -> x),
                        zip(all).timeout(seconds(1)),
                        waitFor(zip(all), seconds(1)),
                        zip(self, self))) {
                    assertThatThrownBy(() -> await(form))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("zip")
                            .hasMessageContaining("waits for itself");
                }
                turn();
                assertThat(allTasks()).hasSize(1);
            });
            assertThat(log).isEmpty();
        }

        @Test
        void aFutureOfAnotherLoopIsRefusedAndNothingBegins() {
            EventLoop other = EventLoop.create();
            AsyncFuture<Integer> foreign = new AsyncFuture<>(other);
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(zip(slow("a"), foreign))).isInstanceOf(IllegalStateException.class);
                turn();
                assertThat(allTasks()).hasSize(1);
            });
            assertThat(log).isEmpty();
            other.dispose();
        }

        @Test
        void aLoopThatIsClosedUnderItTellsTheSubscriber() {
            Virtual virtual = new Virtual();
            StepVerifier.create(zip(Mono.just(1), Mono.never()).contextWrite(virtual.context()))
                    .then(() -> virtual.advance(seconds(1)))
                    .then(virtual::close)
                    .expectError(CancelledError.class)
                    .verify(seconds(60));
        }
    }
}
