package io.github.corio;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Virtual.turn;
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

class WaitForTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final List<Object> log = new ArrayList<>();

    private static Duration now() {
        return EventLoop.current().time();
    }

    /** Sleeps for a day; when cancelled, cleans up for a second. */
    private Coroutine<String> cleaningUp() {
        return async(() -> {
            try {
                await(sleep(DAY));
                return "slept";
            } finally {
                await(sleep(SECOND));
                log.add("cleaned up");
            }
        });
    }

    @Nested
    class AtTheTimeout {
        @Test
        @DisplayName("WAITFOR-01 the awaited is cancelled, has run its cleanup, and TimeoutException comes out")
        void cancelsAndRaises() {
            Virtual.runVirtually(() -> {
                Task<Void> inner = createTask(async(() -> {
                    try {
                        await(sleep(DAY));
                    } finally {
                        log.add("finally");
                    }
                }));
                Duration start = now();
                assertThatThrownBy(() -> await(waitFor(inner, SECOND))).isInstanceOf(TimeoutException.class);
                assertThat(now().minus(start)).isEqualTo(SECOND);
                assertThat(inner.isCancelled()).isTrue();
                assertThat(log).containsExactly("finally");
            });
        }

        @Test
        @DisplayName("WAITFOR-06 an awaited that goes on in spite of its cancel is waited for")
        void waitsForOneThatIgnoresIt() {
            Virtual.runVirtually(() -> {
                Task<Integer> inner = createTask(async(() -> {
                    Duration end = now().plus(SECOND);
                    while (now().compareTo(end) < 0) {
                        try {
                            await(sleep(end.minus(now())));
                        } catch (CancelledError e) {
                            log.add("ignored");
                        }
                    }
                    return 1;
                }));
                Duration start = now();
                assertThat(await(waitFor(inner, Duration.ofMillis(100)))).isEqualTo(1);
                assertThat(now().minus(start)).isEqualTo(SECOND);
                assertThat(log).containsExactly("ignored");
            });
        }

        @Test
        @DisplayName("WAITFOR-08 comes after the cleanup, with the CancelledError as its cause")
        void afterTheCleanup() {
            Virtual.runVirtually(() -> {
                Duration start = now();
                assertThatThrownBy(() -> await(waitFor(createTask(cleaningUp()), SECOND)))
                        .isInstanceOf(TimeoutException.class)
                        .hasCauseInstanceOf(CancelledError.class);
                assertThat(now().minus(start)).isEqualTo(SECOND.multipliedBy(2));
                assertThat(log).containsExactly("cleaned up");
            });
        }

        @Test
        @DisplayName("WAITFOR-10 an error of the cleanup comes out instead")
        void errorOfTheCleanup() {
            Virtual.runVirtually(() -> {
                Coroutine<Void> inner = async(() -> {
                    try {
                        await(sleep(DAY));
                    } catch (CancelledError e) {
                        throw new ArithmeticException("in the cleanup");
                    }
                });
                assertThatThrownBy(() -> await(waitFor(createTask(inner), SECOND)))
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessage("in the cleanup");
                assertThatThrownBy(() -> await(waitFor(inner, SECOND))).isInstanceOf(ArithmeticException.class);
            });
        }

        @Test
        @DisplayName("WAITFOR-11 a value given in spite of the cancel comes out instead")
        void valueInSpiteOfTheCancel() {
            Virtual.runVirtually(() -> {
                Coroutine<Integer> inner = async(() -> {
                    try {
                        await(sleep(DAY));
                        return 1;
                    } catch (CancelledError e) {
                        return 42;
                    }
                });
                assertThat(await(waitFor(inner, SECOND))).isEqualTo(42);
                assertThat(await(waitFor(createTask(inner), SECOND))).isEqualTo(42);
            });
        }

        @Test
        @DisplayName("WAITFOR-13 a future completed by a callback before: its value")
        void completedBefore() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                EventLoop.current().callLater(Duration.ofMillis(100), () -> future.setResult("ok"));
                assertThat(await(waitFor(future, Duration.ofMillis(200)))).isEqualTo("ok");
            });
        }
    }

    @Nested
    class WithoutTime {
        @Test
        @DisplayName("of less than any time there is: TimeoutException")
        void lessThanThereIs() {
            Duration least = Duration.ofSeconds(Long.MIN_VALUE);
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(waitFor(async(() -> log.add("begun")), least)))
                        .isInstanceOf(TimeoutException.class);
                assertThatThrownBy(() -> await(timeout(least, limit -> await(new AsyncFuture<>()))))
                        .isInstanceOf(TimeoutException.class);
                assertThatThrownBy(() -> await(
                                asCompleted(List.of(new AsyncFuture<>()), least).collectList()))
                        .isInstanceOf(TimeoutException.class);
            });
        }

        @Test
        @DisplayName("WAITFOR-04 of a coroutine: TimeoutException, and its body never begins")
        void coroutineNeverBegins() {
            Virtual.runVirtually(() -> {
                for (Duration none : List.of(Duration.ZERO, SECOND.negated())) {
                    assertThatThrownBy(() -> await(waitFor(async(() -> log.add("begun")), none)))
                            .isInstanceOf(TimeoutException.class);
                }
                turn();
                assertThat(log).isEmpty();
            });
        }

        @Test
        @DisplayName(
                "WAITFOR-05 of a task that runs: it is cancelled, has run its cleanup, and TimeoutException comes out")
        void runningTask() {
            Virtual.runVirtually(() -> {
                for (Duration none : List.of(Duration.ZERO, SECOND.negated())) {
                    Task<Void> inner = createTask(async(() -> {
                        try {
                            await(sleep(DAY));
                        } finally {
                            log.add("finally");
                        }
                    }));
                    turn();
                    Duration start = now();
                    assertThatThrownBy(() -> await(waitFor(inner, none))).isInstanceOf(TimeoutException.class);
                    assertThat(now()).isEqualTo(start);
                    assertThat(inner.isCancelled()).isTrue();
                }
                assertThat(log).containsExactly("finally", "finally");
            });
        }

        @Test
        @DisplayName("WAITFOR-09 its cleanup is waited for, and the CancelledError is the cause")
        void waitsForTheCleanup() {
            Virtual.runVirtually(() -> {
                Task<String> inner = createTask(cleaningUp());
                turn();
                Duration start = now();
                assertThatThrownBy(() -> await(waitFor(inner, Duration.ZERO)))
                        .isInstanceOf(TimeoutException.class)
                        .hasCauseInstanceOf(CancelledError.class);
                assertThat(now().minus(start)).isEqualTo(SECOND);
                assertThat(log).containsExactly("cleaned up");
            });
        }

        @Test
        @DisplayName("WAITFOR-05 what is done already is taken")
        void doneAlready() {
            Virtual.runVirtually(() -> {
                AsyncFuture<String> done = new AsyncFuture<>();
                done.setResult("x");
                assertThat(await(waitFor(done, Duration.ZERO))).isEqualTo("x");
            });
        }
    }

    @Nested
    class CancelOfTheWaiter {
        @Test
        @DisplayName("WAITFOR-14 cancels the awaited task, and CancelledError comes out")
        void cancelsTheAwaited() {
            Virtual.runVirtually(() -> {
                Task<Void> inner = createTask(async(() -> {
                    await(sleep(DAY));
                }));
                Task<Void> waiter = createTask(waitFor(inner, Duration.ofSeconds(60)));
                turn();
                turn();
                waiter.cancel();
                assertThatThrownBy(() -> await(waiter)).isInstanceOf(CancelledError.class);
                assertThat(inner.isCancelled()).isTrue();
                assertThat(waiter.isCancelled()).isTrue();
            });
        }

        @Test
        @DisplayName(
                "WAITFOR-16 in the very turn in which the awaited ends: it is not lost, and the awaited keeps its value")
        void notLost() {
            Virtual.runVirtually(() -> {
                Task<String> inner = createTask(async(() -> "done"));
                Task<Void> waiter = createTask(async(() -> {
                    String value = await(waitFor(inner, Duration.ofSeconds(100)));
                    log.add(value);
                    await(sleep(SECOND));
                    log.add("unreachable");
                }));
                turn();
                assertThat(inner.isDone()).isTrue();
                assertThat(waiter.isDone()).isFalse();
                waiter.cancel();
                assertThatThrownBy(() -> await(waiter)).isInstanceOf(CancelledError.class);
                assertThat(inner.result()).isEqualTo("done");
                assertThat(log).containsExactly("done");
            });
        }

        @Test
        @DisplayName("without a limit cancels the awaited task, too")
        void withoutLimit() {
            Virtual.runVirtually(() -> {
                Task<Void> inner = createTask(sleep(DAY));
                Task<Void> waiter = createTask(waitFor(inner, null));
                turn();
                waiter.cancel();
                assertThatThrownBy(() -> await(waiter)).isInstanceOf(CancelledError.class);
                assertThat(inner.isCancelled()).isTrue();
            });
        }

        @Test
        @DisplayName("which the awaited coroutine swallows: it is waited for, and its value comes out")
        void swallowed() {
            Virtual.runVirtually(() -> {
                Coroutine<String> stubborn = async(() -> {
                    try {
                        await(sleep(DAY));
                    } catch (CancelledError e) {
                        await(sleep(SECOND));
                    }
                    return "value";
                });
                Task<String> waiter = createTask(waitFor(stubborn, DAY));
                turn();
                Duration start = now();
                waiter.cancel();
                assertThat(await(waiter)).isEqualTo("value");
                assertThat(now().minus(start)).isEqualTo(SECOND);
                assertThat(waiter.cancelling()).isEqualTo(1);
            });
        }

        @Test
        @DisplayName("while it waits for the cleanup of what had no time at all: it ends at once, the cleanup goes on")
        void duringTheCleanup() {
            Virtual.runVirtually(() -> {
                Task<String> inner = createTask(cleaningUp());
                turn();
                Task<String> waiter = createTask(waitFor(inner, Duration.ZERO));
                turn();
                turn();
                Duration start = now();
                waiter.cancel();
                assertThatThrownBy(() -> await(waiter)).isInstanceOf(CancelledError.class);
                assertThat(now()).isEqualTo(start);
                assertThat(inner.isDone()).isFalse();
                assertThatThrownBy(() -> await(inner)).isInstanceOf(CancelledError.class);
                assertThat(log).containsExactly("cleaned up");
            });
        }
    }

    @Nested
    class AroundShield {
        @Test
        @DisplayName("WAITFOR-19 the time is over as usual, and the task later has its value")
        void timesOut() {
            Virtual.runVirtually(() -> {
                Task<Integer> inner = createTask(sleep(SECOND, 19));
                assertThatThrownBy(() -> await(waitFor(shield(inner), Duration.ofMillis(10))))
                        .isInstanceOf(TimeoutException.class);
                assertThat(inner.isDone()).isFalse();
                assertThat(await(inner)).isEqualTo(19);
            });
        }

        @Test
        @DisplayName("WAITFOR-20 without a limit it runs to its end")
        void withoutLimit() {
            Virtual.runVirtually(() -> {
                Task<Integer> inner = createTask(sleep(DAY, 19));
                assertThat(await(waitFor(shield(inner), null))).isEqualTo(19);
            });
        }

        @Test
        @DisplayName("no time at all: TimeoutException at once, and the task goes on")
        void withoutTime() {
            Virtual.runVirtually(() -> {
                Task<Integer> inner = createTask(sleep(SECOND, 19));
                Duration start = now();
                assertThatThrownBy(() -> await(waitFor(shield(inner), Duration.ZERO)))
                        .isInstanceOf(TimeoutException.class);
                assertThat(now()).isEqualTo(start);
                assertThat(inner.isDone()).isFalse();
                assertThat(await(inner)).isEqualTo(19);
            });
        }
    }
}
