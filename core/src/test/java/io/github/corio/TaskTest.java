package io.github.corio;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.ensureFuture;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class TaskTest {
    private final List<Object> log = new ArrayList<>();

    @Nested
    class Running {
        @Test
        @DisplayName("TASK-01 nested coroutines hand their values outward")
        void nestedCoroutines() {
            String value = Virtual.<String>runVirtually(() -> {
                Coroutine<Integer> inner = async(() -> await(sleep(Duration.ofSeconds(1), 20)));
                Coroutine<Integer> middle = async(() -> await(inner) + 2);
                return "outer " + (await(middle) + await(inner));
            });
            assertThat(value).isEqualTo("outer 42");
        }

        @Test
        @DisplayName("TASK-02 a task belongs to the loop it was created in and has the value of its coroutine")
        void belongsToItsLoop() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(async(() -> "value"));
                assertThat(task.loop()).isSameAs(EventLoop.current());
                assertThat(task.isDone()).isFalse();
                assertThat(await(task)).isEqualTo("value");
                assertThat(task.result()).isEqualTo("value");
                assertThat(task.exception()).isNull();
            });
        }

        @SuppressWarnings("deprecation") // that it is refused is what is tested
        @Test
        @DisplayName("TASK-02 a task sets itself: nobody else may")
        void setsItself() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(async(() -> "value"));
                assertThatThrownBy(() -> task.setResult("x")).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> task.setException(new IOException()))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(await(task)).isEqualTo("value");
            });
        }

        @Test
        @DisplayName("TASK-03 a future of another loop: an error inside the task, at the await, that says what to do")
        void aFutureOfAnotherLoop() {
            EventLoop other = EventLoop.create();
            try {
                Virtual.runVirtually(() -> {
                    AsyncFuture<String> foreign = new AsyncFuture<>(other);
                    Task<String> task = createTask(async(() -> {
                        try {
                            return await(foreign);
                        } catch (IllegalStateException e) {
                            log.add("caught inside");
                            throw e;
                        }
                    }));
                    assertThatThrownBy(() -> await(task))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining(task.name())
                            .hasMessageContaining("belongs to " + other)
                            .hasMessageContaining("hide()");
                    assertThat(log).containsExactly("caught inside");
                });
            } finally {
                other.dispose();
            }
        }

        @Test
        @DisplayName("TASK-04 a task that awaits itself gets an error instead of hanging")
        void awaitsItself() {
            Virtual.runVirtually(() -> {
                Task<Object> task = createTask(async(() -> await((Mono<?>) currentTask())));
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("cannot await itself");
            });
        }

        @Test
        @DisplayName("TASK-08 one turn after its future is done, the task has gone on with the value")
        void oneTurnAfterItsFuture() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> future = new AsyncFuture<>();
                Task<Void> task = createTask(async(() -> {
                    log.add(await(future));
                }));
                turn();
                future.setResult(10);
                assertThat(log).isEmpty();
                turn();
                assertThat(log).containsExactly(10);
                assertThat(task.isDone()).isTrue();
            });
        }

        @Test
        @DisplayName("TASK-08 the same for a task without a stack")
        void oneTurnAfterItsFutureWithoutAStack() {
            Virtual.runVirtually(() -> {
                AsyncFuture<Integer> future = new AsyncFuture<>();
                Task<Integer> task = createTask(future);
                turn();
                future.setResult(10);
                assertThat(task.isDone()).isFalse();
                turn();
                assertThat(task.isDone()).isTrue();
                assertThat(task.result()).isEqualTo(10);
            });
        }

        @Test
        @DisplayName("TASK-11 the very same error thrown again by an awaited task makes no circle of causes")
        void theSameErrorAgain() {
            Virtual.runVirtually(() -> {
                IllegalArgumentException error = new IllegalArgumentException("x");
                Task<Void> outer = createTask(async(() -> {
                    try {
                        throw error;
                    } catch (IllegalArgumentException e) {
                        await(createTask(async(() -> {
                            throw e;
                        })));
                    }
                }));
                assertThat(catchThrowable(() -> await(outer))).isSameAs(error);
                assertThat(error.getCause()).isNull();
                assertThat(error.getSuppressed()).hasOnlyElementsOfType(AwaitedHere.class);
            });
        }

        @Test
        @DisplayName("TASK-01 an error comes out at the await as it is, a checked one too")
        void errors() {
            Virtual.runVirtually(() -> {
                IOException error = new IOException("disk");
                Task<String> task = createTask(async(() -> {
                    throw error;
                }));
                assertThat(catchThrowable(() -> await(task))).isSameAs(error);
                assertThat(task.exception()).isSameAs(error);
                assertThatThrownBy(() -> awaitThrowing(task, IOException.class)).isSameAs(error);
            });
        }

        @Test
        @DisplayName("a future as the value of a coroutine is a value: it is not waited for")
        void aFutureAsTheValue() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> pending = new AsyncFuture<>();
                Task<AsyncFuture<String>> task = createTask(async(() -> pending));
                assertThat(await(task)).isSameAs(pending);
                assertThat(await(async(() -> pending))).isSameAs(pending);
                assertThat(pending.isDone()).isFalse();
            });
        }

        @Test
        @DisplayName("coroutines that await each other a hundred deep are one task")
        void aChainIsOneTask() {
            Virtual.runVirtually(() -> {
                assertThat(await(chain(100))).isEqualTo(100);
                assertThat(log).hasSize(101).containsOnly(currentTask());
            });
        }

        private Coroutine<Integer> chain(int depth) {
            return async(() -> {
                log.add(currentTask());
                assertThat(allTasks()).hasSize(1);
                return depth == 0 ? 0 : 1 + await(chain(depth - 1));
            });
        }
    }

    @Nested
    class Names {
        @Test
        @DisplayName("TASK-13 the default is Task-N, N growing with each creation")
        void theDefault() {
            Virtual.runVirtually(() -> {
                Task<Void> first = createTask(sleep(Duration.ZERO));
                Task<Void> second = createTask(sleep(Duration.ZERO));
                assertThat(first.name()).matches("Task-\\d+");
                assertThat(number(second)).isGreaterThan(number(first));
                assertThat(first.toString()).contains(first.name(), "pending");
            });
        }

        private long number(Task<?> task) {
            return Long.parseLong(task.name().substring("Task-".length()));
        }

        @Test
        @DisplayName("TASK-15 createTask with a name, and a coroutine with a name, give it to the task")
        void given() {
            Virtual.runVirtually(() -> {
                assertThat(createTask(sleep(Duration.ZERO), "mine").name()).isEqualTo("mine");
                Task<String> named = createTask(async(() -> "x").named("worker"));
                assertThat(named.name()).isEqualTo("worker");
                named.setName("other");
                assertThat(named.name()).isEqualTo("other");
                assertThat(named.toString()).contains("other");
            });
        }
    }

    @Nested
    class Introspection {
        @Test
        @DisplayName("TASK-17 tasks that wake each other see themselves before and after each await")
        void currentTaskWhileInterleaving() {
            Virtual.runVirtually(() -> {
                List<Task<Void>> tasks = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    int number = i;
                    tasks.add(createTask(async(() -> {
                        for (int round = 0; round < 5; round++) {
                            assertThat(currentTask()).isSameAs(tasks.get(number));
                            turn();
                            assertThat(currentTask()).isSameAs(tasks.get(number));
                            await(sleep(Duration.ofMillis(number)));
                            assertThat(currentTask()).isSameAs(tasks.get(number));
                        }
                    })));
                }
                for (Task<Void> task : tasks) {
                    await(task);
                }
            });
        }

        @Test
        @DisplayName("TASK-17 a callback has no current task, whoever's stack it runs on")
        void noneInACallback() {
            Virtual.runVirtually(() -> {
                EventLoop.current().callSoon(() -> log.add("current: " + currentTask()));
                turn();
                assertThat(log).containsExactly("current: null");
            });
        }

        @Test
        @DisplayName("TASK-18 outside of a loop there is no current task to ask for: an error")
        void outsideOfALoop() {
            assertThatThrownBy(Asyncio::currentTask)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("No running event loop");
            assertThatThrownBy(Asyncio::allTasks).isInstanceOf(IllegalStateException.class);
        }

        @Test
        @DisplayName("TASK-20 allTasks lists the running one and those not done, oldest first, never a done one")
        void allTasksListsWhatIsNotDone() {
            Virtual.runVirtually(() -> {
                Task<?> main = currentTask();
                Task<Void> sleeping = createTask(sleep(Duration.ofSeconds(9)));
                Task<String> quick = createTask(async(() -> "quick"));
                assertThat(allTasks().toArray()).containsExactly(main, sleeping, quick);
                await(quick);
                assertThat(allTasks().toArray()).containsExactly(main, sleeping);
                sleeping.cancel();
                turn();
                assertThat(allTasks().toArray()).containsExactly(main);
            });
        }

        @Test
        @DisplayName("TASK-21 in debug mode a suspended task says where it waits")
        void awaitSite() {
            Virtual.runVirtually(() -> {
                EventLoop.current().setDebug(true);
                Task<Void> task = createTask(async(() -> waitsHere()));
                turn();
                assertThat(task.awaitSite()).isNotNull();
                assertThat(task.awaitSite().getStackTrace())
                        .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("waitsHere"));
                assertThat(String.valueOf(task.waitsFor())).contains("sleep");
                task.cancel();
            });
        }

        private void waitsHere() {
            await(sleep(Duration.ofSeconds(5)));
        }

        @Test
        @DisplayName(
                "TASK-22 a loop closed over a pending task tells the exception handler, and the task ends cancelled")
        void pendingAtClose() {
            Virtual virtual = new Virtual();
            Task<Void> withoutAStack = start(virtual, sleep(Duration.ofSeconds(9)));
            Task<Void> suspended = start(virtual, async(() -> {
                await(sleep(Duration.ofSeconds(9)));
            }));
            virtual.advance(Duration.ZERO);
            virtual.loop().stop();
            Task<Void> notStarted = start(virtual, async(() -> {
                log.add("ran");
            }));

            virtual.loop().close();
            virtual.advance(Duration.ZERO);

            assertThat(List.of(withoutAStack, suspended, notStarted)).allMatch(Task::isCancelled);
            assertThat(virtual.reported())
                    .hasSize(3)
                    .allSatisfy(told -> assertThat(told.message()).isEqualTo("Task was destroyed but it is pending"));
            assertThat(allTasks(virtual.loop())).isEmpty();
            assertThat(log).isEmpty();
            virtual.close();
        }

        @Test
        @DisplayName("TASK-22 whoever has subscribed to a task on a loop that is closed is told")
        void subscribersAreToldAtClose() {
            Virtual virtual = new Virtual();
            Coroutine<Void> endless = async(() -> {
                await(Mono.never());
            });
            endless.on(virtual.loop()).subscribe(value -> {}, log::add);
            Asyncio.gather(endless, endless).contextWrite(virtual.context()).subscribe(value -> {}, log::add);
            virtual.advance(Duration.ZERO);
            virtual.loop().close();
            virtual.advance(Duration.ZERO);
            assertThat(log).hasSize(2).allSatisfy(error -> assertThat(error).isInstanceOf(CancelledError.class));
            virtual.close();
        }

        @Test
        @DisplayName(
                "TASK-22 the garbage collector ends no task: two that only hold each other wait on until the close")
        void heldByNobodyElse() throws InterruptedException {
            Virtual virtual = new Virtual();
            CountDownLatch unwound = new CountDownLatch(2);
            startACircle(virtual, unwound);

            Garbage.collect(Object::new);
            virtual.advance(Duration.ZERO);

            assertThat(unwound.getCount()).isEqualTo(2);
            assertThat(allTasks(virtual.loop())).hasSize(2).noneMatch(Task::isDone);
            assertThat(virtual.reported()).isEmpty();

            virtual.loop().close();
            assertThat(unwound.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(virtual.reported()).hasSize(2);
            virtual.close();
        }

        /** Two that await each other; once they do, each is named only by the other. */
        private void startACircle(Virtual virtual, CountDownLatch unwound) {
            List<Task<Void>> tasks = new ArrayList<>();
            virtual.run(async(() -> {
                for (int i = 0; i < 2; i++) {
                    int other = 1 - i;
                    tasks.add(createTask(async(() -> {
                        try {
                            await(tasks.get(other));
                        } finally {
                            unwound.countDown();
                        }
                    })));
                }
                turn();
                tasks.clear();
            }));
        }

        @Test
        @DisplayName("TASK-22 a body that disposes of its own loop: its subscriber is told")
        void aBodyThatDisposesOfItsLoop() {
            assertThatThrownBy(() -> async(() -> {
                                EventLoop.current().dispose();
                                await(sleep(Duration.ofSeconds(9)));
                            })
                            .block(Duration.ofSeconds(20)))
                    .hasCauseInstanceOf(CancelledError.class);
        }

        private Task<Void> start(Virtual virtual, Mono<Void> mono) {
            return new Task<>(virtual.loop(), mono, null, AsyncContext.copy()).start();
        }

        @Test
        @DisplayName("it knows what it runs, also after its end and when it was eager")
        void awaitable() {
            Virtual.runVirtually(() -> {
                Coroutine<String> coroutine = async(() -> "x");
                Task<String> task = createTask(coroutine);
                assertThat(task.awaitable()).isSameAs(coroutine);
                await(task);
                assertThat(task.awaitable()).isSameAs(coroutine);
                Task<String> eager = createTask(coroutine, null, AsyncContext.copy(), true);
                assertThat(eager.isDone()).isTrue();
                assertThat(eager.awaitable()).isSameAs(coroutine);
            });
        }
    }

    @Nested
    class EnsureFuture {
        @Test
        @DisplayName("ENSURE-01 a coroutine becomes a task of the running loop")
        void aCoroutine() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = ensureFuture(async(() -> "value"));
                assertThat(future).isInstanceOf(Task.class);
                assertThat(future.loop()).isSameAs(EventLoop.current());
                assertThat(await(future)).isEqualTo("value");
            });
        }

        @Test
        @DisplayName("ENSURE-01 without a loop: an error")
        void withoutALoop() {
            assertThatThrownBy(() -> ensureFuture(async(() -> "value"))).isInstanceOf(IllegalStateException.class);
        }

        @Test
        @DisplayName("ENSURE-03 a task is returned as it is")
        void aTask() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(async(() -> "value"));
                assertThat(ensureFuture(task)).isSameAs(task);
            });
        }
    }
}
