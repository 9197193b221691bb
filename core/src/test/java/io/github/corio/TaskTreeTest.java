package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.taskTree;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import io.github.corio.sync.AsyncLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What runs, as text, JSON and Mermaid: compared with files, but for the numbers of tasks and lines. */
class TaskTreeTest {
    private final EventLoop loop = EventLoop.on(Schedulers.parallel());
    private final List<Task<?>> mains = new ArrayList<>();

    @AfterEach
    void end() {
        loop.setExceptionHandler((closed, left) -> {}); // those in a circle cannot be ended otherwise
        mains.forEach(Task::cancel);
        loop.dispose();
    }

    private Task<?> start(String name, CoroutineAction body) {
        Task<?> task = async(body).named(name).on(loop).start();
        mains.add(task);
        return task;
    }

    /** The tree when all of so many tasks wait. */
    private TaskTree whenAllWait(int tasks) {
        while (true) {
            TaskTree tree = taskTree(loop);
            if (tree.tasks().size() == tasks
                    && tree.tasks().stream().allMatch(task -> task.state() == TaskTree.State.WAITING)) {
                return tree;
            }
            Thread.onSpinWait();
        }
    }

    @Nested
    class AGatherOfThreeGroupsWithASharedLock {
        private final AsyncLock lock = new AsyncLock();
        private final AsyncFuture<String> answer = new AsyncFuture<>(loop);

        private void handleRequest() {
            await(gather(List.of(group("prices"), group("stock"), group("reviews"))));
        }

        private Coroutine<Void> group(String name) {
            return taskGroup(group -> {
                        Task<?> unused = group.createTask(update(), name + "-update");
                        await(answer);
                    })
                    .named(name);
        }

        private Coroutine<Void> update() {
            return async(() -> {
                try (var held = await(lock.acquire())) {
                    await(answer);
                }
            });
        }

        @Test
        void isShownFromTheRequestToTheLock() {
            start("request", this::handleRequest);
            Golden.compare("groups", whenAllWait(7));
        }
    }

    @Nested
    class TwoTasksInADeadlock {
        private final AsyncLock accounts = new AsyncLock();
        private final AsyncLock journal = new AsyncLock();
        private final AsyncFuture<String> both = new AsyncFuture<>(loop);

        private void transfer(AsyncLock first, AsyncLock second) {
            try (var one = await(first.acquire())) {
                await(both);
                try (var two = await(second.acquire())) {
                    throw new AssertionError();
                }
            }
        }

        @Test
        void areNamedAsACircle() {
            start("left", () -> transfer(accounts, journal));
            start("right", () -> transfer(journal, accounts));
            whenAllWait(2);
            both.setResult("go");
            TaskTree tree;
            do {
                tree = whenAllWait(2);
            } while (tree.tasks().stream().anyMatch(task -> task.lock() == null));
            assertThat(tree.cycles()).hasSize(1);
            Golden.compare("deadlock", tree);
        }

        @Test
        void alsoWhenTheyWaitForEachOther() {
            AsyncFuture<Task<?>> other = new AsyncFuture<>(loop);
            Task<?> first = start("first", () -> await(await(other)));
            Task<?> second = start("second", () -> await(gather(List.of(first))));
            other.setResult(second);
            TaskTree tree;
            do {
                tree = taskTree(loop);
            } while (tree.cycles().isEmpty());
            assertThat(tree.cycles().get(0)).hasToString("first waits for second; second waits for first");
            assertThat(tree.toText()).contains("(T) first: see there");
        }
    }

    @Nested
    class AGenerator {
        private final AsyncFuture<String> page = new AsyncFuture<>(loop);

        private void consume(Flux<String> rows) {
            for (String row : each(rows)) {
                assertThat(row).isEqualTo("header");
            }
        }

        private Flux<String> rows() {
            return generate(emitter -> {
                emitter.emit("header");
                emitter.emit(await(page));
            });
        }

        @Test
        void isBelowTheTaskThatIterates() {
            start("consumer", () -> consume(rows().map(row -> row)));
            Golden.compare("generator", whenAllWait(2));
        }

        @Test
        void isNotWaitedForWhileItWaitsForDemand() {
            AsyncFuture<String> busy = new AsyncFuture<>(loop);
            start("consumer", () -> {
                for (String row : each(rows())) {
                    assertThat(row).isEqualTo("header");
                    await(busy);
                }
            });
            TaskTree tree = whenAllWait(2);
            TaskTree.Node generator = tree.tasks().get(1);
            assertThat(generator.waitsFor()).isEqualTo("demand for its next value");
            assertThat(generator.awaitedBy())
                    .hasSize(1)
                    .allMatch(by -> by.task() == tree.tasks().get(0).id());
            assertThat(generator.awaitedBy()).noneMatch(TaskTree.Awaiter::waits);
        }
    }

    @Nested
    class AChainOfOperators {
        private final AsyncFuture<Integer> rate = new AsyncFuture<>(loop);

        private Mono<Integer> convert(int amount) {
            return async(() -> amount * await(rate)).named("convert-" + amount);
        }

        private void total() {
            await(Flux.just(1, 2)
                    .flatMap(this::convert)
                    .collectList()
                    .zipWith(async(() -> await(rate)).named("fee"))
                    .map(both -> both.getT2()));
        }

        @Test
        void isShownWithItsOperators() {
            start("total", this::total);
            Golden.compare("operators", whenAllWait(4));
        }
    }

    @Nested
    class ACallGraph {
        private @org.jspecify.annotations.Nullable String current;

        private void innermost() {
            current = Asyncio.formatCallGraph();
        }

        @Test
        void hasTheStackAndThoseWhoAwait() {
            start("main", () -> await(gather(List.of(async(this::innermost).named("child")))));
            while (current == null) {
                Thread.onSpinWait();
            }
            Golden.compareText("callgraph.txt", current.replaceAll("id=\\d+", "id=0") + "\n");
        }

        @Test
        void isNotThereOutsideOfATask() {
            assertThat(Asyncio.captureCallGraph()).isNull();
            assertThat(Asyncio.formatCallGraph()).isEmpty();
        }

        @Test
        void ofAFutureHasThoseWhoAwaitIt() {
            AsyncFuture<Void> never = new AsyncFuture<>(loop);
            Task<?> main = start("main", () -> await(never));
            TaskTree unused = whenAllWait(1);
            assertThat(Asyncio.captureCallGraph(never).awaitedBy())
                    .extracting(FutureCallGraph::future)
                    .containsExactly(main);
        }
    }

    @Nested
    class ManyTasks {
        @Test
        void thatAreAlikeAreOneLine() {
            AsyncFuture<Void> never = new AsyncFuture<>(loop);
            start(
                    "main",
                    () -> await(gather(java.util.stream.IntStream.range(0, 1000)
                            .mapToObj(i -> never.then().hide())
                            .toList())));
            assertThat(whenAllWait(1001).toText())
                    .contains(" and 999 more like it")
                    .hasLineCount(4);
        }

        @Test
        void inALongChainAreAllShown() {
            AsyncFuture<Void> never = new AsyncFuture<>(loop);
            Task<?> last = start("t0", () -> await(never));
            for (int i = 1; i < 100; i++) {
                Task<?> before = last;
                last = start("t" + i, () -> await(before));
            }
            String text = whenAllWait(100).toText();
            for (int i = 0; i < 100; i++) {
                assertThat(text).contains("(T) t" + i + ": waits for ");
            }
        }
    }

    @Nested
    class ForeignCode {
        @Test
        void isNotAskedForItsText() {
            AtomicBoolean asked = new AtomicBoolean();
            class Hostile extends AsyncFuture<Void> {
                Hostile() {
                    super(loop);
                }

                @Override
                public String toString() {
                    asked.set(true);
                    throw new IllegalStateException();
                }
            }
            start("main\nwith \"a\" line", () -> await(new Hostile()));
            TaskTree tree = whenAllWait(1);
            assertThat(tree.toText()).contains("(T) main with \"a\" line: waits for future ");
            assertThat(tree.toJson()).contains("\"name\":\"main with \\\"a\\\" line\"");
            assertThat(tree.toMermaid()).contains("main with &quot;a&quot; line");
            assertThat(asked).isFalse();
        }

        @Test
        void aValueInAChainIsNeitherShownNorAsked() {
            AtomicBoolean asked = new AtomicBoolean();
            Object secret = new Object() {
                @Override
                public String toString() {
                    asked.set(true);
                    return "swordfish";
                }
            };
            start("main", () -> await(Mono.just(secret)
                    .hide()
                    .flatMap(value -> Mono.never())
                    .contextWrite(context -> context.put("key", "value"))));
            start("fused", () -> await(Flux.just(secret).concatMap(value -> Mono.never()).next()));
            String text = whenAllWait(2).toText();
            assertThat(text).contains("(T) main: waits for just.").doesNotContain("swordfish");
            assertThat(asked).isFalse();
        }
    }

    @Nested
    class WhileTheLoopRuns {
        @Test
        void everySnapshotIsWhole() {
            AtomicBoolean stop = new AtomicBoolean();
            AsyncLock lock = new AsyncLock();
            start("busy", () -> {
                while (!stop.get()) {
                    await(gather(java.util.stream.IntStream.range(0, 20)
                            .mapToObj(i -> async(() -> {
                                try (var held = await(lock.acquire())) {
                                    await(Asyncio.sleep(Duration.ZERO));
                                }
                            }))
                            .toList()));
                }
            });
            try {
                for (int i = 0; i < 300; i++) {
                    TaskTree tree = taskTree(loop);
                    assertThat(tree.toText()).contains("(T) busy");
                    assertThat(tree.toJson()).startsWith("{\"loops\":[").endsWith("]}");
                    assertThat(tree.toMermaid()).startsWith("flowchart TD\n");
                }
            } finally {
                stop.set(true);
            }
            while (!mains.get(0).isDone()) {
                Thread.onSpinWait();
            }
            assertThat(mains.get(0).outcome()).isInstanceOf(Outcome.Success.class);
        }
    }

    @Test
    void debugModeSaysHowLong() {
        loop.setDebug(true);
        AsyncFuture<Void> never = new AsyncFuture<>(loop);
        start("main", () -> await(never));
        assertThat(whenAllWait(1).toText()).containsPattern("waits for AsyncFuture, for \\d+\\.\\d s");
        assertThat(createdBy()).isNotNull();
    }

    private Task<?> createdBy() {
        Task<?> task = start("creator", () -> {
            Task<?> unused = createTask(Mono.never());
            await(new AsyncFuture<Void>());
        });
        TaskTree tree = whenAllWait(3);
        assertThat(tree.tasks().get(2).created()).contains("TaskTreeTest");
        return task;
    }
}
