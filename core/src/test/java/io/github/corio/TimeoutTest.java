package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.timeoutAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TimeoutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final List<Object> log = new ArrayList<>();
    private final List<Timeout> limits = new ArrayList<>();

    private static Duration now() {
        return EventLoop.current().time();
    }

    private static Task<?> current() {
        return Objects.requireNonNull(currentTask());
    }

    private Void sleepWithin(Timeout limit, Duration time) {
        limits.add(limit);
        await(sleep(time));
        return null;
    }

    @Nested
    class TheDeadline {
        @Test
        @DisplayName("TIMEOUT-01 a body that sleeps past it: TimeoutException, and expired() is true")
        void passed() {
            Virtual.runVirtually(() -> {
                Duration start = now();
                assertThatThrownBy(() -> await(timeout(SECOND, limit -> sleepWithin(limit, DAY))))
                        .isInstanceOf(TimeoutException.class);
                assertThat(limits.get(0).expired()).isTrue();
                assertThat(limits.get(0).when()).isEqualTo(start.plus(SECOND));
                assertThat(now().minus(start)).isEqualTo(SECOND);
            });
        }

        @Test
        @DisplayName("TIMEOUT-03 a body that ends in time: no error, not expired")
        void notReached() {
            Virtual.runVirtually(() -> {
                Duration start = now();
                String value = await(timeout(DAY, limit -> {
                    sleepWithin(limit, SECOND);
                    return "x";
                }));
                assertThat(value).isEqualTo("x");
                assertThat(limits.get(0).expired()).isFalse();
                assertThat(now().minus(start)).isEqualTo(SECOND);
                await(sleep(DAY.multipliedBy(2))); // nothing comes later
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TIMEOUT-04 none: it never comes, and when() is null")
        void none() {
            Virtual.runVirtually(() -> {
                await(timeout(null, limit -> sleepWithin(limit, DAY.multipliedBy(1_000))));
                await(timeoutAt(null, limit -> sleepWithin(limit, DAY.multipliedBy(1_000))));
                assertThat(limits)
                        .hasSize(2)
                        .allMatch(limit -> limit.when() == null)
                        .noneMatch(Timeout::expired);
            });
        }

        @Test
        @DisplayName("TIMEOUT-07 of no time at all: it comes at the first await, even of sleep(0)")
        void zero() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(timeout(Duration.ZERO, limit -> {
                            log.add("before");
                            sleepWithin(limit, Duration.ZERO);
                            log.add("after");
                            return null;
                        })))
                        .isInstanceOf(TimeoutException.class);
                assertThat(log).containsExactly("before");
                assertThat(limits.get(0).expired()).isTrue();
            });
        }

        @Test
        @DisplayName("TIMEOUT-06 the body sees CancelledError, not TimeoutException")
        void bodySeesCancel() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(timeout(SECOND, limit -> {
                            try {
                                return sleepWithin(limit, DAY);
                            } catch (Throwable e) {
                                log.add(e.getClass());
                                throw e;
                            }
                        })))
                        .isInstanceOf(TimeoutException.class);
                assertThat(log).containsExactly(CancelledError.class);
            });
        }

        @Test
        @DisplayName("TIMEOUT-14 a task that has caught the TimeoutException is not cancelled")
        void caught() {
            Virtual.runVirtually(() -> {
                Task<String> task = createTask(async(() -> {
                    try {
                        awaitThrowing(
                                timeout(Duration.ofMillis(1), limit -> sleepWithin(limit, DAY)),
                                TimeoutException.class);
                        return "no timeout";
                    } catch (TimeoutException e) {
                        await(sleep(SECOND));
                        return "caught " + current().cancelling();
                    }
                }));
                assertThat(await(task)).isEqualTo("caught 0");
                assertThat(task.isCancelled()).isFalse();
            });
        }

        @Test
        @DisplayName("of less than no time: when() is past, and it comes at the first await")
        void lessThanZero() {
            Virtual.runVirtually(() -> {
                Duration start = now();
                assertThatThrownBy(() -> await(timeout(SECOND.negated(), limit -> sleepWithin(limit, Duration.ZERO))))
                        .isInstanceOf(TimeoutException.class);
                assertThat(limits.get(0).when()).isEqualTo(start.minus(SECOND));
                assertThat(limits.get(0).expired()).isTrue();
            });
        }

        @Test
        @DisplayName("does not touch an error of the body that comes before it")
        void errorBefore() {
            Virtual.runVirtually(() -> {
                ArithmeticException error = new ArithmeticException("body");
                assertThatThrownBy(() -> await(timeout(DAY, limit -> {
                            sleepWithin(limit, SECOND);
                            throw error;
                        })))
                        .isSameAs(error)
                        .hasNoSuppressedExceptions();
                assertThat(limits.get(0).expired()).isFalse();
                await(sleep(DAY.multipliedBy(2))); // nothing comes later
            });
        }

        @Test
        @DisplayName("which the body swallows: it ends well, the block has expired, and no cancel is counted")
        void swallowed() {
            Virtual.runVirtually(() -> {
                String value = await(timeout(SECOND, limit -> {
                    try {
                        sleepWithin(limit, DAY);
                        return "slept";
                    } catch (CancelledError e) {
                        return "swallowed " + current().cancelling();
                    }
                }));
                assertThat(value).isEqualTo("swallowed 1");
                assertThat(limits.get(0).expired()).isTrue();
                assertThat(current().cancelling()).isZero();
                await(sleep(Duration.ZERO)); // no cancel is left
            });
        }
    }

    @Nested
    class InOneAnother {
        @Test
        @DisplayName(
                "TIMEOUT-05 with the same deadline: the inner lets CancelledError pass, the outer converts it; both have expired")
        void sameDeadline() {
            Virtual.runVirtually(() -> {
                Duration deadline = now().plus(SECOND);
                assertThatThrownBy(() -> await(timeoutAt(deadline, outer -> {
                            limits.add(outer);
                            Throwable ofInner =
                                    catchThrowable(() -> await(timeoutAt(deadline, inner -> sleepWithin(inner, DAY))));
                            log.add(ofInner.getClass());
                            throw (CancelledError) ofInner;
                        })))
                        .isInstanceOf(TimeoutException.class);
                assertThat(log).containsExactly(CancelledError.class);
                assertThat(limits).hasSize(2).allMatch(Timeout::expired);
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TIMEOUT-16 on a loop that was busy past the inner one: all ends in the outer, in time")
        void busyLoop() {
            Duration took = run(() -> {
                Duration start = now();
                assertThatThrownBy(() -> await(timeout(Duration.ofMillis(100), outer -> {
                            try {
                                awaitThrowing(
                                        timeout(Duration.ofMillis(10), inner -> {
                                            int held = 0; // the loop: no pause, since that would count as blocking
                                            while (now().minus(start).compareTo(Duration.ofMillis(100)) < 0) {
                                                held++;
                                            }
                                            log.add(held);
                                            return sleepWithin(inner, SECOND);
                                        }),
                                        TimeoutException.class);
                            } catch (TimeoutException e) {
                                log.add("inner");
                            }
                            await(sleep(Duration.ofSeconds(60)));
                            return null;
                        })))
                        .isInstanceOf(TimeoutException.class);
                return now().minus(start);
            });
            assertThat(took).isLessThan(Duration.ofSeconds(30));
        }

        @Test
        @DisplayName("the inner one in the cleanup of the outer, whose deadline has come: each has a TimeoutException")
        void inTheCleanup() {
            Virtual.runVirtually(() -> {
                Duration start = now();
                assertThatThrownBy(() -> await(timeout(SECOND, outer -> {
                            try {
                                return sleepWithin(outer, DAY);
                            } finally {
                                assertThatThrownBy(() -> await(timeout(SECOND, inner -> sleepWithin(inner, DAY))))
                                        .isInstanceOf(TimeoutException.class);
                                log.add(current().cancelling());
                            }
                        })))
                        .isInstanceOf(TimeoutException.class);
                assertThat(log).containsExactly(1);
                assertThat(limits).hasSize(2).allMatch(Timeout::expired);
                assertThat(now().minus(start)).isEqualTo(SECOND.multipliedBy(2));
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("with that of the outer first: CancelledError passes through the inner, which has not expired")
        void outerFirst() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(timeout(SECOND, outer -> {
                            limits.add(outer);
                            try {
                                return await(timeout(DAY, inner -> sleepWithin(inner, DAY.multipliedBy(2))));
                            } catch (Throwable e) {
                                log.add(e.getClass());
                                throw e;
                            }
                        })))
                        .isInstanceOf(TimeoutException.class);
                assertThat(log).containsExactly(CancelledError.class);
                assertThat(limits).extracting(Timeout::expired).containsExactly(true, false);
            });
        }
    }

    @Nested
    class ErrorsOfTheCleanup {
        @Test
        @DisplayName("TIMEOUT-10 come out instead, with the TimeoutException added, whose cause is the cancel")
        void comeOut() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(timeout(SECOND, limit -> {
                    try {
                        return sleepWithin(limit, DAY);
                    } catch (CancelledError e) {
                        throw new ArithmeticException("in the cleanup");
                    }
                })));
                assertThat(error).isInstanceOf(ArithmeticException.class);
                assertThat(error.getSuppressed()).singleElement().isInstanceOf(TimeoutException.class);
                assertThat(limits.get(0).expired()).isTrue();
                assertThat(current().cancelling()).isZero();
            });
        }

        @Test
        @DisplayName("TIMEOUT-11 stacked: the TimeoutException is added to the one right above the cancel")
        void stacked() {
            Virtual.runVirtually(() -> {
                Throwable outer = catchThrowable(() -> await(timeout(SECOND, limit -> {
                    try {
                        return sleepWithin(limit, DAY);
                    } catch (CancelledError e) {
                        throw new IllegalStateException(new IllegalArgumentException(e));
                    }
                })));
                assertThat(outer).isInstanceOf(IllegalStateException.class);
                assertThat(outer.getSuppressed()).isEmpty();
                Throwable inner = outer.getCause();
                assertThat(inner.getSuppressed())
                        .singleElement()
                        .satisfies(added -> assertThat(added)
                                .isInstanceOf(TimeoutException.class)
                                .hasCause(inner.getCause()));
            });
        }

        @Test
        @DisplayName("TIMEOUT-12 the cause of a TimeoutException is the cancel")
        void cause() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(timeout(SECOND, limit -> sleepWithin(limit, DAY))))
                        .isInstanceOf(TimeoutException.class)
                        .hasCauseInstanceOf(CancelledError.class);
            });
        }

        @Test
        @DisplayName("TIMEOUT-26 of a group: it comes out, and it and each of its parts tell of the timeout")
        void ofGroup() {
            Virtual.runVirtually(() -> {
                Throwable error = catchThrowable(() -> await(timeout(
                        SECOND,
                        limit -> await(taskGroup(group -> {
                            for (int i = 0; i < 2; i++) {
                                group.createTask(async(() -> {
                                    try {
                                        await(sleep(DAY));
                                    } finally {
                                        throwOne();
                                    }
                                }));
                            }
                            await(sleep(DAY));
                            return null;
                        })))));
                assertThat(error).isInstanceOf(ExceptionGroup.class);
                ExceptionGroup group = (ExceptionGroup) error;
                assertThat(group.exceptions()).hasSize(2).allSatisfy(part -> {
                    assertThat(part).isInstanceOf(ArithmeticException.class);
                    assertThat(part.getSuppressed()).singleElement().isInstanceOf(TimeoutException.class);
                });
                assertThat(group.getSuppressed()).hasAtLeastOneElementOfType(TimeoutException.class);
            });
        }

        private void throwOne() {
            throw new ArithmeticException("in the cleanup");
        }
    }

    @Nested
    class CancelsFromOutside {
        @Test
        @DisplayName("TIMEOUT-13 before the deadline: CancelledError leaves the block, which has not expired")
        void beforeTheDeadline() {
            Virtual.runVirtually(() -> {
                EventLoop.current().callLater(SECOND, current()::cancel);
                assertThatThrownBy(() -> await(timeout(DAY, limit -> sleepWithin(limit, DAY))))
                        .isInstanceOf(CancelledError.class);
                assertThat(limits.get(0).expired()).isFalse();
                assertThat(current().cancelling()).isEqualTo(1);
                assertThat(current().uncancel()).isZero();
            });
        }

        @Test
        @DisplayName(
                "TIMEOUT-20 a new cancel in a block that was entered with an old one still counted: CancelledError")
        void afterAnOldOne() {
            Virtual.runVirtually(() -> {
                current().cancel();
                assertThatThrownBy(() -> await(sleep(Duration.ZERO))).isInstanceOf(CancelledError.class);
                assertThatThrownBy(() -> await(timeout(SECOND, limit -> {
                            current().cancel();
                            return sleepWithin(limit, DAY);
                        })))
                        .isInstanceOf(CancelledError.class);
                assertThat(limits.get(0).expired()).isFalse();
                assertThat(current().cancelling()).isEqualTo(2);
            });
        }

        @Test
        @DisplayName(
                "TIMEOUT-20 the deadline of a block that was entered with an old cancel still counted: TimeoutException")
        void deadlineAfterAnOldOne() {
            Virtual.runVirtually(() -> {
                current().cancel();
                assertThatThrownBy(() -> await(sleep(Duration.ZERO))).isInstanceOf(CancelledError.class);
                assertThatThrownBy(() -> await(timeout(SECOND, limit -> sleepWithin(limit, DAY))))
                        .isInstanceOf(TimeoutException.class);
                assertThat(current().cancelling()).isEqualTo(1);
            });
        }

        @Test
        @DisplayName(
                "TIMEOUT-28 whose cleanup outlasts the deadline: that interrupts it, and CancelledError leaves; the count is 1")
        void cleanupOutlastsTheDeadline() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    try {
                        await(timeout(Duration.ofSeconds(2), limit -> {
                            try {
                                return sleepWithin(limit, DAY);
                            } catch (CancelledError e) {
                                log.add("cleans up");
                                await(sleep(DAY));
                                log.add("unreachable");
                                throw e;
                            }
                        }));
                    } catch (CancelledError e) {
                        log.add(current().cancelling());
                        throw e;
                    }
                }));
                await(sleep(SECOND));
                Duration start = now();
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(now().minus(start)).isEqualTo(SECOND);
                assertThat(log).containsExactly("cleans up", 1);
                assertThat(limits.get(0).expired()).isTrue();
            });
        }
    }

    @Nested
    class Moving {
        @Test
        @DisplayName("TIMEOUT-17 the deadline may be moved or lifted while it is active; a later cancel is a plain one")
        void movedAndLifted() {
            Virtual.runVirtually(() -> {
                Duration start = now();
                EventLoop.current().callAt(start.plus(Duration.ofSeconds(5)), current()::cancel);
                assertThatThrownBy(() -> await(timeout(SECOND, limit -> {
                            limit.reschedule(start.plus(Duration.ofSeconds(3)));
                            assertThat(limit.when()).isEqualTo(start.plus(Duration.ofSeconds(3)));
                            sleepWithin(limit, Duration.ofSeconds(2)); // past the first deadline
                            limit.reschedule(null);
                            assertThat(limit.when()).isNull();
                            await(sleep(DAY)); // past the second
                            return null;
                        })))
                        .isInstanceOf(CancelledError.class);
                assertThat(now().minus(start)).isEqualTo(Duration.ofSeconds(5));
                assertThat(limits.get(0).expired()).isFalse();
            });
        }

        @Test
        @DisplayName("TIMEOUT-17 to a time that is past: it comes at the next await")
        void intoThePast() {
            Virtual.runVirtually(() -> {
                Duration start = now();
                assertThatThrownBy(() -> await(timeout(DAY, limit -> {
                            limit.reschedule(start.minus(SECOND));
                            return sleepWithin(limit, SECOND);
                        })))
                        .isInstanceOf(TimeoutException.class);
                assertThat(now()).isEqualTo(start);
            });
        }

        @Test
        @DisplayName("TIMEOUT-24 after the block has ended, or the deadline has come: IllegalStateException")
        void tooLate() {
            Virtual.runVirtually(() -> {
                await(timeout(DAY, limit -> sleepWithin(limit, Duration.ZERO)));
                assertThatThrownBy(() -> limits.get(0).reschedule(now().plus(DAY)))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("has ended");
                assertThatThrownBy(() -> await(timeout(SECOND, limit -> {
                            try {
                                return sleepWithin(limit, DAY);
                            } catch (CancelledError e) {
                                assertThatThrownBy(() -> limit.reschedule(now().plus(DAY)))
                                        .isInstanceOf(IllegalStateException.class);
                                log.add("refused");
                                throw e;
                            }
                        })))
                        .isInstanceOf(TimeoutException.class);
                assertThat(log).containsExactly("refused");
            });
        }

        @Test
        @DisplayName("TIMEOUT-22 a block awaited twice is two runs, each with a limit of its own")
        void awaitedTwice() {
            Virtual.runVirtually(() -> {
                Coroutine<Void> block = timeout(SECOND, limit -> sleepWithin(limit, Duration.ofMillis(600)));
                await(block);
                await(block);
                assertThat(limits).hasSize(2).doesNotHaveDuplicates().noneMatch(Timeout::expired);
                assertThat(limits.get(1).when()).isEqualTo(limits.get(0).when().plusMillis(600));
            });
        }

        @Test
        @DisplayName("TIMEOUT-25 awaited outside of a task: IllegalStateException")
        void withoutTask() {
            Virtual.runVirtually(() -> {
                EventLoop.current()
                        .callSoon(() -> log.add(catchThrowable(
                                () -> await(timeout(SECOND, limit -> sleepWithin(limit, DAY))))));
                await(sleep(SECOND.multipliedBy(2)));
                assertThat(log).singleElement().isInstanceOf(IllegalStateException.class);
                assertThat(limits).isEmpty();
            });
        }
    }
}
