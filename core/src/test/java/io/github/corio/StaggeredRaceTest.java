package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.staggeredRace;
import static io.github.corio.Asyncio.staggeredRaceResult;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class StaggeredRaceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final List<Object> log = new ArrayList<>();

    private Mono<Integer> failing(String message) {
        return async(() -> {
            log.add(message);
            throw new ArithmeticException(message);
        });
    }

    @Test
    @DisplayName("STAGGER-03 a failure starts the next at once; it is kept, and the winner has no error")
    void firstFails() {
        Virtual.runVirtually(() -> {
            StaggeredResult<Integer> result =
                    awaitSingle(staggeredRaceResult(List.of(failing("first"), Mono.just(2)), DAY));
            assertThat(result.winnerResult()).isEqualTo(2);
            assertThat(result.winnerIndex()).isEqualTo(1);
            assertThat(result.exceptions()).hasSize(2);
            assertThat(result.exceptions().get(0)).isInstanceOf(ArithmeticException.class);
            assertThat(result.exceptions().get(1)).isNull();
            assertThat(EventLoop.current().time()).isEqualTo(Duration.ZERO);
        });
    }

    @Test
    @DisplayName("STAGGER-04 after the delay the second starts and wins; the first is cancelled and has ended")
    void firstTooSlow() {
        Virtual.runVirtually(() -> {
            Mono<Integer> slow = async(() -> {
                try {
                    await(sleep(DAY));
                    return 1;
                } finally {
                    log.add("cleaned up");
                }
            });
            StaggeredResult<Integer> result = awaitSingle(staggeredRaceResult(List.of(slow, async(() -> 2)), SECOND));
            assertThat(log).containsExactly("cleaned up");
            assertThat(result.winnerResult()).isEqualTo(2);
            assertThat(result.winnerIndex()).isEqualTo(1);
            assertThat(result.exceptions()).hasSize(2);
            assertThat(result.exceptions().get(0)).isInstanceOf(CancelledError.class);
            assertThat(result.exceptions().get(1)).isNull();
            assertThat(EventLoop.current().time()).isEqualTo(SECOND);
        });
    }

    @Test
    @DisplayName("cancelled: those that run are cancelled, with its message, and have ended; the others never begin")
    void isCancelled() {
        Virtual.runVirtually(() -> {
            Mono<Integer> slow = async(() -> {
                try {
                    await(sleep(DAY));
                    return 1;
                } catch (CancelledError e) {
                    await(sleep(SECOND));
                    log.add(e.getMessage());
                    throw e;
                }
            });
            Task<Integer> race = createTask(staggeredRace(List.of(slow, slow, failing("third")), SECOND));
            await(sleep(Duration.ofMillis(1_500)));
            Duration start = EventLoop.current().time();
            race.cancel("enough");
            assertThatThrownBy(() -> await(race))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("enough");
            assertThat(log).containsExactly("enough", "enough");
            assertThat(EventLoop.current().time().minus(start)).isEqualTo(SECOND);
            await(sleep(DAY));
            assertThat(log).hasSize(2);
        });
    }

    @Test
    @DisplayName("STAGGER-05 all fail: no winner, all errors are listed, nothing is raised")
    void allFail() {
        Virtual.runVirtually(() -> {
            StaggeredResult<Integer> result =
                    awaitSingle(staggeredRaceResult(List.of(failing("first"), failing("second")), DAY));
            assertThat(result.winnerResult()).isNull();
            assertThat(result.winnerIndex()).isNull();
            assertThat(result.exceptions()).extracting(Throwable::getMessage).containsExactly("first", "second");
            assertThat(log).containsExactly("first", "second");
        });
    }

    @Test
    @DisplayName("STAGGER-05 of those who want the value only: an ExceptionGroup of all errors")
    void allFailWithoutResult() {
        Virtual.runVirtually(() -> {
            assertThatThrownBy(() -> await(staggeredRace(List.of(failing("first"), failing("second")), DAY)))
                    .isInstanceOfSatisfying(
                            ExceptionGroup.class,
                            group -> assertThat(group.exceptions())
                                    .extracting(Throwable::getMessage)
                                    .containsExactly("first", "second"));
        });
    }

    @Test
    @DisplayName("the first has its value before the delay: no other begins, or is listed")
    void firstWins() {
        Virtual.runVirtually(() -> {
            for (Duration delay : new Duration[] {SECOND, null}) {
                StaggeredResult<Integer> result =
                        awaitSingle(staggeredRaceResult(List.of(async(() -> 1), failing("second")), delay));
                assertThat(result.winnerResult()).isEqualTo(1);
                assertThat(result.winnerIndex()).isZero();
                assertThat(result.exceptions()).hasSize(1).containsOnlyNulls();
            }
            await(sleep(DAY));
            assertThat(log).isEmpty();
        });
    }

    @Test
    @DisplayName("of nobody: no winner and no error; whoever wants the value gets NoSuchElementException")
    void ofNobody() {
        Virtual.runVirtually(() -> {
            StaggeredResult<Integer> result = awaitSingle(staggeredRaceResult(List.of(), SECOND));
            assertThat(result.winnerResult()).isNull();
            assertThat(result.winnerIndex()).isNull();
            assertThat(result.exceptions()).isEmpty();
            assertThatThrownBy(() -> await(staggeredRace(List.<Mono<Integer>>of(), SECOND)))
                    .isInstanceOf(NoSuchElementException.class);
        });
    }

    @Test
    @DisplayName("without a delay, the second waits for the first to fail, however long that takes")
    void withoutDelay() {
        Virtual.runVirtually(() -> {
            Mono<Integer> slow = async(() -> {
                await(sleep(DAY));
                throw new ArithmeticException("first");
            });
            StaggeredResult<Duration> result = awaitSingle(staggeredRaceResult(
                    List.of(
                            slow.map(Duration::ofDays),
                            async(() -> EventLoop.current().time())),
                    null));
            assertThat(result.winnerResult()).isEqualTo(DAY);
            assertThat(result.winnerIndex()).isEqualTo(1);
        });
    }

    @Test
    @DisplayName("no delay at all: all begin, and the first with a value wins")
    void allAtOnce() {
        Virtual.runVirtually(() -> {
            List<Mono<Integer>> candidates = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                candidates.add(async(() -> {
                    log.add(EventLoop.current().time());
                    return await(sleep(SECOND.multipliedBy(3 - number), number));
                }));
            }
            StaggeredResult<Integer> result = awaitSingle(staggeredRaceResult(candidates, Duration.ZERO));
            assertThat(result.winnerResult()).isEqualTo(2);
            assertThat(result.exceptions())
                    .hasSize(3)
                    .filteredOn(Objects::nonNull)
                    .hasSize(2)
                    .hasOnlyElementsOfType(CancelledError.class);
            assertThat(log).containsExactly(Duration.ZERO, Duration.ZERO, Duration.ZERO);
            assertThat(EventLoop.current().time()).isEqualTo(SECOND);
        });
    }
}
