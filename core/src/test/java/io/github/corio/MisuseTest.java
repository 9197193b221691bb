package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.waitTasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Each message says what was done, where (the thread, and the task if there is one), and what to do instead. */
class MisuseTest {
    private final EventLoop other = EventLoop.create();

    @AfterEach
    void close() {
        other.dispose();
    }

    private static AbstractThrowableAssert<?, ?> misuse(ThrowingCallable action) {
        return saysWhere(catchThrowable(action), Thread.currentThread());
    }

    private static AbstractThrowableAssert<?, ?> saysWhere(Throwable thrown, Thread thread) {
        return assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessageContaining(thread.toString());
    }

    /** Runs an action on a thread that must not block, and gives what it threw. */
    private static Throwable onNonBlockingThread(AtomicReference<Thread> where, ThrowingCallable action) {
        return Mono.fromCallable(() -> {
                    where.set(Thread.currentThread());
                    return catchThrowable(action);
                })
                .subscribeOn(Schedulers.parallel())
                .block(Duration.ofSeconds(20));
    }

    @Nested
    class AwaitOutsideOfACoroutine {
        @Test
        @DisplayName("on a plain thread")
        void onAPlainThread() {
            for (Mono<?> awaitable : List.of(
                    Mono.just("x"),
                    Mono.never(),
                    sleep(Duration.ofSeconds(1)),
                    sleep(Duration.ZERO),
                    async(() -> "x"),
                    gather(Mono.just("x"), Mono.just("y")))) {
                misuse(() -> await(awaitable))
                        .hasMessageContaining("await outside of a coroutine")
                        .hasMessageContaining("async(() -> ...)");
            }
            misuse(() -> await(new CompletableFuture<String>())).hasMessageContaining("await outside of a coroutine");
            misuse(() -> await(new AsyncFuture<String>(other))).hasMessageContaining("await outside of a coroutine");
        }

        @Test
        @DisplayName("on a thread that must not block")
        void onANonBlockingThread() {
            AtomicReference<Thread> where = new AtomicReference<>();
            Throwable thrown = onNonBlockingThread(where, () -> await(Mono.never()));
            saysWhere(thrown, where.get())
                    .hasMessageContaining("await outside of a coroutine")
                    .hasMessageContaining("subscribe to it");
        }

        @Test
        @DisplayName("in a callback, though it may run on a coroutine's stack: the message names the callback")
        void inACallback() {
            Virtual.runVirtually(() -> {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                EventLoop.current().callSoon(() -> thrown.set(catchThrowable(() -> await(sleep(Duration.ZERO)))));
                await(sleep(Duration.ZERO));
                assertThat(thrown.get())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("in the callback")
                        .hasMessageContaining("createTask");
            });
        }

        @Test
        @DisplayName("in an operator's lambda on another thread, although a coroutine awaits that")
        void inAnOperator() {
            run(async(() -> {
                Throwable thrown = catchThrowable(() ->
                        await(Mono.just("x").publishOn(Schedulers.parallel()).map(x -> x + await(Mono.just("y")))));
                assertThat(thrown)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("await outside of a coroutine")
                        .hasMessageContaining("parallel");
            }));
        }
    }

    @Nested
    class RunWhereOneMustNotBlock {
        @Test
        @DisplayName("run on a thread that must not block")
        void onANonBlockingThread() {
            AtomicReference<Thread> where = new AtomicReference<>();
            Throwable thrown = onNonBlockingThread(where, () -> run(async(() -> "x")));
            saysWhere(thrown, where.get())
                    .hasMessageContaining("must not block")
                    .hasMessageContaining("Subscribe");
            thrown = onNonBlockingThread(where, other::runForever);
            saysWhere(thrown, where.get()).hasMessageContaining("run an event loop");
        }

        @Test
        @DisplayName("close a runner on a thread that must not block: it stays open, and can be closed elsewhere")
        void closeARunner() {
            Runner runner = new Runner();
            EventLoop its = runner.getLoop();
            AtomicReference<Thread> where = new AtomicReference<>();
            Throwable thrown = onNonBlockingThread(where, runner::close);
            saysWhere(thrown, where.get()).hasMessageContaining("close a runner");
            assertThat(its.isClosed()).isFalse();
            runner.close();
            assertThat(its.isClosed()).isTrue();
        }

        @Test
        @DisplayName("run inside a running loop: the message names the task")
        void insideARunningLoop() {
            run(async(() -> {
                        misuse(() -> run(Mono.just("x")))
                                .hasMessageContaining("Task[outer")
                                .hasMessageContaining("await(...)")
                                .hasMessageContaining("createTask(...)");
                        misuse(other::runForever).hasMessageContaining("Task[outer");
                    })
                    .named("outer"));
        }
    }

    @Nested
    class ForeignLoop {
        @Test
        @DisplayName("a future of another loop: the message names the task, both loops and the way across")
        void aFuture() {
            AsyncFuture<String> foreign = new AsyncFuture<>(other);
            run(async(() -> {
                        misuse(() -> await(foreign))
                                .hasMessageContaining("Task[mine")
                                .hasMessageContaining("belongs to " + other)
                                .hasMessageContaining("hide()");
                        misuse(() -> await(gather(foreign, Mono.just("x"))))
                                .hasMessageContaining("belongs to " + other)
                                .hasMessageContaining("hide()");
                    })
                    .named("mine"));
        }

        @Test
        @DisplayName("the way across works")
        void theWayAcross() {
            AsyncFuture<String> foreign = new AsyncFuture<>(other);
            other.callLater(Duration.ofMillis(2), () -> foreign.setResult("from the other loop"));
            assertThat(run(async(() -> await(foreign.hide())))).isEqualTo("from the other loop");
            assertThat(run(async(() -> await(async(EventLoop::current).on(other).hide()) == other)))
                    .isTrue();
        }

        @Test
        @DisplayName("a coroutine that is pinned to another loop")
        void aPinnedCoroutine() {
            Coroutine<String> pinned = async(() -> "x").named("pinned").on(other);
            run(async(() -> {
                        misuse(() -> await(pinned))
                                .hasMessageContaining("pinned")
                                .hasMessageContaining("Task[mine")
                                .hasMessageContaining("hide()");
                    })
                    .named("mine"));
        }

        @Test
        @DisplayName("uncancel of a task by a thread that does not run its loop")
        void uncancel() {
            Task<Void> task = sleepOn(other);
            misuse(task::uncancel).hasMessageContaining(task.name()).hasMessageContaining("callSoon");
        }

        private Task<Void> sleepOn(EventLoop loop) {
            return async(() -> {
                        await(sleep(Duration.ofSeconds(100)));
                    })
                    .on(loop)
                    .start();
        }
    }

    @Nested
    class ClosedLoop {
        @Test
        @DisplayName("whatever would be scheduled on it")
        void schedule() {
            other.close();
            misuse(() -> other.callSoon(() -> {}))
                    .hasMessageContaining("Event loop is closed")
                    .hasMessageContaining("callSoon")
                    .hasMessageContaining("EventLoop.create()");
            misuse(() -> run(Mono.just("x"), other)).hasMessageContaining("Event loop is closed");
        }

        @Test
        @DisplayName("from a task of another loop: the message names it")
        void fromATask() {
            other.close();
            run(async(() -> {
                        misuse(() -> other.callSoon(() -> {})).hasMessageContaining("Task[late");
                    })
                    .named("late"));
        }

        @Test
        @DisplayName("to close the running loop: the message names the task and says what to do")
        void closeTheRunningLoop() {
            run(async(() -> {
                        misuse(EventLoop.current()::close)
                                .hasMessageContaining("Cannot close a running event loop")
                                .hasMessageContaining("Task[closer")
                                .hasMessageContaining("dispose()");
                    })
                    .named("closer"));
        }

        @Test
        @DisplayName("a body that is suspended when its loop is closed is told so at its await")
        void suspended() {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Virtual virtual = new Virtual();
            async(() -> {
                        thrown.set(catchThrowable(() -> await(Mono.never())));
                    })
                    .on(virtual.loop())
                    .subscribe();
            virtual.close();
            assertThat(thrown.get()).hasMessageContaining("closed while this code was waiting");
        }
    }

    @Nested
    class NoLoop {
        @Test
        @DisplayName("what needs a running loop, where there is none")
        void none() {
            misuse(() -> createTask(Mono.just("x")))
                    .hasMessageContaining("No running event loop")
                    .hasMessageContaining("from a coroutine");
            misuse(Asyncio::currentTask).hasMessageContaining("No running event loop");
            misuse(AsyncFuture::new).hasMessageContaining("No running event loop");
        }
    }

    @Nested
    class WhatCannotBeWaitedFor {
        @Test
        @DisplayName("a task's own end")
        void itself() {
            run(async(() -> {
                        misuse(() -> await(Asyncio.currentTask()))
                                .hasMessageContaining("Task[narcissus")
                                .hasMessageContaining("cannot await itself")
                                .hasMessageContaining("in another task");
                    })
                    .named("narcissus"));
        }

        @Test
        @DisplayName("futures of another loop: the message names the function")
        void foreignFutures() {
            AsyncFuture<String> foreign = new AsyncFuture<>(other);
            run(async(() -> {
                misuse(() -> await(waitTasks(List.of(foreign), ReturnWhen.ALL_COMPLETED)))
                        .hasMessageContaining("waitTasks")
                        .hasMessageContaining("hide()");
                misuse(() -> await(waitFor(foreign, Duration.ofSeconds(1))))
                        .hasMessageContaining("waitFor")
                        .hasMessageContaining("hide()");
                misuse(() -> await(shield(foreign)))
                        .hasMessageContaining("cannot be waited for")
                        .hasMessageContaining("hide()");
            }));
        }
    }

    @Nested
    class TooLate {
        @Test
        @DisplayName("a second result")
        void aSecondResult() {
            AsyncFuture<String> future = new AsyncFuture<>(other);
            future.setResult("first");
            assertThat(catchThrowable(() -> future.setResult("second")))
                    .isInstanceOf(InvalidStateException.class)
                    .hasMessageContaining("AsyncFuture[finished]")
                    .hasMessageContaining("ask isDone() first");
        }

        @Test
        @DisplayName("a task in a group that has ended")
        void aTaskInAnEndedGroup() {
            run(async(() -> {
                AtomicReference<TaskGroup> group = new AtomicReference<>();
                await(taskGroup(open -> {
                    group.set(open);
                    return null;
                }));
                assertThat(catchThrowable(() -> group.get().createTask(Mono.just("x"))))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("has ended")
                        .hasMessageContaining("Asyncio.createTask");
            }));
        }

        @Test
        @DisplayName("a main for a runner that was closed")
        void aClosedRunner() {
            Runner runner = new Runner();
            runner.close();
            misuse(() -> runner.run(Mono.just("x")))
                    .hasMessageContaining("closed")
                    .hasMessageContaining("new Runner()");
        }
    }

    @Nested
    class WhatOnlyItsOwnerDoes {
        @SuppressWarnings("deprecation") // that it is refused is what is tested
        @Test
        @DisplayName("to set the result of a task")
        void theResultOfATask() {
            run(async(() -> {
                Task<String> task = createTask(Mono.just("its own"), "sovereign");
                assertThat(catchThrowable(() -> task.setResult("yours")))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Task[sovereign")
                        .hasMessageContaining("AsyncFuture");
                assertThat(await(task)).isEqualTo("its own");
            }));
        }

        @Test
        @DisplayName("to run a loop that another thread runs")
        void aLoopOfAnotherThread() throws InterruptedException {
            Thread first = new Thread(() -> {
                try {
                    other.runForever();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            first.start();
            while (first.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            misuse(other::runForever)
                    .hasMessageContaining("already run by another thread")
                    .hasMessageContaining("callSoon");
            other.stop();
            first.join();
        }
    }

    @Nested
    class Null {
        @Test
        @DisplayName("is refused at once, by the name of the argument")
        @SuppressWarnings("NullAway") // that is what it is about
        void isNamed() {
            Map<String, List<ThrowingCallable>> misuses = Map.of(
                    "duration",
                    List.of(
                            () -> sleep(null),
                            () -> other.callLater(null, () -> {}),
                            () -> other.callAt(null, () -> {})),
                    "awaitable",
                    List.of(
                            () -> run(() -> await((Mono<String>) null)),
                            () -> run(() -> createTask((Mono<String>) null)),
                            () -> shield(null),
                            () -> waitFor(null, Duration.ofSeconds(1))),
                    "awaitables",
                    List.of(() -> Asyncio.asCompleted(null)),
                    "stage",
                    List.of(() -> run(() -> await((CompletableFuture<String>) null))),
                    "blocking",
                    List.of(() -> Asyncio.toThread((Callable<Object>) null)),
                    "scheduler",
                    List.of(() -> EventLoop.on(null)),
                    "context",
                    List.of(() -> run(() -> createTask(Mono.just("x"), (AsyncContext) null))));
            misuses.forEach((name, calls) -> calls.forEach(call -> assertThat(catchThrowable(call))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage(name)));
        }
    }
}
