package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.ensureFuture;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.waitTasks;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

class ShieldTest {
    private final List<Object> log = new ArrayList<>();

    @Nested
    class Outcomes {
        @Test
        @DisplayName("SHIELD-01 the value of the inner future reaches the outer")
        void value() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> inner = new AsyncFuture<>();
                AsyncFuture<Integer> outer = ensureFuture(shield(inner));
                turn();
                assertThat(outer.isDone()).isFalse();
                inner.setResult(42);
                assertThat(await(outer)).isEqualTo(42);
            });
        }

        @Test
        @DisplayName("SHIELD-02 the error of the inner future reaches the outer")
        void error() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> inner = new AsyncFuture<>();
                AsyncFuture<Integer> outer = ensureFuture(shield(inner));
                turn();
                ArithmeticException error = new ArithmeticException("x");
                inner.setException(error);
                assertThatThrownBy(() -> await(outer)).isSameAs(error);
            });
        }

        @Test
        @DisplayName("SHIELD-03 a cancel of the inner future cancels the outer")
        void innerCancelled() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> inner = new AsyncFuture<>();
                AsyncFuture<Integer> outer = ensureFuture(shield(inner));
                turn();
                assertThat(inner.cancel()).isTrue();
                assertThatThrownBy(() -> await(outer)).isInstanceOf(CancelledError.class);
                assertThat(outer.isCancelled()).isTrue();
            });
        }

        @Test
        @DisplayName("SHIELD-12 made and subscribed to without a loop, it runs on a fresh one")
        void withoutLoop() {
            assertThat(shield(async(() -> "x")).block(Duration.ofSeconds(20))).isEqualTo("x");
        }

        @Test
        @DisplayName("of a future that is done, it is done: no turn is given up")
        void doneAlready() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> inner = new AsyncFuture<>();
                inner.setResult(42);
                EventLoop.current().callSoon(() -> log.add("a turn"));
                assertThat(await(shield(inner))).isEqualTo(42);
                assertThat(log).isEmpty();
            });
        }
    }

    @Nested
    class CancelOfTheOuter {
        @Test
        @DisplayName("SHIELD-04 leaves the inner future pending, and the outer deaf to it")
        void innerStaysPending() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> inner = new AsyncFuture<>();
                AsyncFuture<Integer> outer = ensureFuture(shield(inner));
                outer.addDoneCallback(done -> log.add("outer"));
                turn();
                assertThat(outer.cancel()).isTrue();
                turn();
                turn();
                assertThat(outer.isCancelled()).isTrue();
                assertThat(inner.isDone()).isFalse();
                inner.setResult(42);
                turn();
                turn();
                assertThat(outer.isCancelled()).isTrue();
                assertThat(log).containsExactly("outer");
            });
        }

        @Test
        @DisplayName("SHIELD-06 ends the task that awaits it, and the inner coroutine goes on to its end")
        void innerGoesOn() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Void> waiter = new AsyncFuture<>();
                Coroutine<Void> inner = async(() -> {
                    await(waiter);
                    log.add("inner has ended");
                });
                Task<Void> outer = createTask(async(() -> {
                    await(shield(inner));
                    log.add("unreachable");
                }));
                turn();
                turn();
                outer.cancel();
                assertThatThrownBy(() -> await(outer)).isInstanceOf(CancelledError.class);
                assertThat(log).isEmpty();
                waiter.setResult(null);
                turn();
                assertThat(log).containsExactly("inner has ended");
            });
        }

        @Test
        @DisplayName("SHIELD-09 with a later value: nothing is reported")
        void laterValue() {
            try (Virtual virtual = new Virtual()) {
                virtual.run(async(() -> {
                    AsyncFuture<Integer> inner = new AsyncFuture<>();
                    cancelledShield(inner);
                    inner.setResult(1);
                    turn();
                    turn();
                }));
                assertThat(virtual.reported()).isEmpty();
            }
        }

        @Test
        @DisplayName("SHIELD-11 of two shields around one future: its late error is reported once")
        void lateErrorOnce() {
            ArithmeticException late = new ArithmeticException("late");
            try (Virtual virtual = new Virtual()) {
                virtual.run(async(() -> {
                    AsyncFuture<Integer> inner = new AsyncFuture<>();
                    cancelledShield(inner);
                    cancelledShield(inner);
                    inner.setException(late);
                    turn();
                    turn();
                }));
                assertThat(virtual.reported()).singleElement().satisfies(context -> {
                    assertThat(context.exception()).isSameAs(late);
                    assertThat(context.message()).contains("shield");
                });
            }
        }

        private void cancelledShield(AsyncFuture<Integer> inner) {
            AsyncFuture<Integer> outer = ensureFuture(shield(inner));
            turn();
            assertThat(outer.cancel()).isTrue();
            turn();
            turn();
            assertThat(outer.isCancelled()).isTrue();
        }
    }

    @Nested
    class WithGather {
        @Test
        @DisplayName("SHIELD-07 a shield around a gather: its cancel leaves the gather and its children running")
        void aroundGather() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> first = new AsyncFuture<>();
                AsyncFuture<Integer> second = new AsyncFuture<>();
                AsyncFuture<List<Integer>> whole = ensureFuture(gather(List.of(first, second)));
                AsyncFuture<List<Integer>> outer = ensureFuture(shield(whole));
                turn();
                outer.cancel();
                turn();
                assertThat(outer.isCancelled()).isTrue();
                assertThat(whole.isDone()).isFalse();
                first.setResult(1);
                second.setResult(2);
                assertThat(await(whole)).containsExactly(1, 2);
            });
        }

        @Test
        @DisplayName(
                "SHIELD-08 a gather of shields: its cancel cancels the shields, the futures stay; it ends in CancelledError")
        void ofShields() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> first = new AsyncFuture<>();
                AsyncFuture<Integer> second = new AsyncFuture<>();
                AsyncFuture<List<Integer>> whole = ensureFuture(gather(List.of(shield(first), shield(second))));
                turn();
                assertThat(whole.cancel()).isTrue();
                assertThatThrownBy(() -> await(whole)).isInstanceOf(CancelledError.class);
                assertThat(whole.outcome()).isInstanceOf(Outcome.Cancelled.class);
                assertThat(first.isDone()).isFalse();
                assertThat(second.isDone()).isFalse();
                first.setResult(1); // the cancelled gather is deaf to it
                turn();
                assertThat(whole.outcome()).isInstanceOf(Outcome.Cancelled.class);
            });
        }
    }

    @Nested
    class ManyAroundOneFuture {
        private static final int MANY = 60_000;

        private void leaveAll(Function<AsyncFuture<Integer>, Mono<?>> wait) {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> shared = new AsyncFuture<>();
                List<Task<?>> waiting = new ArrayList<>();
                for (int i = 0; i < MANY; i++) {
                    waiting.add(createTask(wait.apply(shared)));
                }
                turn();
                for (Task<?> task : waiting) {
                    boolean unused = task.cancel();
                }
                Object unused = await(gatherOutcomes(waiting));
                assertThat(shared.whenDone()).hasSizeLessThan(2); // who tells of a late error
                shared.setResult(42);
            });
        }

        @Test
        @Timeout(60)
        @DisplayName("each that leaves costs a step, and not a look at all others")
        void leaveOneByOne() {
            leaveAll(Asyncio::shield);
        }

        @Test
        @Timeout(60)
        @DisplayName("likewise for waitTasks")
        void leaveTheirWaitOneByOne() {
            leaveAll(shared -> waitTasks(List.of(shared), ReturnWhen.ALL_COMPLETED));
        }
    }
}
