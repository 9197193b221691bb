package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.taskTree;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One thread looks at what runs while others make loops, run them, close them over their tasks and hand locks around. Each picture is whole, and says of no tasks
 * that they wait in a circle: here none ever do.
 */
@DisplayName("the task tree while loops come and go")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TaskTreeRacesTest {
    private static final Duration MOMENT = Duration.ofNanos(50_000);

    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Called again and again until it is over. */
    private Future<?> again(Runnable work) {
        return threads.submit(() -> {
            while (!over.get()) {
                work.run();
            }
        });
    }

    private void end(List<Future<?>> works) throws Exception {
        over.set(true);
        for (Future<?> work : works) {
            work.get(1, TimeUnit.MINUTES); // throws what it has thrown
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Nested
    class OfAllLoops {
        @Test
        void isWhole() throws Exception {
            everyPictureIsWhole(300);
        }

        @Test
        @Tag("stress-long")
        void isWholeInManyRounds() throws Exception {
            everyPictureIsWhole(3_000);
        }

        private void everyPictureIsWhole(int pictures) throws Exception {
            List<Future<?>> works = List.of(again(TaskTreeRacesTest::runs), again(TaskTreeRacesTest::isClosed));
            TasksBean bean = new TasksBean();
            for (int i = 0; i < pictures; i++) {
                whole(taskTree());
                switch (i % 6) {
                    case 0 -> assertThat(bean.list()).startsWith("TASK");
                    case 1 -> assertThat(bean.json()).startsWith("{").endsWith("}");
                    case 2 -> assertThat(bean.mermaid()).startsWith("flowchart");
                    case 3 -> assertThat(bean.deadlocks()).isEmpty();
                    case 4 -> bean.setDebug(i % 12 == 4);
                    default -> assertThat(bean.getTasks()).isNotNegative();
                }
            }
            end(works);
        }
    }

    @Nested
    class OfTasksThatHandLocksAround {
        @Test
        void hasNoCircle() throws Exception {
            noPictureHasACircle(500);
        }

        @Test
        @Tag("stress-long")
        void hasNoCircleInManyRounds() throws Exception {
            noPictureHasACircle(40_000);
        }

        /** Each takes the two in the same order, so they never wait for each other. */
        private void noPictureHasACircle(int pictures) throws Exception {
            AsyncLock first = new AsyncLock();
            AsyncLock second = new AsyncLock();
            List<EventLoop> loops = new ArrayList<>();
            List<CompletableFuture<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                EventLoop loop = i < 2 ? EventLoop.on(Schedulers.parallel()) : loops.get(i % 2);
                loops.add(loop);
                tasks.add(async(() -> {
                            while (!over.get()) {
                                try (Permit one = await(first.acquire())) {
                                    await(sleep(Duration.ZERO));
                                    try (Permit two = await(second.acquire())) {
                                        one.close();
                                        await(sleep(Duration.ZERO));
                                    }
                                }
                            }
                        })
                        .named("hands-" + i)
                        .on(loop)
                        .toFuture());
            }
            List<TaskTree.Cycle> circles = new ArrayList<>();
            for (int i = 0; i < pictures; i++) {
                circles.addAll(taskTree().cycles());
            }
            end(List.copyOf(tasks));
            loops.forEach(EventLoop::dispose);
            assertThat(circles).isEmpty();
        }
    }

    /** Loops that end by themselves. */
    private static void runs() {
        AsyncLock lock = new AsyncLock();
        run(async(() -> {
            Task<Void> started = createTask(async(() -> await(sleep(MOMENT))), "started");
            await(gather(List.of(lock.withLock(sleep(MOMENT)), lock.withLock(sleep(MOMENT)), shield(sleep(MOMENT)))));
            await(taskGroup(group -> {
                Task<?> unused = group.createTask(async(() -> await(sleep(MOMENT))), "in-a-group");
                await(started);
            }));
            Flux<Integer> numbers = generate(out -> {
                for (int i = 0; i < 3; i++) {
                    await(sleep(MOMENT));
                    out.emit(i);
                }
            });
            for (int number : each(numbers.map(n -> n + 1))) {
                assertThat(number).isPositive();
            }
        }));
    }

    /** Loops that are closed over tasks that wait, and a subscription that is cancelled. */
    private static void isClosed() {
        EventLoop loop = EventLoop.on(Schedulers.parallel());
        loop.setExceptionHandler((closed, left) -> {});
        CountDownLatch suspended = new CountDownLatch(1);
        AsyncLock lock = new AsyncLock();
        Task<Void> unused = async(() -> {
                    try (Permit held = await(lock.acquire())) {
                        Task<Void> waiting = createTask(lock.withLock(Mono.empty()), "waits-for-the-lock");
                        EventLoop.current().callSoon(suspended::countDown);
                        await(gather(List.of(Mono.never(), sleep(Duration.ofDays(1)))));
                        await(waiting);
                    }
                })
                .named("closed-over")
                .on(loop)
                .start();
        Disposable cancelled = async(() -> await(sleep(Duration.ofDays(1)))).subscribe();
        try {
            assertThat(suspended.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        cancelled.dispose();
        loop.dispose();
    }

    /** No number is there twice, and each part agrees with the others. */
    private static void whole(TaskTree tree) {
        Set<Long> loops = new HashSet<>();
        tree.loops()
                .forEach(loop -> assertThat(loops.add(loop.id())).as("%s", loop).isTrue());
        Set<Long> tasks = new HashSet<>();
        for (TaskTree.Node task : tree.tasks()) {
            assertThat(tasks.add(task.id())).as("%s", task).isTrue();
            assertThat(task.waitsFor() != null).as("%s", task).isEqualTo(task.state() == TaskTree.State.WAITING);
            assertThat(task.lock() == null || task.lock().name().equals(task.waitsFor()))
                    .as("%s", task)
                    .isTrue();
        }
        assertThat(tree.toText()).isNotNull();
        assertThat(tree.toJson()).startsWith("{").endsWith("}");
        assertThat(tree.toMermaid()).startsWith("flowchart");
    }
}
