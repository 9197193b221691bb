package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.ExceptionGroup;
import io.github.corio.Task;
import io.github.corio.TaskGroup;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Groups within time limits, which foreign threads cancel, fail and time out at random instants: every task ends, and before its
 * group does; no cancel stays counted that nobody from outside has asked for, and each error that was thrown comes out once.
 * It fails if a group does not take its own cancel of the parent back, keeps only the first error, or waits for its tasks
 * only until the next cancel.
 */
@DisplayName("groups and time limits under stress")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StructuredStressTest {
    private static final int FOREIGN = 3;
    private static final int CHILDREN = 4;

    private final ExecutorService foreign = Executors.newFixedThreadPool(FOREIGN);
    private final AtomicInteger thrown = new AtomicInteger();
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Map<Task<?>, Integer> asked = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    /** An error that is counted. */
    private static final class Counted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @AfterEach
    void stopForeignThreads() throws InterruptedException {
        foreign.shutdown();
        assertThat(foreign.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void everyTaskEndsAndNoErrorIsLost() throws Exception {
        attack(100, 1);
    }

    @Test
    @Tag("stress-long")
    void everyTaskEndsAndNoErrorIsLostForLong() throws Exception {
        attack(3_000, 2);
    }

    private void attack(int rounds, long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            EventLoop loop = EventLoop.create();
            loop.setExceptionHandler((on, context) -> {
                if (context.exception() instanceof Counted) {
                    seen.incrementAndGet();
                } else {
                    wrong.add("reported: " + context);
                }
            });
            oneRound(loop, random);
            asked.clear();
            loop.dispose();
        }
        assertThat(wrong).isEmpty();
        assertThat(ended).as("tasks that have ended, of those that have begun").hasValue(begun.get());
        assertThat(seen).as("errors that came out, of those that were thrown").hasValue(thrown.get());
        assertThat(thrown.get()).isPositive();
    }

    private void oneRound(EventLoop loop, Random random) throws Exception {
        List<Task<?>> targets = new ArrayList<>();
        Queue<Task<?>> children = new ConcurrentLinkedQueue<>();
        Queue<TaskGroup> groups = new ConcurrentLinkedQueue<>();
        Queue<AsyncFuture<Void>> failures = new ConcurrentLinkedQueue<>();
        int mains = 3;
        CountDownLatch allEnded = new CountDownLatch(mains);
        for (int i = 0; i < mains; i++) {
            Duration limit = Duration.ofNanos(random.nextInt(3_000_000));
            Task<?> main = main(limit, children, groups, failures).on(loop).start();
            main.addDoneCallback(done -> allEnded.countDown());
            targets.add(main);
        }
        List<Future<?>> strikers = new ArrayList<>();
        for (int thread = 0; thread < FOREIGN; thread++) {
            strikers.add(foreign.submit(() -> {
                ThreadLocalRandom chance = ThreadLocalRandom.current();
                while (allEnded.getCount() > 0) {
                    strike(chance, targets, children, groups, failures);
                    for (int spin = chance.nextInt(2_000); spin > 0; spin--) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        assertThat(allEnded.await(1, TimeUnit.MINUTES))
                .as("a task never ended: " + targets)
                .isTrue();
        for (Future<?> striker : strikers) {
            striker.get(); // none may come when the loop is closed
        }
    }

    private void strike(
            ThreadLocalRandom chance,
            List<Task<?>> mains,
            Queue<Task<?>> children,
            Queue<TaskGroup> groups,
            Queue<AsyncFuture<Void>> failures) {
        switch (chance.nextInt(12)) {
            case 0 -> cancelFromOutside(mains.get(chance.nextInt(mains.size())));
            case 1, 2 -> cancelOne(children);
            case 3 -> cancelOneGroup(groups);
            case 4, 5, 6 -> failOne(failures);
            default -> Thread.onSpinWait();
        }
    }

    private void cancelFromOutside(Task<?> main) {
        asked.merge(main, 1, Integer::sum); // before, so that it is never less than what the task counts
        main.cancel();
    }

    private static void cancelOne(Queue<Task<?>> children) {
        Task<?> child = children.poll();
        if (child != null) {
            child.cancel();
        }
    }

    private static void cancelOneGroup(Queue<TaskGroup> groups) {
        TaskGroup group = groups.poll();
        if (group != null) {
            group.cancel();
        }
    }

    private static void failOne(Queue<AsyncFuture<Void>> failures) {
        AsyncFuture<Void> failure = failures.poll();
        if (failure != null) {
            boolean unused = failure.cancel("fail now"); // the child that waits for it fails then
        }
    }

    private Coroutine<Void> main(
            Duration limit, Queue<Task<?>> children, Queue<TaskGroup> groups, Queue<AsyncFuture<Void>> failures) {
        return counted(() -> {
            Task<?> self = Objects.requireNonNull(currentTask());
            List<Task<?>> own = new ArrayList<>();
            try {
                awaitThrowing(
                        timeout(
                                limit,
                                inTime -> await(taskGroup(group -> {
                                    groups.add(group);
                                    for (int i = 0; i < CHILDREN; i++) {
                                        Task<?> child = group.createTask(child(i, failures));
                                        own.add(child);
                                        children.add(child);
                                    }
                                    await(sleep(Duration.ofMillis(1)));
                                    return null;
                                }))),
                        TimeoutException.class);
            } catch (TimeoutException e) {
                int since = self.cancelling();
                if (since != 0) { // else it would have been a CancelledError: it is due at the next await
                    await(sleep(Duration.ZERO));
                    wrong.add("cancelling() is " + since + " after a timeout, and the next await does not throw");
                }
            } catch (ExceptionGroup e) {
                count(e);
            } finally {
                if (!own.stream().allMatch(Task::isDone)) {
                    wrong.add("left its group before all its tasks had ended: " + own);
                }
                if (self.cancelling() > asked.getOrDefault(self, 0)) {
                    wrong.add("cancelling() is " + self.cancelling() + ", asked for from outside: " + asked.get(self));
                }
            }
        });
    }

    private Coroutine<Void> child(int number, Queue<AsyncFuture<Void>> failures) {
        return counted(() -> {
            AsyncFuture<Void> failure = new AsyncFuture<>();
            failures.add(failure);
            try {
                awaitThrowing(timeout(Duration.ofMillis(1 + number), limit -> await(failure)), TimeoutException.class);
            } catch (TimeoutException e) {
                return;
            } catch (CancelledError e) {
                if ("fail now".equals(e.getMessage()) || number == 1) {
                    thrown.incrementAndGet();
                    throw new Counted();
                }
                await(sleep(Duration.ZERO)); // a cleanup that takes its time
                throw e;
            }
        });
    }

    private interface Body {
        void run() throws Exception;
    }

    private Coroutine<Void> counted(Body body) {
        return async(() -> {
            begun.incrementAndGet();
            try {
                body.run();
            } finally {
                ended.incrementAndGet();
            }
        });
    }

    private void count(Throwable error) {
        if (error instanceof ExceptionGroup group) {
            group.exceptions().forEach(this::count);
        } else if (error instanceof Counted) {
            seen.incrementAndGet();
        } else {
            wrong.add("came out: " + error);
        }
    }
}
