package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.loop.EventLoop;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** In debug mode a cancel says where it came from. */
class CancelledHereTest {
    private static void inDebugMode(CoroutineAction body) {
        try (Virtual virtual = new Virtual()) {
            virtual.run(async(() -> {
                EventLoop.current().setDebug(true);
                Object unused = await(async(body));
                return unused;
            }));
        }
    }

    private static Throwable errorOf(Task<?> task) {
        return catchThrowable(() -> {
            Object unused = await(task);
        });
    }

    private static List<Throwable> placesIn(Throwable error) {
        return List.of(error.getSuppressed()).stream()
                .filter(added -> added.getMessage().startsWith("#cancelled here"))
                .toList();
    }

    private static void requireSaid(Throwable error, String by, String method) {
        assertThat(error).isInstanceOf(CancelledError.class);
        List<Throwable> places = placesIn(error);
        assertThat(places).hasSize(1);
        assertThat(places.get(0)).hasMessage("#cancelled here, by " + by);
        assertThat(places.get(0).getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(CancelledHereTest.class.getName())
                        && frame.getMethodName().contains(method));
    }

    private static void stopIt(Task<?> task) {
        boolean unused = task.cancel();
    }

    @Test
    void theBodySeesItWhereItWaits() {
        inDebugMode(() -> {
            AtomicReference<Throwable> seen = new AtomicReference<>();
            Task<Void> task = createTask(async(() -> {
                try {
                    await(sleep(Duration.ofHours(1)));
                } catch (CancelledError e) {
                    seen.set(e);
                    throw e;
                }
            }));
            Task<Void> canceller = createTask(async(() -> stopIt(task)).named("canceller"));
            await(sleep(Duration.ofSeconds(1)));
            assertThat(canceller.isDone()).isTrue();
            requireSaid(seen.get(), "task canceller", "stopIt");
            requireSaid(errorOf(task), "task canceller", "stopIt");
        });
    }

    @Test
    void aTaskThatWasNotBegunSaysItToo() {
        inDebugMode(() -> {
            Task<Void> task = createTask(async(() -> await(sleep(Duration.ofHours(1)))));
            stopIt(task);
            assertThat(placesIn(errorOf(task))).hasSize(1);
        });
    }

    @Test
    @DisplayName("a cancel that goes down a chain shows its beginning at each task")
    void alongAChain() {
        inDebugMode(() -> {
            AsyncLock lock = new AsyncLock();
            await(lock.acquire());
            Task<Permit> locks = createTask(lock.acquire());
            Task<Void> composed = createTask(Mono.<Void>never());
            Task<Void> outer = createTask(async(() -> {
                Object unused = await(gather(locks, composed));
            }));
            await(sleep(Duration.ofSeconds(1)));
            stopIt(outer);
            for (Task<?> each : List.of(outer, locks, composed)) {
                assertThat(errorOf(each)).isInstanceOf(CancelledError.class);
                assertThat(placesIn(errorOf(each))).hasSize(1);
                assertThat(placesIn(errorOf(each)).get(0).getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("stopIt"));
            }
        });
    }

    @Test
    void aCancelFromAnotherThreadNamesTheThread() throws InterruptedException {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        CompletableFuture<Task<?>> begun = new CompletableFuture<>();
        EventLoop loop = EventLoop.create();
        loop.setDebug(true);
        Task<Void> task = async(() -> {
                    begun.complete(Objects.requireNonNull(Asyncio.currentTask()));
                    try {
                        await(sleep(Duration.ofHours(1)));
                    } catch (CancelledError e) {
                        seen.complete(e);
                    }
                })
                .on(loop)
                .start();
        Thread other = new Thread(() -> stopIt(begun.join()), "another");
        other.start();
        requireSaid(seen.join(), "thread another", "stopIt");
        other.join();
        task.toFuture().join();
        loop.close();
    }

    @Test
    void withoutDebugModeNothingIsAdded() {
        Virtual.runVirtually(() -> {
            Task<Void> task = createTask(async(() -> await(sleep(Duration.ofHours(1)))));
            await(sleep(Duration.ofSeconds(1)));
            stopIt(task);
            assertThat(placesIn(errorOf(task))).isEmpty();
        });
    }
}
