package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.corio.Coroutine;
import io.github.corio.CoroutineAction;
import io.github.corio.Task;
import io.github.corio.sync.AsyncLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ExplorerTest {
    /** Three awaits; the third step reads, the last one writes. */
    private static Coroutine<Void> adds(int[] register, Supplier<Mono<?>> hop, boolean late) {
        return async(() -> {
            if (late) {
                await(hop.get());
                await(hop.get());
            }
            int read = register[0];
            await(hop.get());
            if (!late) {
                await(hop.get());
            }
            register[0] = read + 1;
        });
    }

    private static CoroutineAction lostUpdate(Supplier<Mono<?>> hop) {
        return () -> {
            int[] register = new int[1];
            await(gather(
                    createTask(adds(register, hop, false), "early"), createTask(adds(register, hop, true), "late")));
            assertThat(register[0]).isEqualTo(2);
        };
    }

    private static CoroutineAction locked(Supplier<Mono<?>> hop) {
        return () -> {
            int[] register = new int[1];
            AsyncLock lock = new AsyncLock();
            await(gather(
                    lock.withLock(adds(register, hop, false)),
                    lock.withLock(adds(register, hop, true)),
                    adds(new int[1], hop, true)));
            assertThat(register[0]).isEqualTo(2);
        };
    }

    private static ExplorationError failure(int runs, CoroutineAction body) {
        return catchThrowableOfType(
                ExplorationError.class, () -> Explorer.upTo(runs).explore(body));
    }

    @Nested
    @DisplayName("A lost update is found, and proved absent with a lock")
    class LostUpdate {
        private void check(Supplier<Mono<?>> hop) {
            ExplorationError found = failure(1000, lostUpdate(hop));
            assertThat(found).isNotNull();
            assertThat(Schedule.parse(found.schedule()).switches()).isBetween(1, 2);
            Exploration mended = Explorer.upTo(100_000).explore(locked(hop));
            assertThat(mended.exhausted()).as("%s", mended).isTrue();
            assertThat(mended).hasToString("all " + mended.runs() + " interleavings passed");
        }

        @Test
        void overYields() {
            check(() -> sleep(Duration.ZERO));
        }

        @Test
        void overSleeps() {
            check(() -> sleep(Duration.ofMillis(1)));
        }

        @Test
        void overOtherSchedulers() {
            ExplorationError found = failure(1000, lostUpdate(() -> Mono.empty().publishOn(Schedulers.parallel())));
            assertThat(found).isNotNull();
        }

        @Test
        void overBlockingCalls() {
            check(() -> toThread(() -> null));
        }
    }

    @Nested
    @DisplayName("A failure")
    class Failure {
        private final CoroutineAction body = lostUpdate(() -> sleep(Duration.ofMillis(1)));

        @Test
        void isToldStepByStep() {
            ExplorationError found = failure(1000, body);
            assertThat(found)
                    .hasMessageContaining("replay = \"" + found.schedule() + "\"")
                    .hasMessageContaining("1 switch")
                    .hasMessageContaining("task early begins, waits at ExplorerTest.java:")
                    .hasMessageContaining("time is PT0.001S")
                    .hasMessageContaining("<- chosen: before task")
                    .hasMessageContaining("task main goes on at ExplorerTest.java:")
                    .hasMessageNotContaining("Lambda")
                    .hasCauseInstanceOf(AssertionError.class);
        }

        @Test
        void isRepeatedByOneString() {
            String schedule = failure(1000, body).schedule();
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> Explorer.upTo(1).replay(schedule, body))
                        .isInstanceOf(ExplorationError.class)
                        .hasMessageContaining("replay = \"" + schedule + "\"");
            }
            Explorer.upTo(1).replay("", body);
            assertThatThrownBy(() -> Explorer.upTo(1).replay("nonsense", body))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void isADeadlock() {
            assertThat(failure(1000, () -> {
                        AsyncLock a = new AsyncLock();
                        AsyncLock b = new AsyncLock();
                        await(gather(
                                a.withLock(sleep(Duration.ZERO).then(Mono.defer(() -> b.withLock(Mono.just(1))))),
                                b.withLock(Mono.defer(() -> a.withLock(Mono.just(2))))));
                    }))
                    .hasCauseInstanceOf(DeadlockError.class);
        }

        @Test
        void isABodyThatSpinsInSomeOrder() {
            boolean[] stop = new boolean[1];
            ExplorationError found = catchThrowableOfType(
                    ExplorationError.class,
                    () -> Explorer.upTo(100)
                            .with(TestSettings.defaults().withTimeout(Duration.ofSeconds(1)))
                            .explore(() -> {
                                List<String> order = new ArrayList<>();
                                await(gather(
                                        async(() -> {
                                            order.add("a");
                                        }),
                                        async(() -> {
                                            while (order.isEmpty() && !stop[0] && !Thread.interrupted()) {
                                                Thread.onSpinWait();
                                            }
                                        })));
                            }));
            stop[0] = true;
            assertThat(found).hasMessageContaining("has not ended").hasCauseInstanceOf(TestTimeoutError.class);
            assertThat(found.schedule()).isNotEmpty();
        }

        @Test
        void isATaskLeftRunningInSomeOrder() {
            assertThat(failure(1000, () -> {
                        List<String> order = new ArrayList<>();
                        await(gather(
                                async(() -> {
                                    order.add("a");
                                }),
                                async(() -> {
                                    if (order.isEmpty()) {
                                        Task<Void> unused = createTask(sleep(Duration.ofHours(1)));
                                    }
                                })));
                    }))
                    .hasCauseInstanceOf(LeakedTaskError.class);
        }
    }

    @Nested
    @DisplayName("An exploration")
    class Whole {
        @Test
        void hasEveryOrderOnce() {
            List<String> orders = new ArrayList<>();
            Exploration explored = Explorer.upTo(1000).explore(() -> {
                StringBuilder order = new StringBuilder();
                List<Coroutine<Void>> tasks = new ArrayList<>();
                for (String name : List.of("a", "b", "c")) {
                    tasks.add(async(() -> {
                        order.append(name);
                        await(sleep(Duration.ZERO));
                        order.append(name);
                    }));
                }
                await(gather(tasks));
                orders.add(order.toString());
            });
            Set<String> different = new HashSet<>(orders);
            assertThat(different).as("6! / 2!^3").hasSize(90);
            assertThat(explored.exhausted()).isTrue();
            assertThat(explored.runs()).isEqualTo(orders.size());
        }

        @Test
        void endsWithItsBudgetAndSaysSo() {
            Exploration explored = Explorer.upTo(30).explore(() -> {
                List<Coroutine<Void>> tasks = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    tasks.add(async(() -> {
                        await(sleep(Duration.ZERO));
                        await(sleep(Duration.ZERO));
                    }));
                }
                await(gather(tasks));
            });
            assertThat(explored.exhausted()).isFalse();
            assertThat(explored)
                    .hasToString("30 interleavings passed, all with up to 0 switches among them; there are more");
        }

        @Test
        void keepsAsynciosOrderIfItIsTold() {
            Exploration explored = Explorer.upTo(1000).inOrder().explore(locked(() -> sleep(Duration.ZERO)));
            assertThat(explored).hasToString("all 1 interleavings passed");
        }

        @Test
        void noticesATestThatDoesNotRepeatItself() {
            int[] runs = new int[1];
            Exploration explored = Explorer.upTo(50).explore(() -> {
                int tasks = runs[0]++ % 2 == 0 ? 3 : 1;
                List<Coroutine<Void>> all = new ArrayList<>();
                for (int i = 0; i < tasks; i++) {
                    all.add(async(() -> await(sleep(Duration.ZERO))));
                }
                await(gather(all));
            });
            assertThat(explored.steady()).isFalse();
            assertThat(explored.toString()).contains("does not repeat itself");
        }

        @Test
        void triesFaults() {
            Set<String> seen = new HashSet<>();
            Exploration explored = Explorer.upTo(1000).explore(() -> {
                Mono<String> dependency = Faults.of(Mono.just("value"));
                String outcome;
                try {
                    outcome = String.valueOf(await(dependency.timeout(Duration.ofDays(1))));
                } catch (Exception | io.github.corio.CancelledError e) {
                    outcome = e.getClass().getSimpleName();
                }
                seen.add(
                        outcome + " " + io.github.corio.loop.EventLoop.current().time());
            });
            assertThat(explored).hasToString("all 6 interleavings passed");
            assertThat(seen)
                    .containsExactlyInAnyOrder(
                            "value PT0S",
                            "FaultError PT0S",
                            "null PT0S",
                            "value PT1H",
                            "TimeoutException PT24H",
                            "CancelledError PT0S");
            assertThat(failure(10, () -> {
                        await(Faults.of(Mono.just(1), EnumSet.of(Fault.NEVER)));
                    }))
                    .hasMessageContaining("NEVER")
                    .hasCauseInstanceOf(DeadlockError.class);
        }
    }
}
