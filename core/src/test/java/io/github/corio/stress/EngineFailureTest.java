package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncContext;
import io.github.corio.AsyncFuture;
import io.github.corio.Coroutine;
import io.github.corio.CoroutineAction;
import io.github.corio.Outcome;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.Handle;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncCondition;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Whatever a body or callback throws, and wherever, the loop goes on. */
@DisplayName("a loop survives")
class EngineFailureTest {
    @Nested
    @SuppressWarnings("InfiniteRecursion") // is what it is about
    class AStackOverflow {
        /** Few: compiled, a round takes longer, as there are more frames and each has a refusal with a long trace. */
        private static final int ROUNDS = 2;

        @Test
        void ofABodyThatNeverAwaits() {
            survives(() -> endless(0));
        }

        @Test
        void thatStrikesInsideAMono() {
            survives(() -> endlessMonos(0));
        }

        @ParameterizedTest
        @MethodSource
        @DisplayName("of a body that goes on at the very edge of its stack")
        void atTheEdge(CoroutineAction action) {
            survives(3, () -> {
                action.run(); // a lambda whose first call is at the end of a stack would fail for good
                int unused = edge(action, new int[1]);
            });
        }

        static Stream<Arguments> atTheEdge() {
            Duration instant = Duration.ofNanos(1);
            AsyncLock lock = new AsyncLock();
            return Stream.of(
                    edge("a turn", () -> await(sleep(Duration.ZERO))),
                    edge("a nap", () -> await(sleep(instant))),
                    edge("a callback beside", () -> {
                        Handle unused = EventLoop.current().callSoon(() -> {});
                        await(sleep(Duration.ZERO));
                    }),
                    edge("a task", () -> await(createTask(async(() -> await(sleep(Duration.ZERO)))))),
                    edge(
                            "an eager task",
                            () -> createTask(async(() -> await(sleep(instant))), "eager", AsyncContext.copy(), true)),
                    edge("a cancelled task", () -> {
                        Task<Void> task = createTask(sleep(Duration.ofHours(1)));
                        await(sleep(Duration.ZERO));
                        task.cancel();
                    }),
                    edge("a timer of Reactor", () -> await(Mono.delay(instant))),
                    edge("a thread", () -> await(toThread(() -> 1))),
                    edge("a gather", () -> await(gather(List.of(sleep(instant), async(() -> await(sleep(instant))))))),
                    edge(
                            "a time limit",
                            () -> await(gatherOutcomes(List.of(waitFor(sleep(Duration.ofHours(1)), instant))))),
                    edge("a lock", () -> {
                        await(lock.acquire());
                        lock.release();
                    }),
                    edge("a queue", () -> {
                        AsyncQueue<Integer> queue = new AsyncQueue<>(1);
                        Task<Integer> taker = createTask(queue.get());
                        await(queue.put(1));
                        await(taker);
                    }));
        }

        private static Arguments edge(String name, CoroutineAction action) {
            return Arguments.of(Named.of(name, action));
        }

        /** Tries the action at the end of the stack, and again at each of the next frames on the way back. */
        private int edge(CoroutineAction action, int[] attempts) throws Exception {
            try {
                return edge(action, attempts) + 1;
            } catch (StackOverflowError e) {
                if (attempts[0]++ < 60) {
                    action.run();
                }
                throw e;
            }
        }

        @ParameterizedTest
        @MethodSource
        @DisplayName("and what could be acquired at the end of a stack can be released in the same frame")
        void andHoldsNothing(Callable<AutoCloseable> acquire) {
            boolean[] over = new boolean[1];
            Coroutine<Void> neighbour = async(() -> {
                while (!over[0]) {
                    AutoCloseable held = acquire.call();
                    await(sleep(Duration.ZERO));
                    held.close();
                    await(sleep(Duration.ZERO));
                }
            });
            int rounds = run(() -> {
                Task<Void> other = createTask(neighbour);
                await(sleep(Duration.ZERO));
                int round = 0;
                for (; round < 6; round++) {
                    boolean released = holds(acquire, round % 2 == 0, round);
                    assertThat(released).as("acquired and released").isTrue();
                }
                over[0] = true;
                Void unused = await(other);
                return round;
            });
            assertThat(rounds).isEqualTo(6);
        }

        static Stream<Named<Callable<AutoCloseable>>> andHoldsNothing() {
            AsyncLock lock = new AsyncLock();
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            return Stream.of(
                    Named.of("the permit of a lock", () -> awaitSingle(lock.acquire())),
                    Named.of("the permit of a semaphore", () -> awaitSingle(semaphore.acquire())),
                    Named.of("the permit of a lock, if it is free", () -> {
                        Permit permit = lock.tryAcquire();
                        return permit != null ? permit : awaitSingle(lock.acquire());
                    }),
                    Named.of("the permit of a semaphore, if it is free", () -> {
                        Permit permit = semaphore.tryAcquire();
                        return permit != null ? permit : awaitSingle(semaphore.acquire());
                    }),
                    Named.of("a lock", () -> {
                        Permit unused = await(lock.acquire());
                        return lock::release;
                    }),
                    Named.of("a semaphore", () -> {
                        Permit unused = await(semaphore.acquire());
                        return semaphore::release;
                    }));
        }

        /**
         * Recurses to the end of the stack; on the way back tries to acquire on each eighth frame, until it can. (Compiled, this
         * method asks at its own entry for the room that an inlined acquisition asks for, so the first attempt may succeed.)
         */
        private boolean holds(Callable<AutoCloseable> acquire, boolean waits, int depth) throws Exception {
            try {
                if (holds(acquire, waits, depth + 1)) {
                    return true;
                }
            } catch (StackOverflowError end) {
                // this is the last frame
            }
            if (depth % 8 != 0) {
                return false;
            }
            AutoCloseable held;
            try {
                held = acquire.call();
            } catch (StackOverflowError e) {
                return false;
            }
            try {
                if (waits) {
                    await(sleep(Duration.ZERO)); // the neighbour comes to wait
                }
            } catch (StackOverflowError e) {
                // no room for that, but there must be for the release
            }
            try {
                held.close();
            } catch (StackOverflowError e) {
                throw new AssertionError("not released", e);
            }
            return true;
        }

        @Test
        @DisplayName(
                "and whoever could wait for a condition at the end of a stack has the lock again in the same frame")
        void andHasTheLockAgain() {
            AsyncCondition condition = new AsyncCondition();
            boolean[] elsewhere = new boolean[1];
            int[] round = new int[1];
            Coroutine<Void> notifier = async(() -> {
                while (round[0] < ROUNDS) {
                    try (Permit held = awaitSingle(condition.acquire())) {
                        elsewhere[0] = true;
                        condition.signal();
                        if (round[0] % 2 == 1) { // whoever was notified has to wait for the lock as well
                            await(sleep(Duration.ZERO));
                        }
                        elsewhere[0] = false;
                    }
                    await(sleep(Duration.ZERO));
                }
            });
            Mono<Void> wait = condition.waitForSignal();
            Coroutine<Void> waiter = async(() -> {
                try (Permit held = awaitSingle(condition.acquire())) {
                    await(wait); // what it initializes has to be there before the end of the stack
                    assertThat(waits(wait, elsewhere))
                            .as("waited, and has the lock")
                            .isTrue();
                    assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(true, 0));
                }
                assertThat(condition.isLocked())
                        .as("held after its permit was closed")
                        .isFalse();
            });
            run(async(() -> {
                Task<Void> other = createTask(notifier);
                for (; round[0] < ROUNDS; round[0]++) {
                    await(createTask(waiter));
                }
                await(other);
            }));
            assertThat(round).containsExactly(ROUNDS);
            assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(false, 0));
        }

        /**
         * Recurses to the end of the stack; on the way back tries to wait until it can. On every frame: a wait that is lost has
         * room to suspend for the notification and not, two frames further down, for the lock.
         */
        private boolean waits(Mono<Void> wait, boolean[] elsewhere) {
            try {
                if (waits(wait, elsewhere)) {
                    return true;
                }
            } catch (StackOverflowError end) {
                // this is the last frame
            }
            try {
                await(wait); // an IllegalStateException if the lock is free, because a deeper frame has lost it
            } catch (StackOverflowError e) {
                if (elsewhere[0]) {
                    throw new AssertionError("A wait that failed has not taken the lock back", e);
                }
                return false;
            }
            return !elsewhere[0];
        }

        private void survives(CoroutineAction deep) {
            survives(20, deep);
        }

        private void survives(int rounds, CoroutineAction deep) {
            for (int round = 0; round < rounds; round++) {
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
