package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitTasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WaitUntilTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Duration now() {
        return EventLoop.current().time();
    }

    private static Task<String> sleeping(int seconds, String result) {
        return createTask(sleep(Duration.ofSeconds(seconds), result));
    }

    private static Task<String> failing(int seconds) {
        return createTask(async(() -> {
            await(sleep(Duration.ofSeconds(seconds)));
            throw new ArithmeticException("made to fail");
        }));
    }

    @Nested
    class AllCompleted {
        @Test
        @DisplayName("WAIT-01 waits for all; a second wait for what has ended takes no time")
        void waitsForAll() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(1, "a");
                Task<String> b = sleeping(2, "b");
                for (int i = 0; i < 2; i++) {
                    WaitResult<Task<String>> result = awaitSingle(waitTasks(List.of(b, a), ReturnWhen.ALL_COMPLETED));
                    assertThat(result.done()).containsExactly(b, a);
                    assertThat(result.pending()).isEmpty();
                    assertThat(now()).isEqualTo(Duration.ofSeconds(2));
                }
            });
        }

        @Test
        @DisplayName("WAIT-02 a future given twice counts once")
        void duplicates() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(1, "a");
                WaitResult<Task<String>> result = awaitSingle(waitTasks(List.of(a, a, a), ReturnWhen.ALL_COMPLETED));
                assertThat(result.done()).containsExactly(a);
                assertThat(result.pending()).isEmpty();
            });
        }

        @Test
        @DisplayName("WAIT-09 waits for those that fail too, and does not raise their errors")
        void failures() {
            Virtual.runVirtually(() -> {
                Task<String> a = failing(1);
                Task<String> b = sleeping(2, "b");
                WaitResult<Task<String>> result = awaitSingle(waitTasks(List.of(a, b), ReturnWhen.ALL_COMPLETED));
                assertThat(now()).isEqualTo(Duration.ofSeconds(2));
                assertThat(result.done()).containsExactly(a, b);
                assertThat(a.exception()).isInstanceOf(ArithmeticException.class);
            });
        }

        @Test
        @DisplayName(
                "WAIT-10 at the timeout: what has ended is done, the rest is pending; no error, nothing is cancelled")
        void timeout() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(1, "a");
                Task<String> b = sleeping(3, "b");
                WaitResult<Task<String>> result =
                        awaitSingle(waitTasks(List.of(a, b), ReturnWhen.ALL_COMPLETED, Duration.ofSeconds(2)));
                assertThat(now()).isEqualTo(Duration.ofSeconds(2));
                assertThat(result.done()).containsExactly(a);
                assertThat(result.pending()).containsExactly(b);
                assertThat(await(b)).isEqualTo("b");
            });
        }

        @Test
        @DisplayName("WAIT-04 of nothing: IllegalArgumentException")
        void nothing() {
            assertThatThrownBy(() -> waitTasks(List.<Task<String>>of(), ReturnWhen.ALL_COMPLETED))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        @DisplayName("one whose timer is due together with the timeout, and before it, is done")
        void endsAtTheTimeout() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(1, "a");
                Task<String> b = sleeping(2, "b");
                await(sleep(Duration.ZERO)); // their timers are the first
                WaitResult<Task<String>> result =
                        awaitSingle(waitTasks(List.of(b, a), ReturnWhen.ALL_COMPLETED, SECOND));
                assertThat(now()).isEqualTo(SECOND);
                assertThat(result.done()).containsExactly(a);
                assertThat(result.pending()).containsExactly(b);
            });
        }

        @Test
        @DisplayName("a cancel of the one who waits leaves the tasks running, and is not put off until they end")
        void cancelOfTheWaiter() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(1, "a");
                Task<String> b = failing(2);
                Task<WaitResult<Task<String>>> waiter =
                        createTask(waitTasks(List.of(a, b), ReturnWhen.ALL_COMPLETED, Duration.ofSeconds(5)));
                await(sleep(Duration.ZERO));
                waiter.cancel("why");
                assertThatThrownBy(() -> await(waiter))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("why");
                assertThat(now()).isEqualTo(Duration.ZERO);
                assertThat(await(a)).isEqualTo("a");
                assertThatThrownBy(() -> await(b)).isInstanceOf(ArithmeticException.class);
            });
        }
    }

    @Nested
    class FirstCompleted {
        @Test
        @DisplayName(
                "WAIT-06 one that ends a turn after the first is done too: that is looked at when the waiter runs again")
        void reallyDone() {
            Virtual.runVirtually(() -> {
                Task<String> a = createTask(async(() -> {
                    await(sleep(Duration.ZERO));
                    return "a";
                }));
                Task<String> b = createTask(async(() -> {
                    await(sleep(Duration.ZERO));
                    await(sleep(Duration.ZERO));
                    return "b";
                }));
                WaitResult<Task<String>> result = awaitSingle(waitTasks(List.of(b, a), ReturnWhen.FIRST_COMPLETED));
                assertThat(result.done()).containsExactly(b, a);
                assertThat(result.pending()).isEmpty();
            });
        }

        @Test
        @DisplayName("WAIT-06 the others stay pending, and go on")
        void othersGoOn() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(1, "a");
                Task<String> b = sleeping(2, "b");
                WaitResult<Task<String>> result = awaitSingle(waitTasks(List.of(a, b), ReturnWhen.FIRST_COMPLETED));
                assertThat(now()).isEqualTo(SECOND);
                assertThat(result.done()).containsExactly(a);
                assertThat(result.pending()).containsExactly(b);
                assertThat(await(b)).isEqualTo("b");
            });
        }
    }

    @Nested
    class FirstException {
        @Test
        @DisplayName("WAIT-07 of one that fails at once: returns at once")
        void failsAtOnce() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(10, "a");
                Task<String> b = failing(0);
                WaitResult<Task<String>> result = awaitSingle(waitTasks(List.of(a, b), ReturnWhen.FIRST_EXCEPTION));
                assertThat(now()).isEqualTo(Duration.ZERO);
                assertThat(result.done()).containsExactly(b);
                assertThat(result.pending()).containsExactly(a);
            });
        }

        @Test
        @DisplayName("WAIT-08 of one that fails while waiting; one that ended before well does not end the wait")
        void failsLater() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(10, "a");
                Task<String> b = failing(2);
                Task<String> c = sleeping(1, "c");
                WaitResult<Task<String>> result = awaitSingle(waitTasks(List.of(a, b, c), ReturnWhen.FIRST_EXCEPTION));
                assertThat(now()).isEqualTo(Duration.ofSeconds(2));
                assertThat(result.done()).containsExactly(b, c);
                assertThat(result.pending()).containsExactly(a);
            });
        }

        @Test
        @DisplayName("WAIT-14 one that ends cancelled does not end the wait")
        void isCancelled() {
            Virtual.runVirtually(() -> {
                Task<String> a = sleeping(10, "a");
                Task<String> b = sleeping(10, "b");
                EventLoop.current().callLater(SECOND, b::cancel);
                WaitResult<Task<String>> result = awaitSingle(waitTasks(List.of(a, b), ReturnWhen.FIRST_EXCEPTION));
                assertThat(now()).isEqualTo(Duration.ofSeconds(10));
                assertThat(result.done()).containsExactly(a, b);
                assertThat(b.isCancelled()).isTrue();
            });
        }
    }
}
