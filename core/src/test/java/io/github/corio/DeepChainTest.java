package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.FiberKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Tasks that wait for each other in a chain that is longer than any stack. */
class DeepChainTest {
    private static final int DEEP = 20_000;

    /** What a task waits for, made of the task before it in the chain; none of these needs a stack. */
    static Stream<Arguments> links() {
        return Stream.of(
                Arguments.of("await", (UnaryOperator<Mono<Integer>>) task -> task),
                Arguments.of("map", (UnaryOperator<Mono<Integer>>) task -> task.map(x -> x)),
                Arguments.of("hide", (UnaryOperator<Mono<Integer>>) Mono::hide),
                Arguments.of("gather", (UnaryOperator<Mono<Integer>>)
                        task -> gather(List.of(task)).map(all -> all.get(0))));
    }

    /** Built from its end, a task that waits for {@code end}, on. */
    private static List<Task<Integer>> chain(int length, Mono<Integer> end, UnaryOperator<Mono<Integer>> link) {
        List<Task<Integer>> chain = new ArrayList<>(length);
        chain.add(createTask(end));
        while (chain.size() < length) {
            chain.add(createTask(link.apply(chain.get(chain.size() - 1))));
        }
        await(sleep(Duration.ofMillis(1)));
        return chain;
    }

    private static Task<Integer> last(List<Task<Integer>> chain) {
        return chain.get(chain.size() - 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("links")
    void aCancelGoesDownToTheEnd(String name, UnaryOperator<Mono<Integer>> link) {
        Virtual.runVirtually(() -> {
            List<Task<Integer>> chain = chain(DEEP, sleep(Duration.ofDays(1), 1), link);
            assertThat(last(chain).cancel("enough")).isTrue();
            assertThatThrownBy(() -> await(last(chain))).isInstanceOf(CancelledError.class);
            assertThat(chain).allMatch(Task::isCancelled);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("links")
    void aValueComesUpToTheBeginning(String name, UnaryOperator<Mono<Integer>> link) {
        Virtual.runVirtually(() -> {
            List<Task<Integer>> chain = chain(DEEP, sleep(Duration.ofSeconds(1), 1), link);
            assertThat(await(last(chain))).isEqualTo(1);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("links")
    void anErrorComesUpToTheBeginning(String name, UnaryOperator<Mono<Integer>> link) {
        Virtual.runVirtually(() -> {
            List<Task<Integer>> chain =
                    chain(DEEP, sleep(Duration.ofSeconds(1)).then(Mono.error(new IllegalStateException("end"))), link);
            assertThatThrownBy(() -> await(last(chain))).hasMessage("end");
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("links")
    void leftBehindItEndsWithTheRun(String name, UnaryOperator<Mono<Integer>> link) {
        List<Task<Integer>> left = run(async(() -> chain(DEEP, sleep(Duration.ofDays(1), 1), link)));
        assertThat(left).allMatch(Task::isCancelled);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("links")
    void inAGroupItEndsWithTheGroup(String name, UnaryOperator<Mono<Integer>> link) {
        Virtual.runVirtually(() -> {
            List<Task<Integer>> chain = new ArrayList<>();
            await(taskGroup(group -> {
                chain.add(group.createTask(sleep(Duration.ofDays(1), 1)));
                while (chain.size() < DEEP) {
                    chain.add(group.createTask(link.apply(last(chain))));
                }
                await(sleep(Duration.ofSeconds(1)));
                group.cancel();
                return null;
            }));
            assertThat(chain).allMatch(Task::isCancelled);
        });
    }

    @Nested
    class Bodies {
        /** A platform thread each is what there is not enough of. */
        private final int deep = FiberKind.current() == FiberKind.PLATFORM ? 1_000 : 20_000;

        private Task<Integer> tasks(int depth, UnaryOperator<Mono<Integer>> link) {
            return createTask(async(() ->
                    depth == 0 ? await(sleep(Duration.ofDays(1), 0)) : await(link.apply(tasks(depth - 1, link)))));
        }

        @Test
        void leftBehindTheyEndWithTheRun() {
            Task<Integer> left = run(async(() -> {
                Task<Integer> first = tasks(deep, task -> task);
                while (Asyncio.allTasks().size() < deep + 2) {
                    await(sleep(Duration.ofMillis(20)));
                }
                return first;
            }));
            assertThat(left.isCancelled()).isTrue();
        }

        @Test
        @DisplayName("through waitFor, with a limit each")
        void throughLimits() {
            Task<Integer> left = run(async(() -> {
                Task<Integer> first = tasks(deep, task -> waitFor(task, Duration.ofHours(1)));
                while (Asyncio.allTasks().size() < deep + 2) {
                    await(sleep(Duration.ofMillis(20)));
                }
                first.cancel();
                return first;
            }));
            assertThat(left.isCancelled()).isTrue();
        }
    }

    @Nested
    class ShortOnes {
        @Test
        @DisplayName("what several wait for is asked by each of them, as in asyncio")
        void aDiamondIsCountedTwice() {
            Virtual.runVirtually(() -> {
                Task<Void> shared = createTask(sleep(Duration.ofDays(1)));
                Task<?> both = createTask(gather(List.of(createTask(shared), createTask(shared))));
                await(sleep(Duration.ofSeconds(1)));
                both.cancel();
                assertThat(shared.cancelling()).isEqualTo(2);
                assertThatThrownBy(() -> await(both)).isInstanceOf(CancelledError.class);
            });
        }

        @Test
        @DisplayName(
                "a circle of more tasks than are called one inside of the other: CancelCycleException for each of them")
        void aLargeCircle() {
            try (Virtual virtual = new Virtual()) {
                virtual.run(async(() -> {
                    List<Task<Integer>> circle = new ArrayList<>();
                    int size = 100;
                    for (int i = 0; i < size; i++) {
                        int next = (i + 1) % size;
                        circle.add(createTask(async(() -> await(circle.get(next)))));
                    }
                    await(sleep(Duration.ofSeconds(1)));
                    for (Task<Integer> one : circle) {
                        assertThatThrownBy(one::cancel).isInstanceOf(CancelCycleException.class);
                    }
                }));
            }
        }
    }
}
