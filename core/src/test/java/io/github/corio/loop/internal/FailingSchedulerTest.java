package io.github.corio.loop.internal;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import io.github.corio.Coroutine;
import io.github.corio.CoroutineBody;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Handle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/**
 * A Scheduler that fails in each of its ways, at each moment at which a loop needs it. Whatever it does: one thread in the loop, each
 * body once, everybody notified.
 */
@DisplayName("a Scheduler that fails")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailingSchedulerTest {
    /** When it fails. */
    enum Moment {
        START,
        WAKE_UP,
        TIMER,
        YIELD,
        CLOSE
    }

    static List<Arguments> table() {
        List<Arguments> rows = new ArrayList<>();
        for (FailingScheduler.Mode mode : FailingScheduler.Mode.values()) {
            for (Moment moment : Moment.values()) {
                rows.add(Arguments.of(mode, moment));
            }
        }
        return rows;
    }

    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("table")
    void losesNothing(FailingScheduler.Mode mode, Moment moment) throws Exception {
        for (int round = 0; round < 10; round++) {
            new Round(mode).run(moment);
        }
    }

    @ParameterizedTest(name = "{0} at {1}, often")
    @MethodSource("table")
    @Tag("stress-long")
    void losesNothingInManyRounds(FailingScheduler.Mode mode, Moment moment) throws Exception {
        for (int round = 0; round < 1_000; round++) {
            new Round(mode).run(moment);
        }
    }

    /** One loop on one failing Scheduler. */
    private static final class Round {
        private final FailingScheduler scheduler;
        private final boolean shutDown;
        private final EventLoop loop;
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger mostInside = new AtomicInteger();
        private final AtomicInteger told = new AtomicInteger();

        Round(FailingScheduler.Mode mode) {
            this.scheduler = new FailingScheduler(mode);
            this.shutDown = mode == FailingScheduler.Mode.IS_SHUT_DOWN;
            this.loop = EventLoop.on(scheduler);
            loop.setExceptionHandler((on, context) -> told.incrementAndGet());
        }

        void run(Moment moment) throws Exception {
            switch (moment) {
                case START -> start();
                case WAKE_UP -> wakeUp();
                case TIMER -> timer();
                case YIELD -> yieldOften();
                case CLOSE -> close();
            }
            loop.dispose();
            loop.close();
            assertThat(loop.isClosed()).isTrue();
            assertThat(mostInside).as("threads in the loop").hasValueLessThanOrEqualTo(1);
            scheduler.recover();
            scheduler.dispose();
        }

        /** A section that only one thread may be in. */
        private void alone() {
            mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            inside.decrementAndGet();
        }

        private <T> Coroutine<T> body(AtomicInteger runs, CoroutineBody<T> body) {
            return async(() -> {
                runs.incrementAndGet();
                alone();
                T value = body.call();
                alone();
                return value;
            });
        }

        private static CompletableFuture<String> ends(Mono<?> mono) {
            CompletableFuture<String> end = new CompletableFuture<>();
            mono.subscribe(
                    value -> end.complete("value " + value),
                    error -> end.complete("error"),
                    () -> end.complete("empty"));
            return end;
        }

        /** It has the value; or, if the Scheduler is gone, an error. */
        private void assertEnds(CompletableFuture<String> end) {
            assertThat(end).succeedsWithin(30, TimeUnit.SECONDS).satisfies(how -> {
                if (!shutDown) {
                    assertThat(how).isEqualTo("value done");
                }
            });
        }

        private void start() {
            AtomicInteger refused = new AtomicInteger();
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger called = new AtomicInteger();
            AtomicInteger refusedSubscriber = new AtomicInteger();
            scheduler.fail();
            boolean started = false;
            Task<String> task = null;
            try {
                task = body(refused, () -> "done").on(loop).start();
                started = true;
            } catch (Throwable no) {
                assertThat(allTasks(loop)).as("after %s", no).isEmpty();
            }
            scheduler.fail();
            boolean queued = false;
            try {
                Handle unused = loop.callSoon(called::incrementAndGet);
                queued = true;
            } catch (Throwable no) {
                assertThat(no).isNotNull();
            }
            scheduler.fail();
            CompletableFuture<String> subscribed =
                    ends(body(refusedSubscriber, () -> "done").on(loop));
            assertThat(subscribed)
                    .succeedsWithin(30, TimeUnit.SECONDS)
                    .satisfies(how -> assertThat(how).isEqualTo(refusedSubscriber.get() == 0 ? "error" : "value done"));
            scheduler.recover();
            if (!shutDown) {
                assertEnds(ends(body(accepted, () -> "done").on(loop)));
                assertThat(accepted).hasValue(1);
                if (task != null) {
                    assertEnds(ends(task));
                }
                assertThat(refused).hasValue(started ? 1 : 0);
                assertThat(called).hasValue(queued ? 1 : 0);
            }
            assertThat(refused).hasValueLessThanOrEqualTo(1);
            assertThat(refusedSubscriber).hasValueLessThanOrEqualTo(1);
        }

        private void wakeUp() throws Exception {
            AtomicInteger runs = new AtomicInteger();
            CompletableFuture<AsyncFuture<String>> suspended = new CompletableFuture<>();
            CompletableFuture<String> stage = new CompletableFuture<>();
            CompletableFuture<String> ofFuture = ends(body(runs, () -> {
                        AsyncFuture<String> future = new AsyncFuture<>();
                        loop.callSoon(() -> suspended.complete(future));
                        return await(future);
                    })
                    .on(loop));
            CompletableFuture<String> ofStage =
                    ends(body(runs, () -> await(stage)).on(loop));
            AsyncFuture<String> future = suspended.get(30, TimeUnit.SECONDS);
            settle();
            scheduler.fail();
            future.setResult("done");
            stage.complete("done");
            assertEnds(ofFuture);
            assertEnds(ofStage);
            assertThat(runs).hasValue(2);
        }

        private void timer() {
            AtomicInteger runs = new AtomicInteger();
            List<CompletableFuture<String>> ends = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int millis = i;
                ends.add(ends(body(runs, () -> {
                            scheduler.fail();
                            await(sleep(Duration.ofMillis(millis)));
                            alone();
                            await(sleep(Duration.ofNanos(1)));
                            return "done";
                        })
                        .on(loop)
                        .onErrorResume(refused -> Mono.just("done"))));
            }
            ends.forEach(this::assertEnds);
            assertThat(runs).hasValueLessThanOrEqualTo(3);
        }

        private void yieldOften() {
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger callbacks = new AtomicInteger();
            CompletableFuture<String> end = ends(body(runs, () -> {
                        for (int i = 0; i < 300; i++) {
                            if (i % 50 == 0) {
                                scheduler.fail();
                            }
                            for (int k = 0; k < 10; k++) {
                                loop.callSoon(() -> {
                                    alone();
                                    callbacks.incrementAndGet();
                                });
                            }
                            Task<Void> unused = createTask(sleep(Duration.ZERO));
                            await(sleep(Duration.ZERO));
                            alone();
                        }
                        return "done";
                    })
                    .on(loop));
            assertEnds(end);
            assertThat(runs).hasValueLessThanOrEqualTo(1);
            if (!shutDown) {
                assertThat(callbacks).hasValue(3_000);
            }
        }

        private void close() throws Exception {
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger cleaned = new AtomicInteger();
            List<CompletableFuture<String>> ends = new ArrayList<>();
            CompletableFuture<Void> suspended = new CompletableFuture<>();
            for (int i = 0; i < 3; i++) {
                ends.add(ends(body(runs, () -> {
                            try {
                                loop.callSoon(() -> suspended.complete(null));
                                await(sleep(Duration.ofDays(1)));
                                return "done";
                            } finally {
                                cleaned.incrementAndGet();
                            }
                        })
                        .on(loop)));
            }
            suspended.get(30, TimeUnit.SECONDS);
            settle();
            scheduler.fail();
            loop.dispose();
            loop.close();
            for (CompletableFuture<String> end : ends) {
                assertThat(end).succeedsWithin(30, TimeUnit.SECONDS).isEqualTo("error");
            }
            assertThat(cleaned).as("finally blocks").hasValue(runs.get());
        }

        /** Waits until nobody is at work on the loop. */
        private void settle() {
            while (loop.engine.life.isHeld()) {
                Thread.onSpinWait();
            }
        }
    }
}
