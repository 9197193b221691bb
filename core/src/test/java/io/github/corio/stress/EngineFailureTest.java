package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import io.github.corio.CoroutineAction;
import io.github.corio.Outcome;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Whatever a body or callback throws, and wherever, the loop goes on. */
@DisplayName("a loop survives")
class EngineFailureTest {
    @Nested
    @SuppressWarnings("InfiniteRecursion") // is what it is about
    class AStackOverflow {
        @Test
        void ofABodyThatNeverAwaits() {
            survives(() -> endless(0));
        }

        @Test
        void thatStrikesInsideAMono() {
            survives(() -> endlessMonos(0));
        }

        private void survives(CoroutineAction deep) {
            for (int round = 0; round < 20; round++) {
                List<Outcome<Integer>> outcomes = run(() -> {
                    List<ExceptionContext> reported = new ArrayList<>();
                    EventLoop.current().setExceptionHandler((loop, context) -> reported.add(context));
                    Task<Integer> overflowing = createTask(async(() -> {
                        deep.run();
                        return 0;
                    }));
                    Task<Integer> neighbour = createTask(async(() -> {
                        for (int i = 0; i < 50; i++) {
                            await(sleep(Duration.ofNanos(1)));
                        }
                        return 42;
                    }));
                    AsyncFuture<Integer> plain = new AsyncFuture<>();
                    Object unused = EventLoop.current().callLater(Duration.ofMillis(1), () -> plain.setResult(43));
                    return await(gatherOutcomes(List.of(overflowing, neighbour, plain)));
                });
                assertThat(outcomes.get(0))
                        .isInstanceOfSatisfying(
                                Outcome.Failure.class,
                                failure -> assertThat(failure.error()).isInstanceOf(StackOverflowError.class));
                assertThat(outcomes.subList(1, 3))
                        .containsExactly(new Outcome.Success<>(42), new Outcome.Success<>(43));
            }
        }

        private int endless(int depth) {
            return endless(depth + 1) + 1;
        }

        private int endlessMonos(int depth) {
            Integer unused = await(Mono.fromSupplier(() -> depth).map(x -> x + 1));
            return endlessMonos(depth + 1) + 1;
        }
    }

    @Nested
    class AnError {
        @Test
        void ofACallback() {
            List<ExceptionContext> reported = new ArrayList<>();
            Integer value = run(() -> {
                EventLoop.current().setExceptionHandler((loop, context) -> reported.add(context));
                Object unused = EventLoop.current().callSoon(() -> {
                    throw new OutOfMemoryError("not really");
                });
                Object unusedToo = EventLoop.current().callLater(Duration.ofMillis(1), () -> {
                    throw new LinkageError("of a timer");
                });
                await(sleep(Duration.ofMillis(5)));
                return 1;
            });
            assertThat(value).isEqualTo(1);
            assertThat(reported)
                    .extracting(context -> context.exception().toString())
                    .containsExactly("java.lang.OutOfMemoryError: not really", "java.lang.LinkageError: of a timer");
        }

        @Test
        void ofABody() {
            Throwable error = run(() -> {
                Task<Integer> task = createTask(async(() -> {
                    await(sleep(Duration.ZERO));
                    throw new OutOfMemoryError("not really");
                }));
                Outcome<Integer> outcome = await(gatherOutcomes(List.of(task))).get(0);
                await(sleep(Duration.ofMillis(1)));
                return ((Outcome.Failure<Integer>) outcome).error();
            });
            assertThat(error).isInstanceOf(OutOfMemoryError.class);
        }
    }
}
