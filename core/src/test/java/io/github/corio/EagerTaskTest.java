package io.github.corio;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class EagerTaskTest {
    private static final ContextVar<String> VARIABLE = ContextVar.of("variable", "default");

    private final List<Object> log = new ArrayList<>();

    private static <T> Task<T> eager(Mono<T> awaitable) {
        return createTask(awaitable, null, AsyncContext.copy(), true);
    }

    @Test
    @DisplayName("EAGER-01 a coroutine that does not suspend is done when createTask returns")
    void completesAtOnce() {
        Virtual.runVirtually(() -> {
            EventLoop.current().callSoon(() -> log.add("a turn"));
            Task<String> task = eager(async(() -> "value"));
            assertThat(task.isDone()).isTrue();
            assertThat(task.result()).isEqualTo("value");
            assertThat(await(task)).isEqualTo("value");
            assertThat(log).isEmpty();
        });
    }

    @Test
    @DisplayName("EAGER-01 so does one that fails: the error is in the task, not thrown")
    void failsAtOnce() {
        Virtual.runVirtually(() -> {
            Task<String> task = eager(async(() -> {
                throw new IllegalArgumentException("x");
            }));
            assertThat(task.isDone()).isTrue();
            assertThat(task.exception()).hasMessage("x");
        });
    }

    @Test
    @DisplayName("EAGER-02 an eager child may complete a future that its creator awaits next")
    void completesAFuture() {
        Virtual.runVirtually(() -> {
            AsyncFuture<String> future = new AsyncFuture<>();
            Task<Void> child = eager(async(() -> future.setResult("from the child")));
            EventLoop.current().callSoon(() -> log.add("a turn"));
            assertThat(await(future)).isEqualTo("from the child");
            assertThat(log).isEmpty();
            assertThat(child.isDone()).isTrue();
        });
    }

    @Test
    @DisplayName("EAGER-06 the current task is the child in its first step, then the creator again")
    void currentTaskOfTheSteps() {
        Virtual.runVirtually(() -> {
            Task<?> creator = currentTask();
            List<Task<?>> seen = new ArrayList<>();
            Task<Void> child = eager(async(() -> {
                seen.add(currentTask());
                turn();
                seen.add(currentTask());
            }));
            assertThat(currentTask()).isSameAs(creator);
            await(child);
            assertThat(currentTask()).isSameAs(creator);
            assertThat(seen).hasSize(2).allMatch(each -> each == child);
        });
    }

    @Test
    @DisplayName("EAGER-06 eager children of eager children, some of which suspend")
    void nested() {
        Virtual.runVirtually(() -> {
            Task<String> outer = eager(async(() -> {
                log.add("outer");
                Task<String> inner = eager(async(() -> {
                    log.add("inner");
                    await(sleep(Duration.ofSeconds(1)));
                    log.add("inner again");
                    return "inner value";
                }));
                log.add("outer again");
                return await(inner);
            }));
            log.add("creator");
            assertThat(await(outer)).isEqualTo("inner value");
            assertThat(log).containsExactly("outer", "inner", "outer again", "creator", "inner again");
        });
    }

    @Test
    @DisplayName("EAGER-07 allTasks lists the child in its first step and not when it is done")
    void allTasksInTheFirstStep() {
        Virtual.runVirtually(() -> {
            Task<?> creator = currentTask();
            Task<Void> child = eager(async(() -> {
                log.addAll(allTasks());
                assertThat(allTasks()).contains(currentTask());
            }));
            assertThat(child.exception()).isNull();
            assertThat(log).containsExactly(creator, child);
            assertThat(allTasks().toArray()).containsExactly(creator);
        });
    }

    @Test
    @DisplayName("EAGER-08 a child that has suspended stays listed until it is done")
    void allTasksWhileSuspended() {
        Virtual.runVirtually(() -> {
            Task<?> creator = currentTask();
            Task<Void> child = eager(async(() -> {
                await(sleep(Duration.ofSeconds(1)));
            }));
            assertThat(child.isDone()).isFalse();
            assertThat(allTasks().toArray()).containsExactly(creator, child);
            await(child);
            assertThat(allTasks().toArray()).containsExactly(creator);
        });
    }

    @Test
    @DisplayName(
            "EAGER-09 the child sees its creator's values, keeps its own changes, and changes nothing of the creator's")
    void contextVars() {
        Virtual.runVirtually(() -> {
            VARIABLE.set("creator");
            Task<String> child = eager(async(() -> {
                log.add(VARIABLE.get());
                VARIABLE.set("child");
                turn();
                return VARIABLE.get();
            }));
            assertThat(log).containsExactly("creator");
            assertThat(VARIABLE.get()).isEqualTo("creator");
            assertThat(await(child)).isEqualTo("child");
            assertThat(VARIABLE.get()).isEqualTo("creator");
        });
    }

    @Test
    @DisplayName("EAGER-13 not asked for, the start is deferred")
    void notEager() {
        Virtual.runVirtually(() -> {
            Task<Void> task = createTask(
                    async(() -> {
                        log.add("ran");
                    }),
                    null,
                    AsyncContext.copy(),
                    false);
            assertThat(log).isEmpty();
            turn();
            assertThat(log).containsExactly("ran");
            assertThat(task.isDone()).isTrue();
        });
    }

    @Test
    @DisplayName("EAGER-01 what was queued before runs after the first step, in its order")
    void theQueueIsKept() {
        Virtual.runVirtually(() -> {
            EventLoop.current().callSoon(() -> log.add("first"));
            createTask(async(() -> {
                log.add("second");
            }));
            Task<Void> child = eager(async(() -> {
                log.add("eager");
                turn();
                log.add("eager again");
            }));
            EventLoop.current().callSoon(() -> log.add("third"));
            await(child);
            assertThat(log).containsExactly("eager", "first", "second", "eager again", "third");
        });
    }

    @Test
    @DisplayName("EAGER-01 in a plain callback, where nothing can suspend, the start is deferred")
    void inACallback() {
        Virtual.runVirtually(() -> {
            EventLoop.current().callSoon(() -> {
                Task<Void> task = eager(async(() -> {
                    log.add("child");
                }));
                log.add("callback, done: " + task.isDone());
            });
            turn();
            turn();
            assertThat(log).containsExactly("callback, done: false", "child");
        });
    }

    private static Runnable inInitializer = () -> {};

    private static final class Initializer {
        static {
            inInitializer.run();
        }

        static void initialize() {}
    }

    @Test
    @DisplayName("EAGER-01 in a class initializer, which a fiber may not be able to leave, the child may start later")
    void inAClassInitializer() {
        Virtual.runVirtually(() -> {
            Task<?> creator = currentTask();
            List<Task<Void>> children = new ArrayList<>();
            inInitializer = () -> {
                children.add(eager(async(() -> {
                    turn();
                    log.add("child");
                })));
                assertThat(currentTask()).isSameAs(creator);
            };
            Initializer.initialize();
            assertThat(currentTask()).isSameAs(creator);
            await(children.get(0));
            assertThat(log).containsExactly("child");
        });
    }

    @Test
    @DisplayName("EAGER-02 a child that cancels its creator: that is delivered at its next await")
    void cancelsItsCreator() {
        Virtual.runVirtually(() -> {
            Task<String> creator = createTask(async(() -> {
                Task<?> self = currentTask();
                Task<Boolean> child = eager(async(() -> self.cancel("from the child")));
                log.add("the statement is not interrupted, " + child.result());
                turn();
                return "not reached";
            }));
            assertThatThrownBy(() -> await(creator)).hasMessage("from the child");
            assertThat(log).containsExactly("the statement is not interrupted, true");
        });
    }

    @Test
    @DisplayName("EAGER-15 an eager child of a group that fails does not interrupt the statement, but the next await")
    void failsInAGroup() {
        Virtual.runVirtually(() -> {
            assertThatThrownBy(() -> await(taskGroup(group -> {
                        Task<Object> child = group.createTask(
                                async(() -> {
                                    throw new IllegalArgumentException("of the child");
                                }),
                                null,
                                AsyncContext.copy(),
                                true);
                        log.add("goes on, done: " + child.isDone());
                        turn();
                        turn();
                        log.add("not reached");
                        return null;
                    })))
                    .isInstanceOf(ExceptionGroup.class)
                    .satisfies(error -> assertThat(((ExceptionGroup) error).exceptions())
                            .singleElement()
                            .satisfies(each -> assertThat(each).hasMessage("of the child")));
            assertThat(log).containsExactly("goes on, done: true");
        });
    }

    @Test
    @DisplayName("a cancel right after the first step: refused if that was all, delivered with its message if not")
    void cancelledAfterTheFirstStep() {
        Virtual.runVirtually(() -> {
            Task<String> ended = eager(async(() -> "value"));
            assertThat(ended.cancel()).isFalse();
            assertThat(await(ended)).isEqualTo("value");

            Task<Void> suspended = eager(async(() -> {
                await(sleep(Duration.ofSeconds(1)));
                log.add("unreachable");
            }));
            assertThat(suspended.cancel("my message")).isTrue();
            assertThat(suspended.cancelling()).isEqualTo(1);
            assertThatThrownBy(() -> await(suspended))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("my message");
            assertThat(log).isEmpty();
        });
    }
}
