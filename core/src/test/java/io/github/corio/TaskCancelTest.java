package io.github.corio;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

class TaskCancelTest {
    private static final Duration LONG = Duration.ofSeconds(100);

    private final List<Object> log = new ArrayList<>();

    private static Task<?> self() {
        return Objects.requireNonNull(currentTask());
    }

    @Nested
    class WhatItReaches {
        @Test
        @DisplayName("CANCEL-01 a sleeping task ends cancelled, and a further cancel is refused")
        void aSleeperEndsCancelled() {
            Virtual.runVirtually(() -> {
                Duration start = EventLoop.current().time();
                Task<String> task = createTask(async(() -> {
                    await(sleep(LONG));
                    return "slept";
                }));
                turn();

                assertThat(task.cancel()).isTrue();
                assertThat(task.isDone()).isFalse();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);

                assertThat(task.isCancelled()).isTrue();
                assertThat(task.cancel()).isFalse();
                assertThat(EventLoop.current().time()).isEqualTo(start);
            });
        }

        @Test
        @DisplayName("CANCEL-02 cancelled before its first step: the body never runs and the message is kept")
        void neverStartsWhenCancelledBefore() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    log.add("ran");
                }));
                task.cancel("my message");

                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("my message");
                assertThat(task.isCancelled()).isTrue();
                assertThat(log).isEmpty();
            });
        }

        @Test
        @DisplayName("CANCEL-02 the same for a task that is no coroutine: the Mono is never subscribed to")
        void neverSubscribesWhenCancelledBefore() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(Mono.defer(() -> {
                    log.add("subscribed");
                    return Mono.just("x");
                }));
                task.cancel("my message");

                assertThatThrownBy(() -> await(task)).hasMessage("my message");
                assertThat(task.isCancelled()).isTrue();
                assertThat(log).isEmpty();
            });
        }

        @Test
        @DisplayName("CANCEL-05 its future and itself cancelled in one turn: one clean cancellation of both")
        void futureAndTaskInOneTurn() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> task = createTask(async(() -> {
                    try {
                        return await(future);
                    } catch (CancelledError e) {
                        log.add("cancelled");
                        throw e;
                    }
                }));
                turn();

                assertThat(future.cancel()).isTrue();
                assertThat(task.cancel()).isTrue();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);

                assertThat(future.isCancelled()).isTrue();
                assertThat(task.isCancelled()).isTrue();
                assertThat(log).containsExactly("cancelled");
            });
        }

        @Test
        @DisplayName("CANCEL-12 what a task waits for is cancelled with it, at once")
        void theFutureItWaitsFor() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> task = createTask(async(() -> await(future)));
                turn();

                task.cancel("why");

                assertThat(future.isCancelled()).isTrue();
                assertThat(task.isDone()).isFalse();
                turn();
                assertThat(task.isCancelled()).isTrue();
                assertThatThrownBy(task::result).hasMessage("why");
            });
        }

        @Test
        @DisplayName("CANCEL-13 it travels outward through awaited coroutines, and each may catch it")
        void travelsOutward() {
            Virtual.runVirtually(() -> {
                Coroutine<String> innermost = async(() -> {
                    try {
                        await(sleep(LONG));
                        return "slept";
                    } catch (CancelledError e) {
                        log.add("innermost");
                        throw e;
                    }
                });
                Coroutine<String> middle = async(() -> {
                    try {
                        return await(innermost);
                    } finally {
                        log.add("middle");
                    }
                });
                Task<String> task = createTask(async(() -> {
                    try {
                        return await(middle);
                    } catch (CancelledError e) {
                        log.add("outermost");
                        return "caught";
                    }
                }));
                turn();
                task.cancel();

                assertThat(await(task)).isEqualTo("caught");
                assertThat(log).containsExactly("innermost", "middle", "outermost");
            });
        }

        @Test
        @DisplayName("CANCEL-11 whoever awaits a sleeper that is cancelled may catch that and go on at once")
        void theOneWhoAwaitsMayCatchIt() {
            Virtual.runVirtually(() -> {
                EventLoop loop = EventLoop.current();
                Duration start = loop.time();
                Task<Void> sleeper = createTask(sleep(LONG));
                loop.callLater(Duration.ofMillis(100), sleeper::cancel);

                Task<Duration> outer = createTask(async(() -> {
                    try {
                        await(sleeper);
                    } catch (CancelledError e) {
                        return loop.time().minus(start);
                    }
                    return Duration.ZERO;
                }));

                assertThat(await(outer)).isEqualTo(Duration.ofMillis(100));
                assertThat(outer.cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("CANCEL-12 a Mono it waits for: its subscription is cancelled")
        void theSubscriptionOfAMono() {
            Virtual.runVirtually(() -> {
                Mono<String> never = Mono.<String>never().doOnCancel(() -> log.add("unsubscribed"));
                Task<String> task = createTask(async(() -> await(never)));
                turn();
                task.cancel("why");
                assertThat(log).containsExactly("unsubscribed");
                turn();
                assertThatThrownBy(task::result)
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("why");
            });
        }

        @Test
        @DisplayName("a future that somebody else cancels: the task that awaits it ends cancelled, unasked")
        void theFutureOnly() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> task = createTask(async(() -> await(future)));
                turn();
                future.cancel("why");
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("why");
                assertThat(task.isCancelled()).isTrue();
                assertThat(task.cancelling()).isZero();
            });
        }

        @Test
        @DisplayName(
                "one that gives up a turn after the other: cancelled between two of them, it does not see the second")
        void betweenTurns() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    log.add("first");
                    turn();
                    log.add("second");
                    turn();
                }));
                turn();
                assertThat(task.cancel()).isTrue();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(task.isCancelled()).isTrue();
                assertThat(task.cancel()).isFalse();
                assertThat(log).containsExactly("first");
            });
        }
    }

    @Nested
    class Caught {
        @Test
        @DisplayName("CANCEL-06 caught: the future is cancelled at once, the task has its value and is not cancelled")
        void catching() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> first = new AsyncFuture<>();
                AsyncFuture<String> second = new AsyncFuture<>();
                Task<Integer> task = createTask(async(() -> {
                    await(first);
                    try {
                        await(second);
                    } catch (CancelledError e) {
                        return 42;
                    }
                    return 0;
                }));
                turn();
                first.setResult("one");
                turn();

                assertThat(task.cancel()).isTrue();
                assertThat(second.isCancelled()).isTrue();
                assertThat(await(task)).isEqualTo(42);
                assertThat(task.isCancelled()).isFalse();
            });
        }

        @Test
        @DisplayName("CANCEL-07 swallowed: the next await is not cancelled")
        void ignoring() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> first = new AsyncFuture<>();
                AsyncFuture<String> later = new AsyncFuture<>();
                Task<String> task = createTask(async(() -> {
                    try {
                        await(first);
                    } catch (CancelledError e) {
                        log.add("swallowed");
                    }
                    return await(later);
                }));
                turn();
                task.cancel();
                turn();

                assertThat(log).containsExactly("swallowed");
                assertThat(later.isDone()).isFalse();
                later.setResult("value");
                assertThat(await(task)).isEqualTo("value");
                assertThat(task.isCancelled()).isFalse();
                assertThat(task.cancelling()).isEqualTo(1);
            });
        }

        @Test
        @DisplayName("CANCEL-16 turned into another error, it stays in the chain with its message")
        void converted() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(async(() -> {
                    try {
                        await(sleep(LONG));
                        return "slept";
                    } catch (CancelledError e) {
                        throw new IllegalArgumentException("converted", e);
                    }
                }));
                turn();
                task.cancel("the reason");

                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(IllegalArgumentException.class)
                        .cause()
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("the reason");
                assertThat(task.isCancelled()).isFalse();
            });
        }

        @Test
        @DisplayName("CANCEL-15 the message is in what result, exception and await throw")
        void theMessageInException() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(sleep(LONG));
                turn();
                task.cancel("my message");
                turn();

                assertThatThrownBy(task::exception)
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("my message");
                assertThatThrownBy(task::result).hasMessage("my message");
                assertThatThrownBy(() -> await(task)).hasMessage("my message");
            });
        }

        @Test
        @DisplayName("CANCEL-15 a message of none is none")
        void noMessage() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(sleep(LONG));
                turn();
                task.cancel();
                assertThatThrownBy(() -> await(task)).hasMessage(null);
            });
        }

        @Test
        @DisplayName("CANCEL-07 awaiting in finally goes on to its end")
        void cleanupMayAwait() {
            Virtual.runVirtually(() -> {
                Duration start = EventLoop.current().time();
                Task<Void> task = createTask(async(() -> {
                    try {
                        await(sleep(LONG));
                    } finally {
                        await(sleep(Duration.ofSeconds(1)));
                        log.add("cleaned up");
                    }
                }));
                turn();
                task.cancel();

                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(log).containsExactly("cleaned up");
                assertThat(EventLoop.current().time().minus(start)).isEqualTo(Duration.ofSeconds(1));
            });
        }
    }

    @Nested
    class OfTheRunningTask {
        @Test
        @DisplayName("CANCEL-08 a task that cancels itself: its next await is cancelled at once")
        void itsNextAwait() {
            Virtual.runVirtually(() -> {
                Duration start = EventLoop.current().time();
                Task<String> task = createTask(async(() -> {
                    assertThat(self().cancel("by myself")).isTrue();
                    log.add("goes on to the await");
                    await(sleep(LONG));
                    return "slept";
                }));

                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("by myself");
                assertThat(task.isCancelled()).isTrue();
                assertThat(log).containsExactly("goes on to the await");
                assertThat(EventLoop.current().time()).isEqualTo(start);
            });
        }

        @Test
        @DisplayName("CANCEL-08 an await of something done does not deliver it; the end of the body does")
        void noAwaitLeft() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> there = new AsyncFuture<>();
                there.setResult("there");
                Task<String> task = createTask(async(() -> {
                    self().cancel("too late for an await");
                    log.add(await(there));
                    log.add(await(Mono.just("just")));
                    return "value";
                }));

                assertThatThrownBy(() -> await(task)).hasMessage("too late for an await");
                assertThat(task.isCancelled()).isTrue();
                assertThat(log).containsExactly("there", "just");
            });
        }

        @Test
        @DisplayName(
                "CANCEL-10 a task that cancels itself and awaits another: that one is cancelled, and what it awaits")
        void theTaskItAwaitsNext() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> nested = createTask(async(() -> await(future)));
                Task<String> task = createTask(async(() -> {
                    turn();
                    self().cancel();
                    return await(nested);
                }));

                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(task.isCancelled()).isTrue();
                assertThat(nested.isCancelled()).isTrue();
                assertThat(future.isCancelled()).isTrue();
            });
        }

        @Test
        @DisplayName("CANCEL-08 an error of the body wins over a cancel that was not delivered")
        void anErrorWins() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(async(() -> {
                    self().cancel();
                    throw new IllegalArgumentException("the body's");
                }));
                assertThatThrownBy(() -> await(task)).hasMessage("the body's");
                assertThat(task.isCancelled()).isFalse();
            });
        }

        @Test
        @DisplayName("CANCEL-08 sleep(0) delivers it too")
        void giveUpATurn() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(async(() -> {
                    self().cancel();
                    turn();
                    return "went on";
                }));
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            });
        }
    }

    @Nested
    class Races {
        @Test
        @DisplayName(
                "CANCEL-19 its future is done but it has not resumed: cancelled all the same, the future stays done")
        void doneButNotResumed() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> task = createTask(async(() -> await(future)));
                turn();

                future.setResult("value");
                assertThat(task.cancel("late")).isTrue();
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("late");

                assertThat(future.isCancelled()).isFalse();
                assertThat(future.result()).isEqualTo("value");
                assertThat(task.isCancelled()).isTrue();
            });
        }

        @Test
        @DisplayName("CANCEL-19 the same for a Mono: a value that nobody takes any more is discarded")
        void doneButNotResumedMono() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> task = createTask(
                        async(() -> await(future.hide())),
                        null,
                        AsyncContext.of(Operators.enableOnDiscard(Context.empty(), log::add)),
                        false);
                turn();
                EventLoop.current().callSoon(() -> {
                    future.setResult("value");
                    EventLoop.current().callSoon(() -> log.add("cancel: " + task.cancel("late")));
                });
                assertThatThrownBy(() -> await(task)).hasMessage("late");
                assertThat(future.result()).isEqualTo("value");
                assertThat(log).containsExactly("cancel: true", "value");
            });
        }

        @Test
        @DisplayName("CANCEL-20 two cancels before it runs: one CancelledError, two requests")
        void twoCancelsAreOneError() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                AtomicInteger seen = new AtomicInteger();
                Task<String> task = createTask(async(() -> {
                    try {
                        await(future);
                    } catch (CancelledError e) {
                        seen.incrementAndGet();
                        log.add(e.getMessage());
                    }
                    turn();
                    turn();
                    return "went on";
                }));
                turn();

                assertThat(task.cancel("first")).isTrue();
                assertThat(task.cancel("second")).isTrue();
                assertThat(await(task)).isEqualTo("went on");

                assertThat(seen).hasValue(1);
                assertThat(log).containsExactly("first");
                assertThat(task.cancelling()).isEqualTo(2);
            });
        }

        @Test
        @DisplayName("CANCEL-20 the same while it waits for a Mono")
        void twoCancelsAreOneErrorForAMono() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(async(() -> {
                    try {
                        await(Mono.never());
                    } catch (CancelledError e) {
                        log.add(e.getMessage());
                    }
                    turn();
                    return "went on";
                }));
                turn();
                task.cancel("first");
                task.cancel("second");
                assertThat(await(task)).isEqualTo("went on");
                assertThat(log).containsExactly("first");
            });
        }

        @Test
        @DisplayName("CANCEL-01 from a foreign thread the request is queued, and reaches what it waits for")
        void fromAForeignThread() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(sleep(LONG));
                turn();
                AtomicReference<Boolean> accepted = new AtomicReference<>();
                Thread foreign = new Thread(() -> accepted.set(task.cancel("from afar")));
                foreign.start();
                foreign.join();

                assertThat(accepted).hasValue(true);
                assertThatThrownBy(() -> await(task)).hasMessage("from afar");
            });
        }

        @Test
        void neverThrowsAtTheMomentInWhichTheLoopOfASubscriptionEnds() {
            for (int i = 0; i < 20_000; i++) {
                Disposable subscription = async(() -> 1).subscribe();
                for (int spin = 0; spin < i % 400; spin++) {
                    Thread.onSpinWait();
                }
                assertThatCode(subscription::dispose).doesNotThrowAnyException();
            }
        }

        @Test
        @DisplayName("CANCEL-20 the message is that of the first cancel if it has reached something, else of the last")
        void theMessageOfTwoCancels() {
            Virtual.runVirtually(() -> {
                Task<Void> waits = createTask(sleep(LONG));
                turn();
                assertThat(messageOfTwoCancels(waits)).isEqualTo("first");
                assertThat(messageOfTwoCancels(createTask(sleep(LONG)))).isEqualTo("second");
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> runnable = createTask(async(() -> await(future)));
                turn();
                future.setResult("value");
                assertThat(messageOfTwoCancels(runnable)).isEqualTo("second");
            });
        }

        private String messageOfTwoCancels(Task<?> task) {
            task.cancel("first");
            task.cancel("second");
            try {
                await(task);
                return "no cancel";
            } catch (CancelledError e) {
                return e.getMessage();
            }
        }
    }

    @Nested
    class Uncancel {
        @Test
        @DisplayName("UNCANCEL-01 cancelling() is 0 at first and counts; cancel is accepted again while it is not done")
        void counts() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(sleep(LONG));
                turn();
                assertThat(task.cancelling()).isZero();
                assertThat(task.cancel()).isTrue();
                assertThat(task.cancelling()).isEqualTo(1);
                assertThat(task.toString()).contains("cancelling");
                assertThat(task.cancel()).isTrue();
                assertThat(task.cancelling()).isEqualTo(2);

                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(task.cancelling()).isEqualTo(2);
                assertThat(task.cancel()).isFalse();
                assertThat(task.cancelling()).isEqualTo(2);
            });
        }

        @Test
        @DisplayName("UNCANCEL-04 cancelled and uncancelled while it is runnable: the cancel is forgotten")
        void forgetsWhatWasNotDelivered() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> task = createTask(async(() -> await(future)));
                turn();
                future.setResult("value");

                task.cancel();
                assertThat(task.uncancel()).isZero();

                assertThat(await(task)).isEqualTo("value");
                assertThat(task.isCancelled()).isFalse();
                assertThat(task.cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("UNCANCEL-04 with a request left, the cancel is delivered")
        void oneOfTwoIsDelivered() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> task = createTask(async(() -> await(future)));
                turn();
                future.setResult("value");
                task.cancel();
                task.cancel();
                assertThat(task.uncancel()).isEqualTo(1);
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            });
        }

        @Test
        @DisplayName("UNCANCEL-05 at 0 it stays 0")
        void neverNegative() {
            Virtual.runVirtually(() -> {
                assertThat(self().uncancel()).isZero();
                assertThat(self().uncancel()).isZero();
                assertThat(self().cancelling()).isZero();
                self().cancel();
                assertThat(self().uncancel()).isZero();
                turn();
                assertThat(allTasks()).hasSize(1);
            });
        }

        @Test
        @DisplayName(
                "after a cancel that was caught, the next one is the first again; after the end it changes nothing")
        void caughtAndTakenBack() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    try {
                        await(sleep(LONG));
                    } catch (CancelledError e) {
                        self().uncancel();
                    }
                    await(sleep(LONG));
                }));
                turn();
                task.cancel();
                turn();
                assertThat(task.cancelling()).isZero();
                assertThat(task.toString()).doesNotContain("cancelling");
                assertThat(task.cancel()).isTrue();
                assertThat(task.cancelling()).isEqualTo(1);
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(task.uncancel()).isZero();
                assertThat(task.isCancelled()).isTrue();
            });
        }
    }

    @Nested
    class InACircle {
        private final List<Task<Void>> tasks = new ArrayList<>();

        private Task<Void> awaiting(int other) {
            return createTask(async(() -> {
                await(sleep(Duration.ZERO));
                await(tasks.get(other));
            }));
        }

        @Test
        @DisplayName("a cancel of tasks that wait for each other: CancelCycleException, and they stay as they are")
        void fromOutside() {
            try (Virtual virtual = new Virtual()) {
                virtual.run(async(() -> {
                    tasks.add(awaiting(1));
                    tasks.add(awaiting(0));
                    await(sleep(Duration.ofSeconds(1)));
                    assertThatThrownBy(() -> tasks.get(0).cancel()).isInstanceOf(CancelCycleException.class);
                    await(sleep(Duration.ofSeconds(1)));
                }));
                assertThat(tasks).noneMatch(Task::isDone);
            }
        }

        @Test
        @DisplayName("left behind, they do not keep a run from ending; their bodies are unwound")
        void leftBehind() throws InterruptedException {
            List<String> reported = new ArrayList<>();
            CountDownLatch unwound = new CountDownLatch(2);
            run(async(() -> {
                EventLoop.current().setExceptionHandler((loop, context) -> reported.add(context.message()));
                for (int i = 0; i < 2; i++) {
                    int other = 1 - i;
                    tasks.add(createTask(async(() -> {
                        await(sleep(Duration.ZERO));
                        try {
                            await(tasks.get(other));
                        } finally {
                            unwound.countDown();
                        }
                    })));
                }
                await(sleep(Duration.ofMillis(1)));
            }));
            assertThat(reported)
                    .startsWith(
                            "A task that waits for itself was left behind",
                            "A task that waits for itself was left behind");
            assertThat(unwound.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        @DisplayName("a task that has cancelled itself and then waits for itself: the exception handler is told")
        void byItself() {
            try (Virtual virtual = new Virtual()) {
                virtual.run(async(() -> {
                    tasks.add(awaiting(1));
                    tasks.add(createTask(async(() -> {
                        await(sleep(Duration.ofSeconds(1)));
                        tasks.get(1).cancel();
                        await(tasks.get(0));
                    })));
                    await(sleep(Duration.ofSeconds(2)));
                }));
                assertThat(virtual.reported())
                        .singleElement()
                        .satisfies(context -> assertThat(context.exception()).isInstanceOf(CancelCycleException.class));
                assertThat(tasks).noneMatch(Task::isDone);
            }
        }
    }
}
