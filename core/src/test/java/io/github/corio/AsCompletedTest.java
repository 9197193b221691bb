package io.github.corio;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AsCompletedTest {
    private final List<Object> log = new ArrayList<>();

    private static Duration now() {
        return EventLoop.current().time();
    }

    private static Mono<String> sleeping(int seconds, String result) {
        return async(() -> await(sleep(Duration.ofSeconds(seconds), result)));
    }

    @Nested
    class Order {
        @Test
        @DisplayName("ASCOMP-02 gives the very tasks that were passed in, as they end; a coroutine comes as a new task")
        void sameTasks() {
            Virtual.runVirtually(() -> {
                Task<String> slow = createTask(sleeping(3, "slow"));
                Task<String> fast = createTask(sleeping(1, "fast"));
                List<Task<String>> came = new ArrayList<>();
                AsCompletedIterator<String> ended =
                        asCompleted(List.of(slow, sleeping(2, "new"), fast)).iterate();
                while (ended.hasNext()) {
                    came.add(await(ended.next()));
                }
                assertThat(came).hasSize(3).startsWith(fast).endsWith(slow).allMatch(Task::isDone);
                assertThat(came.get(1).result()).isEqualTo("new");
            });
        }

        @Test
        @DisplayName("ASCOMP-02 the same as a Flux")
        void asFlux() {
            Virtual.runVirtually(() -> {
                Task<String> slow = createTask(sleeping(3, "slow"));
                Task<String> fast = createTask(sleeping(1, "fast"));
                for (Task<String> task : each(asCompleted(List.of(slow, sleeping(2, "new"), fast)))) {
                    log.add(task.result());
                }
                assertThat(log).containsExactly("fast", "new", "slow");
            });
        }

        @Test
        @DisplayName("ASCOMP-08 what is given twice comes once")
        void duplicates() {
            Virtual.runVirtually(() -> {
                Mono<String> a = sleeping(1, "a");
                Task<String> b = createTask(sleeping(2, "b"));
                AsCompletedIterator<String> ended =
                        asCompleted(List.of(a, b, a, b, a)).iterate();
                while (ended.hasNext()) {
                    log.add(awaitSingle(ended.next()).result());
                }
                assertThat(log).containsExactly("a", "b");
            });
        }

        @Test
        @DisplayName("ASCOMP-06 the first that is awaited gets the first that ends, whichever was taken first")
        void awaitedInReverse() {
            Virtual.runVirtually(() -> {
                AsCompletedIterator<String> ended =
                        asCompleted(List.of(sleeping(1, "a"), sleeping(2, "b"))).iterate();
                Mono<Task<String>> first = ended.next();
                Mono<Task<String>> second = ended.next();
                assertThat(ended.hasNext()).isFalse();
                assertThat(awaitSingle(second).result()).isEqualTo("a");
                assertThat(awaitSingle(first).result()).isEqualTo("b");
            });
        }

        @Test
        @DisplayName("ASCOMP-07 several may be awaited at the same time")
        void concurrently() {
            Virtual.runVirtually(() -> {
                AsCompletedIterator<String> ended =
                        asCompleted(List.of(sleeping(2, "b"), sleeping(1, "a"))).iterate();
                List<Task<String>> both = awaitSingle(gather(List.of(ended.next(), ended.next())));
                assertThat(both).extracting(Task::result).containsExactly("a", "b");
                assertThat(now()).isEqualTo(Duration.ofSeconds(2));
            });
        }

        @Test
        @DisplayName("ASCOMP-05 left in the middle, it goes on where it stopped")
        void resumed() {
            Virtual.runVirtually(() -> {
                AsCompletedIterator<String> ended = asCompleted(
                                List.of(sleeping(1, "a"), sleeping(2, "b"), sleeping(3, "c")))
                        .iterate();
                log.add(awaitSingle(ended.next()).result());
                await(sleep(Duration.ofSeconds(10)));
                while (ended.hasNext()) {
                    log.add(awaitSingle(ended.next()).result());
                }
                assertThat(log).containsExactly("a", "b", "c");
            });
        }

        @Test
        @DisplayName("ASCOMP-10 iterated without a loop: IllegalStateException")
        void withoutLoop() {
            AsCompleted<String> completed = asCompleted(List.of(sleeping(1, "a")));
            assertThatThrownBy(completed::iterate).isInstanceOf(IllegalStateException.class);
        }

        @Test
        @DisplayName("of nothing: nothing comes, at once")
        void ofNothing() {
            Virtual.runVirtually(() -> {
                EventLoop.current().callSoon(() -> log.add("a turn"));
                assertThat(asCompleted(List.<Mono<String>>of()).iterate().hasNext())
                        .isFalse();
                assertThat(log).isEmpty();
                assertThat(await(asCompleted(List.<Mono<String>>of(), Duration.ofDays(1))
                                .collectList()))
                        .isEmpty();
                assertThat(now()).isEqualTo(Duration.ZERO);
            });
        }
    }

    @Nested
    class WithTimeout {
        @Test
        @DisplayName("ASCOMP-03 one of two in time: its value, then TimeoutException for the second")
        void oneInTime() {
            Virtual.runVirtually(() -> {
                AsCompletedIterator<String> ended = asCompleted(
                                List.of(sleeping(1, "a"), sleeping(3, "b")), Duration.ofSeconds(2))
                        .iterate();
                assertThat(awaitSingle(ended.next()).result()).isEqualTo("a");
                assertThatThrownBy(() -> await(ended.next())).isInstanceOf(TimeoutException.class);
                assertThat(now()).isEqualTo(Duration.ofSeconds(2));
                assertThat(ended.hasNext()).isFalse();
            });
        }

        @Test
        @DisplayName("ASCOMP-03 as a Flux: its value, then the error of the Flux")
        void asFlux() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> {
                            for (Task<String> task : each(
                                    asCompleted(List.of(sleeping(1, "a"), sleeping(3, "b")), Duration.ofSeconds(2)))) {
                                log.add(task.result());
                            }
                        })
                        .isInstanceOf(TimeoutException.class);
                assertThat(log).containsExactly("a");
                assertThat(now()).isEqualTo(Duration.ofSeconds(2));
            });
        }

        @Test
        @DisplayName("ASCOMP-04 one that was not needed is cancelled: nothing follows the last task, not even later")
        void unused() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> a = new AsyncFuture<>();
                List<String> calls = new ArrayList<>();
                CompletionTracker<String> completions =
                        new CompletionTracker<>(EventLoop.current(), Duration.ofSeconds(5)) {
                            @Override
                            void ended(Task<String> task) {
                                calls.add(task.result());
                            }

                            @Override
                            void timedOut(List<Task<String>> unfinished) {
                                calls.add("timed out with " + unfinished.size());
                            }

                            @Override
                            void allEnded() {
                                calls.add("all");
                            }
                        };
                assertThat(completions.begin(List.of(a), AsyncContext.now())).isEqualTo(1);
                a.setResult("a");
                await(sleep(Duration.ofSeconds(10)));
                assertThat(calls).containsExactly("a", "all");
            });
        }

        @Test
        @DisplayName("ASCOMP-11 it cancels nothing: the tasks run to their end")
        void cancelsNothing() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(sleeping(3, "b"));
                AsCompletedIterator<String> ended =
                        asCompleted(List.of(task), Duration.ofSeconds(1)).iterate();
                assertThatThrownBy(() -> await(ended.next())).isInstanceOf(TimeoutException.class);
                assertThat(task.cancelling()).isZero();
                assertThat(await(task)).isEqualTo("b");
            });
        }
    }
}
