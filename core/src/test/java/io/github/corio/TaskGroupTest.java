package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskGroupTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final List<Object> log = new ArrayList<>();

    private static Duration now() {
        return EventLoop.current().time();
    }

    private static Task<?> current() {
        return Objects.requireNonNull(currentTask());
    }

    private static Coroutine<Void> failing(Duration after, String message) {
        return async(() -> {
            await(sleep(after));
            throw new ArithmeticException(message);
        });
    }

    /** Sleeps for a day, and logs how that ended. */
    private Coroutine<String> sleeper(String name) {
        return async(() -> {
            try {
                await(sleep(DAY));
                log.add(name + " slept");
                return name;
            } catch (CancelledError e) {
                log.add(name + " cancelled");
                throw e;
            }
        });
    }

    /** Sleeps for a day, and fails when cancelled. */
    private static Coroutine<Void> failingWhenCancelled(String message) {
        return async(() -> {
            try {
                await(sleep(DAY));
            } catch (CancelledError e) {
                throw new ArithmeticException(message);
            }
        });
    }

    private static List<String> messages(Throwable error) {
        assertThat(error).isInstanceOf(ExceptionGroup.class);
        return ((ExceptionGroup) error)
                .exceptions().stream().map(Throwable::getMessage).toList();
    }

    /** Runs it as a task, cancels that after a second, and gives what it ends with. */
    private static Throwable cancelledAfterASecond(Coroutine<?> body) {
        Task<?> task = createTask(body);
        await(sleep(SECOND));
        assertThat(task.isDone()).isFalse();
        assertThat(task.cancel()).isTrue();
        return catchThrowable(() -> await(task));
    }

    @Nested
    class TheEndOfTheBlock {
        @Test
        @DisplayName("TG-01 comes after that of all tasks, whose results are there; the value of the body comes out")
        void afterAllTasks() {
            Virtual.runVirtually(() -> {
                List<Task<Integer>> tasks = new ArrayList<>();
                String value = await(taskGroup(group -> {
                    tasks.add(group.createTask(sleep(SECOND, 1)));
                    tasks.add(group.createTask(sleep(SECOND.multipliedBy(2), 2)));
                    return "x";
                }));
                assertThat(value).isEqualTo("x");
                assertThat(tasks).extracting(Task::result).containsExactly(1, 2);
                assertThat(now()).isEqualTo(SECOND.multipliedBy(2));
            });
        }

        @Test
        @DisplayName("TG-02 tasks may be added at different times in the body")
        void addedLater() {
            Virtual.runVirtually(() -> {
                List<Task<Integer>> tasks = new ArrayList<>();
                await(taskGroup(group -> {
                    tasks.add(group.createTask(sleep(SECOND, 1)));
                    await(sleep(SECOND.multipliedBy(3)));
                    assertThat(tasks.get(0).result()).isEqualTo(1);
                    tasks.add(group.createTask(sleep(SECOND, 2)));
                    return null;
                }));
                assertThat(tasks.get(1).result()).isEqualTo(2);
                assertThat(now()).isEqualTo(SECOND.multipliedBy(4));
            });
        }

        @Test
        @DisplayName("TG-03 a task cancelled by hand is no error: the others go on")
        void oneCancelled() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    Task<String> one = group.createTask(sleeper("one"));
                    group.createTask(sleep(SECOND)).addDoneCallback(done -> log.add("other " + done.isCancelled()));
                    turn();
                    one.cancel();
                    return null;
                }));
                assertThat(log).containsExactly("one cancelled", "other false");
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TG-23 a task may create more tasks after the body has ended; they are waited for")
        void tasksOfTasks() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    group.createTask(async(() -> {
                        await(sleep(SECOND));
                        group.createTask(sleep(SECOND)).addDoneCallback(done -> log.add("first"));
                        group.createTask(sleep(SECOND.multipliedBy(2))).addDoneCallback(done -> log.add("second"));
                    }));
                    return null;
                }));
                assertThat(now()).isEqualTo(SECOND.multipliedBy(3));
                turn();
                assertThat(log).containsExactly("first", "second");
            });
        }

        @Test
        @DisplayName("TG-22 tasks that have ended are forgotten while the body still runs")
        void endedAreForgotten() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    for (int i = 0; i < 5; i++) {
                        group.createTask(sleep(Duration.ZERO));
                    }
                    assertThat(group.toString()).contains("5 tasks");
                    await(sleep(SECOND));
                    assertThat(group.toString()).contains("0 tasks");
                    return null;
                }));
            });
        }

        @Test
        @DisplayName("TG-17 of an empty group whose body is cancelled is CancelledError")
        void emptyAndCancelled() {
            Virtual.runVirtually(() -> {
                Throwable error = cancelledAfterASecond(taskGroup(group -> await(sleeper("body"))));
                assertThat(error).isInstanceOf(CancelledError.class);
                assertThat(log).containsExactly("body cancelled");
            });
        }
    }

    @Nested
    class Failures {
        @Test
        @DisplayName(
                "TG-05 of tasks interrupt the body and cancel the others; the group holds the errors, never the cancels")
        void ofTasks() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    group.createTask(failing(SECOND, "one"));
                    group.createTask(failing(SECOND, "two"));
                    group.createTask(sleeper("other"));
                    return await(sleeper("body"));
                })));
                assertThat(messages(error)).containsExactly("one", "two");
                assertThat(log).containsExactly("other cancelled", "body cancelled");
                assertThat(now()).isEqualTo(SECOND);
                assertThat(current().cancelling()).isZero();
                turn(); // no cancel is left
            });
        }

        @Test
        @DisplayName("TG-40 of a task that the body awaits: the body sees CancelledError, the group has the error")
        void ofTheAwaitedTask() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    Task<Void> task = group.createTask(failing(SECOND, "one"));
                    Throwable seen = catchThrowable(() -> await(task));
                    log.add(seen.getClass());
                    throw (CancelledError) seen;
                })));
                assertThat(log).containsExactly(CancelledError.class);
                assertThat(messages(error)).containsExactly("one");
            });
        }

        @Test
        @DisplayName("TG-09 of the body after an await: the tasks are cancelled, and the group has its error")
        void ofTheBody() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    group.createTask(sleeper("one"));
                    await(sleep(SECOND));
                    throw new ArithmeticException("body");
                })));
                assertThat(messages(error)).containsExactly("body");
                assertThat(log).containsExactly("one cancelled");
            });
        }

        @Test
        @DisplayName("TG-24 tasks that keep creating tasks are all stopped by one failure")
        void hydra() {
            Virtual.runVirtually(() -> {
                AtomicInteger heads = new AtomicInteger();
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    group.createTask(hydra(group, heads));
                    group.createTask(async(() -> {
                        while (heads.get() < 10) {
                            await(sleep(Duration.ofMillis(15)));
                        }
                        throw new ArithmeticException("hercules");
                    }));
                    return null;
                })));
                assertThat(messages(error)).containsExactly("hercules");
                int atTheEnd = heads.get();
                assertThat(atTheEnd).isGreaterThanOrEqualTo(10);
                await(sleep(SECOND));
                assertThat(heads).hasValue(atTheEnd);
            });
        }

        private Coroutine<Void> hydra(TaskGroup group, AtomicInteger heads) {
            return async(() -> {
                heads.incrementAndGet();
                await(sleep(Duration.ofMillis(10)));
                group.createTask(hydra(group, heads));
                group.createTask(hydra(group, heads));
            });
        }

        @Test
        @DisplayName(
                "TG-28 of a task and of a resource that the body closes: both are in the group, and no cancel is counted")
        void ofTaskAndResource() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    try {
                        group.createTask(failing(Duration.ZERO, "task"));
                        await(sleep(DAY));
                    } catch (CancelledError e) {
                        throw new ArithmeticException("resource");
                    }
                    return null;
                })));
                assertThat(messages(error)).containsExactly("task", "resource");
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TG-33 at once, and handled: no cancel is counted any more")
        void levelIsKept() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    group.createTask(failing(Duration.ZERO, "one"));
                    return null;
                })));
                assertThat(messages(error)).containsExactly("one");
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TG-38 a task that throws a CancelledError of its own counts as cancelled, and is ignored")
        void ownCancelOfTask() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    Task<Void> task = group.createTask(async(() -> {
                        throw new CancelledError("of its own");
                    }));
                    group.createTask(sleep(SECOND)).addDoneCallback(done -> log.add(task.isCancelled()));
                    return null;
                }));
                turn();
                assertThat(log).containsExactly(true);
            });
        }

        @Test
        @DisplayName("TG-39 a CancelledError that the body throws by itself cancels the tasks and comes out")
        void ownCancelOfBody() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(taskGroup(group -> {
                            group.createTask(sleeper("one"));
                            turn();
                            throw new CancelledError("of its own");
                        })))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("of its own");
                assertThat(log).containsExactly("one cancelled");
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("of the body before its tasks have begun: they never begin")
        void ofTheBodyAtOnce() {
            Virtual.runVirtually(() -> {
                List<Task<?>> tasks = new ArrayList<>();
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    tasks.add(group.createTask(async(() -> log.add("begun"))));
                    tasks.add(group.createTask(sleep(DAY)));
                    throw new ArithmeticException("body");
                })));
                assertThat(messages(error)).containsExactly("body");
                assertThat(tasks).hasSize(2).allMatch(Task::isCancelled);
                assertThat(log).isEmpty();
            });
        }

        @Test
        @DisplayName("with an Error, of a task or of the body: it is in the group with the others")
        void withErrors() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    group.createTask(async(() -> {
                        await(sleep(SECOND));
                        throw new AssertionError("task");
                    }));
                    try {
                        await(sleep(DAY));
                    } catch (CancelledError e) {
                        throw new AssertionError("body");
                    }
                    return null;
                })));
                assertThat(messages(error)).containsExactly("task", "body");
            });
        }

        @Test
        @DisplayName("with an error that the JVM may not survive: that comes out bare, the others are reported")
        void fatal() {
            try (Virtual virtual = new Virtual()) {
                virtual.run(async(() -> {
                    InternalError ofBody = new InternalError("body");
                    assertThatThrownBy(() -> await(taskGroup(group -> {
                                group.createTask(failing(SECOND, "task"));
                                try {
                                    await(sleep(DAY));
                                } catch (CancelledError e) {
                                    throw ofBody;
                                }
                                return null;
                            })))
                            .isSameAs(ofBody);
                    current().uncancel();
                    InternalError ofTask = new InternalError("task");
                    assertThatThrownBy(() -> await(taskGroup(group -> {
                                group.createTask(failingWhenCancelled("other"));
                                turn();
                                group.createTask(async(() -> {
                                    throw ofTask;
                                }));
                                await(sleep(DAY));
                                return null;
                            })))
                            .isSameAs(ofTask);
                }));
                assertThat(virtual.reported())
                        .extracting(told -> told.exception().getMessage())
                        .containsExactly("task", "other");
            }
        }
    }

    @Nested
    class CancelOfTheParent {
        @Test
        @DisplayName("TG-07 in the body: the body and the tasks see CancelledError, and it comes out")
        void inTheBody() {
            Virtual.runVirtually(() -> {
                Throwable error = cancelledAfterASecond(taskGroup(group -> {
                    group.createTask(sleeper("one"));
                    group.createTask(sleeper("two"));
                    return await(sleeper("body"));
                }));
                assertThat(error).isInstanceOf(CancelledError.class);
                assertThat(log).containsExactly("body cancelled", "one cancelled", "two cancelled");
            });
        }

        @Test
        @DisplayName("TG-08 and tasks that fail in their cleanup: the group comes out instead")
        void failingCleanup() {
            Virtual.runVirtually(() -> {
                Throwable error = cancelledAfterASecond(taskGroup(group -> {
                    group.createTask(failingWhenCancelled("one"));
                    group.createTask(failingWhenCancelled("two"));
                    await(sleep(DAY));
                    return null;
                }));
                assertThat(messages(error)).containsExactly("one", "two");
            });
        }

        @Test
        @DisplayName("TG-15 whose handler takes its time while a task fails: the group comes out")
        void slowHandler() {
            Virtual.runVirtually(() -> {
                Throwable error = cancelledAfterASecond(withSlowHandler());
                assertThat(messages(error)).containsExactly("soon");
            });
        }

        @Test
        @DisplayName("TG-16 the same one task deeper")
        void slowHandlerDeeper() {
            Virtual.runVirtually(() -> {
                Throwable error = cancelledAfterASecond(async(() -> {
                    Task<Void> nested = createTask(withSlowHandler());
                    await(nested);
                }));
                assertThat(messages(error)).containsExactly("soon");
            });
        }

        private Coroutine<Void> withSlowHandler() {
            return taskGroup(group -> {
                group.createTask(failing(SECOND.multipliedBy(3), "soon"));
                try {
                    await(sleep(DAY));
                } catch (CancelledError e) {
                    await(sleep(SECOND.multipliedBy(5)));
                    throw e;
                }
                return null;
            });
        }

        @Test
        @DisplayName("after the body has ended: the tasks see CancelledError, and it comes out when they have ended")
        void afterTheBody() {
            Virtual.runVirtually(() -> {
                Throwable error = cancelledAfterASecond(taskGroup(group -> {
                    group.createTask(sleeper("one"));
                    group.createTask(async(() -> {
                        try {
                            await(sleep(DAY));
                        } finally {
                            await(sleep(SECOND));
                            log.add("cleaned up");
                        }
                    }));
                    return null;
                }));
                assertThat(error).isInstanceOf(CancelledError.class);
                assertThat(log).containsExactly("one cancelled", "cleaned up");
                assertThat(now()).isEqualTo(SECOND.multipliedBy(2));
            });
        }

        @Test
        @DisplayName("which the body turns into an error: the group has it, and the cancel comes at the next await")
        void turnedIntoAnError() {
            Virtual.runVirtually(() -> {
                Throwable error = cancelledAfterASecond(async(() -> {
                    Throwable ofGroup = catchThrowable(() -> await(taskGroup(group -> {
                        try {
                            await(sleep(DAY));
                        } catch (CancelledError e) {
                            throw new ArithmeticException("body");
                        }
                        return null;
                    })));
                    log.addAll(messages(ofGroup));
                    log.add(current().cancelling());
                    await(sleeper("afterwards"));
                }));
                assertThat(error).isInstanceOf(CancelledError.class);
                assertThat(log).containsExactly("body", 1, "afterwards cancelled");
                assertThat(now()).isEqualTo(SECOND);
            });
        }

        @Test
        @DisplayName("in the turn in which a task fails: the group comes out, and the cancel at the next await")
        void togetherWithAFailure() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    Throwable ofGroup = catchThrowable(() -> await(taskGroup(group -> {
                        group.createTask(failing(Duration.ZERO, "task"));
                        return await(sleeper("body"));
                    })));
                    log.addAll(messages(ofGroup));
                    log.add(current().cancelling());
                    await(sleeper("afterwards"));
                }));
                turn();
                turn();
                assertThat(task.cancelling()).isZero();
                task.cancel();
                assertThat(catchThrowable(() -> await(task))).isInstanceOf(CancelledError.class);
                assertThat(task.isCancelled()).isTrue();
                assertThat(log).containsExactly("body cancelled", "task", 1, "afterwards cancelled");
                assertThat(now()).isEqualTo(Duration.ZERO);
            });
        }
    }

    @Nested
    class InOneAnother {
        @Test
        @DisplayName(
                "TG-12 cancelled, with an inner group that fails in its cleanup and an outer task: groups in groups")
        void cancelledWithFailingInner() {
            Virtual.runVirtually(() -> {
                Throwable error = cancelledAfterASecond(taskGroup(outer -> {
                    outer.createTask(sleeper("outer"));
                    return await(taskGroup(inner -> {
                        for (int i = 0; i < 5; i++) {
                            inner.createTask(failingWhenCancelled("inner " + i));
                        }
                        await(sleep(DAY));
                        return null;
                    }));
                }));
                assertThat(error).isInstanceOf(ExceptionGroup.class);
                List<Throwable> parts = ((ExceptionGroup) error).exceptions();
                assertThat(parts).hasSize(1);
                assertThat(messages(parts.get(0)))
                        .containsExactly("inner 0", "inner 1", "inner 2", "inner 3", "inner 4");
                assertThat(log).containsExactly("outer cancelled");
            });
        }

        @Test
        @DisplayName(
                "TG-13 an outer task fails while the body waits in an inner group: that is cancelled, the outer error is flat")
        void outerFails() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(outer -> {
                    outer.createTask(failing(SECOND, "outer"));
                    return await(taskGroup(inner -> {
                        inner.createTask(sleeper("inner"));
                        return null;
                    }));
                })));
                assertThat(messages(error)).containsExactly("outer");
                assertThat(log).containsExactly("inner cancelled");
            });
        }

        @Test
        @DisplayName("TG-14 an inner task fails: the outer group holds the inner one")
        void innerFails() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(outer -> {
                    outer.createTask(sleeper("outer"));
                    return await(taskGroup(inner -> {
                        inner.createTask(failing(SECOND, "inner"));
                        return null;
                    }));
                })));
                List<Throwable> parts = ((ExceptionGroup) error).exceptions();
                assertThat(parts).hasSize(1);
                assertThat(messages(parts.get(0))).containsExactly("inner");
                assertThat(log).containsExactly("outer cancelled");
            });
        }

        @Test
        @DisplayName(
                "TG-34 tasks of both fail in one turn: one cancel is counted after the inner error, none after the outer")
        void bothFail() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(outer -> {
                    Throwable ofInner = catchThrowable(() -> await(taskGroup(inner -> {
                        inner.createTask(failing(Duration.ZERO, "inner"));
                        outer.createTask(failing(Duration.ZERO, "outer"));
                        return null;
                    })));
                    log.addAll(messages(ofInner));
                    log.add(current().cancelling());
                    return null;
                })));
                assertThat(log).containsExactly("inner", 1);
                assertThat(messages(error)).containsExactly("outer");
                assertThat(current().cancelling()).isZero();
            });
        }
    }

    @Nested
    class CreatingTasks {
        @Test
        @DisplayName("TG-25 with a name")
        void named() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    assertThat(group.createTask(sleep(SECOND), "yolo").name()).isEqualTo("yolo");
                    return null;
                }));
            });
        }

        @Test
        @DisplayName("TG-26 with a context, whose changes are seen afterwards")
        void withContext() {
            Virtual.runVirtually(() -> {
                ContextVar<String> variable = ContextVar.of("variable", "before");
                AsyncContext context = AsyncContext.copy();
                await(taskGroup(group -> {
                    group.createTask(
                            async(() -> {
                                variable.set("after");
                            }),
                            context);
                    return null;
                }));
                assertThat(variable.get()).isEqualTo("before");
                context.run(() -> log.add(variable.get()));
                assertThat(log).containsExactly("after");
            });
        }

        @Test
        @DisplayName("TG-27 by a task once the group is shutting down: IllegalStateException")
        void whileShuttingDown() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    group.createTask(async(() -> {
                        try {
                            await(sleep(DAY));
                        } finally {
                            log.add(catchThrowable(() -> group.createTask(sleeper("rejected"))));
                        }
                    }));
                    group.createTask(failing(SECOND, "one"));
                    return null;
                })));
                assertThat(messages(error)).containsExactly("one");
                assertThat(log)
                        .singleElement()
                        .satisfies(refusal -> assertThat((Throwable) refusal)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("shutting down"));
            });
        }

        @Test
        @DisplayName("TG-30 after the end: IllegalStateException, and what was rejected never begins")
        void afterTheEnd() {
            Virtual.runVirtually(() -> {
                List<TaskGroup> groups = new ArrayList<>();
                await(taskGroup(group -> groups.add(group)));
                assertThatThrownBy(() -> groups.get(0).createTask(sleeper("rejected")))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("has ended");
                await(sleep(DAY.multipliedBy(2)));
                assertThat(log).isEmpty();
            });
        }

        @Test
        @DisplayName("TG-32 a block awaited outside of a task: IllegalStateException")
        void withoutTask() {
            Virtual.runVirtually(() -> {
                EventLoop.current()
                        .callSoon(() -> log.add(catchThrowable(() -> await(taskGroup(group -> log.add("begun"))))));
                turn();
                turn();
                assertThat(log).singleElement().isInstanceOf(IllegalStateException.class);
            });
        }

        @Test
        @DisplayName("TG-36 an eager task whose first step creates a failing one is cancelled at its next awaits")
        void eagerCreatorOfAFailingOne() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    eager(group, async(() -> {
                        eager(group, async(() -> {
                            throw new ArithmeticException("grandchild");
                        }));
                        turn();
                        try {
                            await(sleep(DAY));
                        } catch (CancelledError e) {
                            log.add("child cancelled");
                            throw e;
                        }
                    }));
                    return null;
                })));
                assertThat(messages(error)).containsExactly("grandchild");
                assertThat(now()).isEqualTo(Duration.ZERO);
            });
        }

        @Test
        @DisplayName("TG-37 an eager task that fails at once leaves no cancel for the first await after the group")
        void cancelDoesNotLeak() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    eager(group, async(() -> {
                        throw new ArithmeticException("at once");
                    }));
                    return null;
                })));
                assertThat(messages(error)).containsExactly("at once");
                turn();
                await(sleep(SECOND));
                assertThat(current().cancelling()).isZero();
            });
        }
    }

    private static void eager(TaskGroup group, Coroutine<Void> coroutine) {
        Task<Void> unused = group.createTask(coroutine, null, AsyncContext.copy(), true);
    }

    @Nested
    class Cancel {
        @Test
        @DisplayName(
                "TGCANCEL-02 at the very beginning: the first await is interrupted, and the block ends without an error")
        void atTheBeginning() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    group.cancel();
                    log.add("begun");
                    return await(sleeper("body"));
                }));
                assertThat(log).containsExactly("begun", "body cancelled");
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TGCANCEL-03 by a task: it and the others are cancelled, and the block ends without an error")
        void byATask() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    group.createTask(async(() -> {
                        await(sleep(SECOND));
                        group.cancel();
                        await(sleeper("it"));
                    }));
                    group.createTask(sleeper("other"));
                    return null;
                }));
                assertThat(log).containsExactlyInAnyOrder("it cancelled", "other cancelled");
                assertThat(now()).isEqualTo(SECOND);
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TGCANCEL-05 with a task and a body that fail after it: the group of their errors comes out")
        void withErrors() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(taskGroup(group -> {
                    group.createTask(failingWhenCancelled("task"));
                    turn();
                    group.cancel();
                    throw new ArithmeticException("body");
                })));
                assertThat(messages(error)).containsExactly("task", "body");
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TGCANCEL-07 by a body that ends without an await and without tasks: nothing comes later")
        void nothingLater() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    group.cancel();
                    return null;
                }));
                turn();
                await(sleep(SECOND));
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TGCANCEL-08 then createTask: IllegalStateException")
        void thenCreateTask() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    group.cancel();
                    assertThatThrownBy(() -> group.createTask(sleeper("rejected")))
                            .isInstanceOf(IllegalStateException.class);
                    log.add("refused");
                    return null;
                }));
                assertThat(log).containsExactly("refused");
            });
        }

        @Test
        @DisplayName("TGCANCEL-09 by an eager task in its first step, before it suspends: it is cancelled itself")
        void byAnEagerTask() {
            Virtual.runVirtually(() -> {
                await(taskGroup(group -> {
                    eager(group, async(() -> {
                        group.cancel();
                        await(sleeper("it"));
                    }));
                    return null;
                }));
                assertThat(log).containsExactly("it cancelled");
                assertThat(now()).isEqualTo(Duration.ZERO);
            });
        }

        @Test
        @DisplayName("TGCANCEL-02 twice, or after the end: harmless")
        void repeated() {
            Virtual.runVirtually(() -> {
                List<TaskGroup> groups = new ArrayList<>();
                await(taskGroup(group -> {
                    groups.add(group);
                    group.createTask(sleeper("one"));
                    turn();
                    group.cancel();
                    group.cancel();
                    return null;
                }));
                groups.get(0).cancel();
                turn();
                assertThat(log).containsExactly("one cancelled");
                assertThat(current().cancelling()).isZero();
            });
        }
    }
}
