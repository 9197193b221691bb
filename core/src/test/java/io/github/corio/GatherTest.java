package io.github.corio;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuples;

class GatherTest {
    private final List<Object> log = new ArrayList<>();

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Nested
    class Values {
        @Test
        @DisplayName("GATHER-01 values come in argument order, only after the last child, and the callback fires once")
        void inArgumentOrder() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> a = new AsyncFuture<>();
                AsyncFuture<String> b = new AsyncFuture<>();
                AsyncFuture<String> c = new AsyncFuture<>();
                Task<List<String>> outer = createTask(gather(List.of(a, b, c)));
                outer.addDoneCallback(done -> log.add("done"));
                turn();

                b.setResult("b");
                turn();
                a.setResult("a");
                turn();
                turn();
                assertThat(outer.isDone()).isFalse();
                c.setResult("c");
                assertThat(await(outer)).containsExactly("a", "b", "c");
                turn();
                assertThat(log).containsExactly("done");
            });
        }

        @Test
        @DisplayName("GATHER-01 all run at once: the total is the slowest, not the sum")
        void concurrently() {
            Virtual.runVirtually(() -> {
                Duration start = EventLoop.current().time();
                assertThat(await(gather(sleep(seconds(3), "c"), sleep(seconds(1), "a"), sleep(seconds(2), "b"))))
                        .containsExactly("c", "a", "b");
                assertThat(EventLoop.current().time().minus(start)).isEqualTo(seconds(3));
            });
        }

        @Test
        @DisplayName("GATHER-01 children start in argument order, each as a task of the loop")
        void startInOrder() {
            Virtual.runVirtually(() -> {
                List<Coroutine<Void>> all = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    int number = i;
                    all.add(async(() -> {
                                log.add(number);
                            })
                            .named("child " + number));
                }
                all.add(async(() -> {
                    log.add(allTasks().size());
                }));
                await(gather(all));
                assertThat(log).containsExactly(0, 1, 2, 3, 4, 2);
            });
        }

        @Test
        @DisplayName("GATHER-04 of nothing gives an empty list, without suspending")
        void ofNothing() {
            Virtual.runVirtually(() -> {
                EventLoop.current().callSoon(() -> log.add("a turn was given up"));
                assertThat(await(gather(List.<Mono<String>>of()))).isEmpty();
                assertThat(await(gather(List.of()))).isEmpty();
                assertThat(await(gatherOutcomes(List.<Mono<String>>of()))).isEmpty();
                assertThat(log).isEmpty();
            });
        }

        @Test
        @DisplayName("GATHER-04 of nothing, subscribed to outside of a loop")
        void ofNothingOutside() {
            assertThat(gather(List.<Mono<String>>of()).block()).isEmpty();
        }

        @Test
        @DisplayName("GATHER-01 a tuple of Monos that are all empty is empty")
        void tupleOfNothing() {
            Virtual.runVirtually(() -> {
                Mono<Void> first = sleep(seconds(2));
                Mono<Void> second = sleep(seconds(1));
                assertThat(await(gather(first, second))).isNull();
                assertThat(EventLoop.current().time()).isEqualTo(seconds(2));
                assertThat(await(gather(first, second, first))).isNull();
            });
            assertThat(gather(Mono.<Void>empty(), Mono.<Void>empty()).blockOptional())
                    .isEmpty();
        }

        @Test
        @DisplayName("GATHER-16 of futures that are all done: done at once, no turn is given up")
        void ofDoneFutures() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> a = new AsyncFuture<>();
                AsyncFuture<String> b = new AsyncFuture<>();
                a.setResult("a");
                b.setResult("b");
                EventLoop.current().callSoon(() -> log.add("a turn was given up"));
                assertThat(await(gather(a, b, a))).containsExactly("a", "b", "a");
                assertThat(log).isEmpty();
            });
        }

        @Test
        @DisplayName("GATHER-16 of a done and a pending one: one turn after the pending one")
        void ofDoneAndPending() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> a = new AsyncFuture<>();
                AsyncFuture<String> b = new AsyncFuture<>();
                a.setResult("a");
                Task<List<String>> task = createTask(async(() -> await(gather(List.of(a, b)))));
                turn();
                b.setResult("b");
                turn(); // the child's callback
                assertThat(task.isDone()).isFalse();
                turn(); // the waiter
                assertThat(task.isDone()).isTrue();
            });
        }

        @Test
        @DisplayName("an empty Mono keeps its place, as null")
        void emptiesAreKept() {
            Virtual.runVirtually(() -> {
                assertThat(await(gather(List.of(Mono.just("a"), Mono.<String>empty(), sleep(seconds(1), "c")))))
                        .isEqualTo(Arrays.asList("a", null, "c"));
            });
        }

        @Test
        @DisplayName("typed: an empty one is an error that names its index")
        void typed() {
            Virtual.runVirtually(() -> {
                assertThat(await(gather(Mono.just("a"), sleep(seconds(1), 2)))).isEqualTo(Tuples.of("a", 2));
                assertThatThrownBy(() -> await(gather(Mono.just("a"), Mono.<Integer>empty())))
                        .isInstanceOf(NoSuchElementException.class)
                        .hasMessageContaining("index 1");
            });
        }

        @Test
        @DisplayName("a future that is given twice has both places")
        void aFutureGivenTwice() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> task = createTask(async(() -> {
                    log.add("run");
                    return "task";
                }));
                EventLoop.current().callLater(seconds(1), () -> future.setResult("future"));
                assertThat(await(gather(List.of(future, task, future, task))))
                        .containsExactly("future", "task", "future", "task");
                assertThat(log).containsExactly("run");
            });
        }
    }

    @Nested
    class Failures {
        @Test
        @DisplayName("the first failure comes out at once; the others go on, and later failures count as seen")
        void firstFailureAtOnce() {
            Virtual virtual = new Virtual();
            virtual.run(async(() -> {
                Duration start = EventLoop.current().time();
                Task<String> slow = createTask(async(() -> {
                    await(sleep(seconds(3)));
                    log.add("slow went on");
                    return "slow";
                }));
                Coroutine<String> late = async(() -> {
                    await(sleep(seconds(2)));
                    throw new IllegalStateException("late");
                });
                Coroutine<String> first = async(() -> {
                    await(sleep(seconds(1)));
                    throw new IllegalArgumentException("first");
                });
                assertThatThrownBy(() -> await(gather(slow, late, first))).hasMessage("first");
                assertThat(EventLoop.current().time().minus(start)).isEqualTo(seconds(1));
                assertThat(await(slow)).isEqualTo("slow");
            }));
            virtual.close();
            assertThat(log).containsExactly("slow went on");
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("GATHER-08 gatherOutcomes: a cancelled child is a Cancelled in its slot, a failed one a Failure")
        void outcomes() {
            Virtual.runVirtually(() -> {
                Task<String> cancelled = createTask(sleep(seconds(5), "never"));
                RuntimeException error = new IllegalArgumentException("x");
                EventLoop.current().callLater(seconds(1), () -> cancelled.cancel("why"));
                List<Outcome<String>> outcomes =
                        await(gatherOutcomes(List.of(sleep(seconds(2), "a"), cancelled, Mono.error(error))));
                assertThat(outcomes).hasSize(3);
                assertThat(outcomes.get(0)).isEqualTo(new Outcome.Success<>("a"));
                assertThat(outcomes.get(1))
                        .isInstanceOfSatisfying(
                                Outcome.Cancelled.class,
                                each -> assertThat(each.error()).hasMessage("why"));
                assertThat(outcomes.get(2)).isEqualTo(new Outcome.Failure<>(error));
            });
        }

        @Test
        @DisplayName("a child cancelled on its own is an error of the whole, and cancels neither it nor the siblings")
        void aCancelledChildIsAnError() {
            Virtual.runVirtually(() -> {
                Task<String> child = createTask(sleep(seconds(5), "never"));
                Task<String> sibling = createTask(sleep(seconds(2), "sibling"));
                Task<List<String>> outer = createTask(gather(List.of(child, sibling)));
                turn();
                child.cancel("only this one");
                assertThatThrownBy(() -> await(outer))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("only this one");
                assertThat(outer.cancelling()).isZero();
                assertThat(await(sibling)).isEqualTo("sibling");
            });
        }

        @Test
        @DisplayName("GATHER-13 an invalid argument is refused before any child has started")
        void invalidArgument() {
            Virtual virtual = new Virtual();
            virtual.run(async(() -> {
                Coroutine<String> good = async(() -> {
                    log.add("started");
                    throw new IllegalStateException("nobody would look");
                });
                assertThatThrownBy(() -> gather(Arrays.asList(good, null)))
                        .isInstanceOf(NullPointerException.class)
                        .hasMessageContaining("index 1");
                assertThatThrownBy(() -> gather(good, null))
                        .isInstanceOf(NullPointerException.class)
                        .hasMessageContaining("index 1");
                turn();
            }));
            virtual.close();
            assertThat(log).isEmpty();
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("GATHER-13 a future of another loop is refused: an error that says so")
        void aForeignFuture() {
            EventLoop other = EventLoop.create();
            Virtual.runVirtually(() -> {
                AsyncFuture<String> foreign = new AsyncFuture<>(other);
                assertThatThrownBy(() -> await(gather(foreign, Mono.just("x"))))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("hide()");
            });
            other.dispose();
        }
    }

    @Nested
    class Cancelling {
        @Test
        @DisplayName("GATHER-09 cancelling the task that awaits it cancels the children and what they await")
        void broadcast() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> first = new AsyncFuture<>();
                AsyncFuture<String> second = new AsyncFuture<>();
                Task<String> a = createTask(async(() -> await(first)));
                Task<String> b = createTask(async(() -> await(second)));
                Task<List<String>> outer = createTask(gather(List.of(a, b)));
                Task<List<String>> task = createTask(async(() -> await(outer)));
                turn();
                turn();

                assertThat(task.cancel("all of you")).isTrue();
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("all of you");

                assertThat(first.isCancelled()).isTrue();
                assertThat(second.isCancelled()).isTrue();
                assertThat(a.isCancelled()).isTrue();
                assertThat(b.isCancelled()).isTrue();
                assertThat(task.isCancelled()).isTrue();
                assertThat(outer.isDone()).isTrue();
                assertThat(outer.cancel()).isFalse();
            });
        }

        @Test
        @DisplayName("GATHER-09 inside one task: cancelled, it has ended when the children have cleaned up")
        void endsWithItsChildren() {
            Virtual.runVirtually(() -> {
                Duration start = EventLoop.current().time();
                Coroutine<Void> child = async(() -> {
                    try {
                        await(sleep(seconds(100)));
                    } finally {
                        await(sleep(seconds(1)));
                        log.add("cleaned up");
                    }
                });
                Task<Void> task = createTask(async(() -> {
                    try {
                        await(gatherOutcomes(List.of(child, child)));
                    } finally {
                        log.add("gather over");
                    }
                }));
                turn();
                turn();
                task.cancel("why");
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("why");
                assertThat(log).containsExactly("cleaned up", "cleaned up", "gather over");
                assertThat(EventLoop.current().time().minus(start)).isEqualTo(seconds(1));
            });
        }

        @Test
        @DisplayName("GATHER-09 children that swallow the cancel: their values are lost, the whole is cancelled")
        void swallowed() {
            Virtual.runVirtually(() -> {
                Coroutine<String> stubborn = async(() -> {
                    try {
                        await(sleep(seconds(100)));
                    } catch (CancelledError e) {
                        log.add("swallowed");
                    }
                    return "value";
                });
                Task<List<String>> task = createTask(async(() -> await(gather(List.of(stubborn, stubborn)))));
                turn();
                turn();
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(log).containsExactly("swallowed", "swallowed");
            });
        }

        @Test
        @DisplayName("a subscriber that cancels: each child is cancelled and runs its finally")
        void bySubscriber() {
            Virtual virtual = new Virtual();
            AtomicInteger cleaned = new AtomicInteger();
            Coroutine<Void> child = async(() -> {
                try {
                    await(sleep(seconds(100)));
                } finally {
                    await(sleep(seconds(1)));
                    cleaned.incrementAndGet();
                }
            });
            var subscription =
                    gather(child, child, child).contextWrite(virtual.context()).subscribe();
            virtual.advance(seconds(1));
            subscription.dispose();
            virtual.advance(seconds(2));
            assertThat(cleaned).hasValue(3);
            assertThat(allTasks(virtual.loop())).isEmpty();
            virtual.close();
        }

        @Test
        @DisplayName(
                "when the children are done and it has not run yet: the task is cancelled, the children keep their values")
        void childrenDone() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                Task<String> child = createTask(async(() -> await(future)));
                Task<List<String>> whole = createTask(gather(List.of(child)));
                turn();
                future.addDoneCallback(done -> log.add(child.isDone() + " " + whole.cancel("late")));
                future.setResult("value");
                assertThatThrownBy(() -> await(whole))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("late");
                assertThat(log).containsExactly("true true");
                assertThat(child.result()).isEqualTo("value");
            });
        }

        @Test
        @DisplayName("gather ends with the first child that has cleaned up, gatherOutcomes with the last")
        void endsWithTheFirstOrTheLast() {
            Virtual.runVirtually(() -> {
                List<Coroutine<Void>> children = List.of(cleaningUpFor(2), cleaningUpFor(1));
                assertThat(cancelled(gather(children))).isEqualTo(seconds(1));
                assertThat(cancelled(gatherOutcomes(children))).isEqualTo(seconds(2));
            });
        }

        private Coroutine<Void> cleaningUpFor(int seconds) {
            return async(() -> {
                try {
                    await(sleep(seconds(100)));
                } finally {
                    await(sleep(seconds(seconds)));
                }
            });
        }

        /** Cancels a task that awaits it, and gives the time that it takes to end. */
        private Duration cancelled(Mono<?> whole) {
            Task<Void> task = createTask(async(() -> {
                await(whole);
            }));
            turn();
            turn();
            Duration start = EventLoop.current().time();
            task.cancel("why");
            assertThatThrownBy(() -> await(task))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("why");
            return EventLoop.current().time().minus(start);
        }
    }

    @Nested
    class Limited {
        @Test
        @DisplayName("at most so many run at once, values in argument order")
        void atMostSoMany() {
            Virtual.runVirtually(() -> {
                AtomicInteger running = new AtomicInteger();
                AtomicInteger most = new AtomicInteger();
                List<Coroutine<Integer>> all = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    int number = i;
                    all.add(async(() -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        await(sleep(seconds(1)));
                        running.decrementAndGet();
                        return number;
                    }));
                }
                Duration start = EventLoop.current().time();
                assertThat(await(gather(all, 3))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
                assertThat(most).hasValue(3);
                assertThat(EventLoop.current().time().minus(start)).isEqualTo(seconds(4));
            });
        }

        @Test
        @DisplayName("after a failure no more are begun, those that run go on")
        void stopsAtAFailure() {
            Virtual virtual = new Virtual();
            virtual.run(async(() -> {
                List<Coroutine<Integer>> all = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    int number = i;
                    all.add(async(() -> {
                        log.add("begun " + number);
                        await(sleep(seconds(1 + number)));
                        if (number == 0) {
                            throw new IllegalArgumentException("first");
                        }
                        log.add("ended " + number);
                        return number;
                    }));
                }
                assertThatThrownBy(() -> await(gather(all, 2))).hasMessage("first");
                await(sleep(seconds(100)));
            }));
            virtual.close();
            assertThat(log).containsExactly("begun 0", "begun 1", "ended 1");
            assertThat(virtual.reported()).isEmpty();
        }

        @Test
        @DisplayName("nor after a failure of one that had to wait itself")
        void stopsAtALaterFailure() {
            Virtual.runVirtually(() -> {
                List<Coroutine<Integer>> all = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    int number = i;
                    all.add(async(() -> {
                        log.add("begun " + number);
                        return 1 / (1 - number);
                    }));
                }
                assertThatThrownBy(() -> await(gather(all, 1))).isInstanceOf(ArithmeticException.class);
                await(sleep(seconds(1)));
                assertThat(log).containsExactly("begun 0", "begun 1");
            });
        }

        @Test
        @DisplayName("a limit below one is refused")
        void belowOne() {
            assertThatThrownBy(() -> gather(List.of(Mono.just(1)), 0)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        @DisplayName("cancelled: those that have not begun never do")
        void isCancelled() {
            Virtual.runVirtually(() -> {
                Coroutine<Void> child = async(() -> {
                    log.add("begun");
                    await(sleep(seconds(100)));
                });
                Task<List<Void>> task = createTask(async(() -> await(gather(List.of(child, child, child), 1))));
                turn();
                turn();
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                await(sleep(seconds(1)));
                assertThat(log).containsExactly("begun");
            });
        }
    }
}
