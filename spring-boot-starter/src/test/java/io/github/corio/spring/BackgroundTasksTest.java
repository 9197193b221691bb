package io.github.corio.spring;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.currentContext;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class BackgroundTasksTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(60);

    private BackgroundTasks background = with(0);

    private static BackgroundTasks with(int concurrency) {
        return new BackgroundTasks(
                new CorioProperties.Background(concurrency, Duration.ofSeconds(60), SECOND, Duration.ofSeconds(10)));
    }

    @AfterEach
    void end() {
        background.close();
    }

    /** Of somebody who builds the message from a field that is null. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new NullPointerException("in getMessage");
        }
    }

    @Nested
    class ATask {
        @CoroutineTest
        void goesOnWhenItsCreatorHasEndedInACopyOfItsContext() {
            AsyncFuture<String> seen = new AsyncFuture<>();
            Coroutine<Void> work = async(() -> {
                await(sleep(SECOND));
                seen.setResult(
                        currentContext().get("tenant") + " in " + currentTask().name());
            });
            await(async(() -> {
                        Task<Void> unused = background.start("audit", work);
                    })
                    .contextWrite(context -> context.put("tenant", "acme")));
            assertThat(await(seen.hide())).isEqualTo("acme in audit");
        }

        @CoroutineTest
        void keepsTheNameOfItsCoroutine() {
            background = with(1);
            Task<Void> named = background.start(sleep(SECOND)
                    .then(Mono.<Void>empty())
                    .as(mono -> async(() -> await(mono)).named("mine")));
            assertThat(background.running()).containsExactly("task mine");
            await(named.hide());
        }

        @CoroutineTest
        void waitsForItsTurnInTheOrderOfTheCalls() {
            background = with(2);
            List<Integer> order = new ArrayList<>();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger now = new AtomicInteger();
            List<Task<Void>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int number = i;
                all.add(background.start(async(() -> {
                    order.add(number);
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    await(sleep(SECOND));
                    now.decrementAndGet();
                })));
            }
            for (Task<Void> task : all) {
                await(task.hide());
            }
            assertThat(order).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(most).hasValue(2);
        }

        @Test
        void waitsForItsTurnInTheOrderOfTheCallsThoughEachHasALoop() {
            background = with(1);
            for (int round = 0; round < 100; round++) {
                List<Integer> order = Collections.synchronizedList(new ArrayList<>());
                List<Task<Void>> all = IntStream.range(0, 10)
                        .mapToObj(number -> background.start(async(() -> {
                            order.add(number);
                        })))
                        .toList();
                all.forEach(task -> task.hide().block(LONG));
                assertThat(order).as("round %d", round).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            }
        }

        @Test
        void thatIsCancelledBeforeItBeginsGivesItsTurnToTheNext() {
            background = with(1);
            for (int round = 0; round < 300; round++) {
                Task<Void> cancelled = background.start(sleep(Duration.ofDays(1)));
                boolean unused = cancelled.cancel();
                assertThat(background.start(async(() -> "next")).hide().block(LONG))
                        .isEqualTo("next");
            }
        }

        @CoroutineTest
        void thatFailsGivesItsTurnToTheNext() {
            background = with(1);
            Task<Void> failing = background.start(async(() -> {
                throw new IllegalStateException("no");
            }));
            Task<String> next = background.start(async(() -> "next"));
            assertThat(await(next.hide())).isEqualTo("next");
            assertThatThrownBy(() -> await(failing.hide())).hasMessage("no");
        }

        @Test
        void isRefusedAfterTheShutdown() {
            background.close();
            assertThatThrownBy(() -> background.start(Mono.empty())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> background.supervise("poller", Mono.never()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("poller");
            assertThatThrownBy(() -> background.worker("mailer", new AsyncQueue<>(), item -> null))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("mailer");
        }
    }

    @Nested
    class AService {
        @CoroutineTest
        void isRestartedLaterAndLaterUntilItHasRunForLong(TestLoop loop) {
            List<Long> begun = new ArrayList<>();
            background.begin();
            background.supervise("poller", async(() -> {
                begun.add(loop.currentTime().toSeconds());
                await(sleep(Duration.ofSeconds(begun.size() == 7 ? 60 : 0)));
                throw new IllegalStateException("lost the connection");
            }));
            await(sleep(Duration.ofSeconds(112)));
            assertThat(begun).containsExactly(0L, 1L, 3L, 7L, 15L, 25L, 35L, 96L, 98L, 102L, 110L);
            background.close();
        }

        @CoroutineTest
        void waitsForItsRestartHoweverLongThatIs() {
            Duration forEver = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
            background = new BackgroundTasks(new CorioProperties.Background(0, SECOND, forEver, forEver));
            background.begin();
            background.supervise("poller", Mono.error(new IllegalStateException("lost the connection")));
            await(sleep(SECOND));
            assertThat(background.running()).containsExactly("service poller");
            background.close();
        }

        /** It would fail and be restarted for ever. */
        @Test
        void thatIsNullIsRefused() {
            assertThatThrownBy(() -> background.supervise("poller", null)).isInstanceOf(NullPointerException.class);
        }

        @CoroutineTest
        void isRestartedAfterAnErrorThatCannotBeShown() {
            AtomicInteger runs = new AtomicInteger();
            background.begin();
            background.supervise("poller", async(() -> {
                if (runs.incrementAndGet() == 1) {
                    throw new Unspeakable();
                }
                await(Mono.never());
            }));
            await(sleep(Duration.ofSeconds(5)));
            assertThat(runs).hasValue(2);
            background.close();
        }

        @CoroutineTest
        void isRestartedWhenItsWorkWasCancelledByOthers() {
            AtomicInteger runs = new AtomicInteger();
            background.begin();
            background.supervise("poller", async(() -> {
                if (runs.incrementAndGet() == 1) {
                    throw new CancelledError("of something inside");
                }
                await(Mono.never());
            }));
            await(sleep(Duration.ofSeconds(5)));
            assertThat(runs).hasValue(2);
            background.close();
        }

        @CoroutineTest
        void beginsWithTheApplication() {
            AtomicInteger runs = new AtomicInteger();
            background.supervise("once", Mono.fromRunnable(runs::incrementAndGet));
            await(sleep(SECOND));
            assertThat(runs).hasValue(0);
            background.begin();
            background.begin();
            await(sleep(SECOND));
            assertThat(runs).hasValue(1);
            assertThat(background.running()).isEmpty();
        }

        @CoroutineTest
        void cleansUpWhenItIsCancelled() {
            AsyncFuture<String> cleaned = new AsyncFuture<>();
            background.begin();
            background.supervise("poller", async(() -> {
                try {
                    await(Mono.never());
                } finally {
                    await(sleep(SECOND));
                    cleaned.setResult("cleaned");
                }
            }));
            await(sleep(SECOND));
            assertThat(background.running()).containsExactly("service poller");
            background.close();
            assertThat(await(cleaned.hide())).isEqualTo("cleaned");
        }
    }

    @Nested
    class AWorker {
        private final AsyncQueue<Integer> queue = new AsyncQueue<>();

        @CoroutineTest
        void handlesTheItemsInTheirOrderAndGoesOnWhenOneFails() {
            List<Integer> handled = new ArrayList<>();
            background.worker(
                    "mailer",
                    queue,
                    item -> async(() -> {
                        await(sleep(SECOND));
                        if (item == 2) {
                            throw new IllegalStateException("not this one");
                        }
                        if (item == 3) {
                            throw new CancelledError("of something inside");
                        }
                        handled.add(item);
                    }));
            background.begin();
            for (int i = 1; i <= 5; i++) {
                queue.putNowait(i);
            }
            await(queue.join());
            assertThat(handled).containsExactly(1, 4, 5);
        }

        @CoroutineTest
        void goesOnWhenItsHandlerThrowsOrReturnsNothing() {
            List<Integer> handled = new ArrayList<>();
            background.worker("mailer", queue, item -> {
                if (item == 1) {
                    throw new StackOverflowError();
                }
                handled.add(item);
                return null;
            });
            background.begin();
            queue.putNowait(1);
            queue.putNowait(2);
            await(queue.join());
            assertThat(handled).containsExactly(2);
        }

        @CoroutineTest
        void goesOnAfterAnErrorThatCannotBeShown() {
            List<Integer> handled = new ArrayList<>();
            background.worker("mailer", queue, item -> {
                if (item == 1) {
                    throw new Unspeakable();
                }
                handled.add(item);
                return null;
            });
            background.begin();
            queue.putNowait(1);
            queue.putNowait(2);
            await(sleep(SECOND));
            assertThat(handled).containsExactly(2);
        }

        @CoroutineTest
        void goesOnIfItsHandlerCallsTaskDoneToo() {
            List<Integer> handled = new ArrayList<>();
            background.worker("mailer", queue, item -> {
                handled.add(item);
                queue.taskDone();
                return null;
            });
            background.begin();
            queue.putNowait(1);
            await(sleep(SECOND));
            queue.putNowait(2);
            await(sleep(SECOND));
            assertThat(handled).containsExactly(1, 2);
            assertThat(background.running()).isEmpty();
        }

        @CoroutineTest
        void handlesAsManyAtATimeAsItMay(TestLoop loop) {
            ConcurrentLinkedQueue<Long> ended = new ConcurrentLinkedQueue<>();
            background.worker(
                    "mailer",
                    queue,
                    3,
                    item -> sleep(SECOND)
                            .doFinally(signal -> ended.add(loop.currentTime().toSeconds())));
            background.begin();
            for (int i = 0; i < 6; i++) {
                queue.putNowait(i);
            }
            await(queue.join());
            assertThat(ended).containsExactly(1L, 1L, 1L, 2L, 2L, 2L);
        }

        @CoroutineTest
        void endsWithItsQueue() {
            background.worker("mailer", queue, item -> sleep(SECOND));
            background.begin();
            queue.putNowait(1);
            queue.putNowait(2);
            await(sleep(Duration.ofMillis(500)));
            assertThat(background.running()).containsExactly("worker mailer (1 in hand, 1 queued)");
            queue.shutdown();
            await(sleep(Duration.ofSeconds(2)));
            assertThat(background.running()).isEmpty();
        }

        @Test
        void needsAConcurrency() {
            assertThatThrownBy(() -> background.worker("mailer", queue, 0, item -> null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("mailer");
        }
    }

    @Nested
    class TheShutdown {
        @Test
        void waitsForEverIfThatIsItsLimit() {
            Sinks.Empty<Void> sent = Sinks.empty();
            Task<String> mail = background.start("mail", async(() -> {
                await(sent.asMono());
                return "sent";
            }));
            BackgroundLifecycle lifecycle = new BackgroundLifecycle(background, Duration.ofSeconds(Long.MAX_VALUE));
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(lifecycle::stop);
            sent.tryEmitEmpty().orThrow();
            assertThat(stopped).succeedsWithin(LONG);
            assertThat(mail.block(LONG)).isEqualTo("sent");
        }
    }
}
