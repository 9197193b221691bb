package io.github.corio;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.waitTasks;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** What is over holds nothing, and nothing is left of it on what lives longer. */
class NothingHeldTest {
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofDays(1);

    interface Form {
        void waitFor(Task<Integer> longLived) throws Exception;
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                form("gather that fails", task -> await(gather(List.of(task, Mono.error(new TimeoutException()))))),
                form(
                        "gather of shields that is cancelled",
                        task -> await(timeout(SHORT, limit -> await(gather(List.of(shield(task))))))),
                form("shield", task -> await(timeout(SHORT, limit -> await(shield(task))))),
                form("shield, by waitFor", task -> await(waitFor(shield(task), SHORT))),
                form("waitTasks", task -> await(waitTasks(List.of(task), ReturnWhen.ALL_COMPLETED, SHORT))),
                form(
                        "waitTasks that is cancelled",
                        task -> await(
                                timeout(SHORT, limit -> await(waitTasks(List.of(task), ReturnWhen.ALL_COMPLETED))))),
                form(
                        "waitTasks of the first",
                        task -> await(waitTasks(List.of(task, createTask(Mono.just(1))), ReturnWhen.FIRST_COMPLETED))),
                form(
                        "asCompleted",
                        task -> await(asCompleted(List.of(task), SHORT).then())),
                form(
                        "asCompleted of the first",
                        task -> await(asCompleted(List.of(task, Mono.just(1))).next())),
                form("asCompleted, iterated", task -> {
                    AsCompletedIterator<Integer> ended =
                            asCompleted(List.of(task), SHORT).iterate();
                    await(ended.next());
                }));
    }

    private static Arguments form(String name, Form form) {
        return Arguments.of(name, form);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void nothingIsAddedToALongLivedFuture(String name, Form form) {
        Virtual.runVirtually(() -> {
            Task<Integer> longLived = createTask(sleep(LONG, 1));
            for (int i = 0; i < 100; i++) {
                try {
                    form.waitFor(longLived);
                } catch (TimeoutException | CancelledError expected) {
                    assertThat(longLived.isDone()).isFalse();
                }
            }
            await(sleep(SHORT));
            assertThat(longLived.removeAll(handle -> true)).isLessThanOrEqualTo(1);
        });
    }

    @Test
    @DisplayName("a stage whose cancel does not end it gets one callback, however many waits end")
    void nothingIsAddedToALongLivedStage() {
        CompletableFuture<Integer> stage = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        Virtual.runVirtually(() -> {
            for (int i = 0; i < 100; i++) {
                try {
                    await(timeout(SHORT, limit -> await(stage)));
                } catch (Exception expected) {
                    assertThat(expected).isInstanceOf(TimeoutException.class);
                }
            }
            assertThat(stage.getNumberOfDependents()).isEqualTo(1);
            stage.complete(7);
            assertThat(await(stage)).isEqualTo(7);
        });
    }

    @Test
    @DisplayName("a done task has let go of its Mono, its subscription and its value's way")
    void aDoneTask() {
        try (Virtual virtual = new Virtual()) {
            WeakReference<?>[] held = new WeakReference<?>[2];
            Task<Integer> task = virtual.run(async(() -> {
                Task<Integer> made = createTask(source(held));
                await(made);
                return made;
            }));
            Garbage.collectUntil(() -> held[0].refersTo(null) && held[1].refersTo(null));
            assertThat(task.result()).isEqualTo(1);
        }
    }

    private static Mono<Integer> source(WeakReference<?>[] held) {
        byte[] captured = new byte[1_000];
        held[0] = new WeakReference<>(captured);
        return sleep(SHORT)
                .then(Mono.fromSupplier(() -> captured.length / 1_000))
                .doOnSubscribe(subscription -> held[1] = new WeakReference<>(subscription));
    }

    @Test
    @DisplayName("a done gather has let go of its children")
    void aDoneGather() {
        try (Virtual virtual = new Virtual()) {
            WeakReference<?>[] held = new WeakReference<?>[1];
            AsyncFuture<List<Integer>> all = virtual.run(async(() -> {
                Task<Integer> child = createTask(sleep(SHORT, 1));
                held[0] = new WeakReference<>(child);
                AsyncFuture<List<Integer>> made = createTask(gather(List.of(child)));
                await(made);
                return made;
            }));
            Garbage.collectUntil(() -> held[0].refersTo(null));
            assertThat(all.result()).containsExactly(1);
        }
    }
}
