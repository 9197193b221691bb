package io.github.corio.loop.internal;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.Coroutine;
import io.github.corio.Runner;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A Scheduler that is disposed of before the loops on it: it drops what it has to run, and tells nobody. */
@DisplayName("a Scheduler that is disposed of under a loop")
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DisposedSchedulerTest {
    private final Scheduler scheduler = Schedulers.newSingle("own", true);
    private final CountDownLatch suspended = new CountDownLatch(1);
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private final CompletableFuture<String> reported = new CompletableFuture<>();

    @AfterEach
    void dispose() {
        scheduler.dispose();
    }

    private EventLoop loop() {
        EventLoop loop = EventLoop.on(scheduler);
        loop.setExceptionHandler((on, context) -> reported.complete(context.message()));
        return loop;
    }

    private Coroutine<Void> sleeper() {
        return async(() -> {
            try {
                EventLoop.current().callSoon(suspended::countDown);
                await(sleep(Duration.ofDays(1)));
            } finally {
                cleaned.countDown();
            }
        });
    }

    private Task<Void> leaveBehind(Runner runner) {
        return runner.run(async(() -> {
            Task<Void> task = sleeper().start();
            await(sleep(Duration.ZERO));
            return task;
        }));
    }

    /** The Scheduler has nothing to do, when it is disposed of. */
    private void disposeWhenIdle(EventLoop loop) throws InterruptedException {
        suspended.await();
        while (loop.engine.life.isHeld()) {
            Thread.onSpinWait();
        }
        scheduler.dispose();
    }

    private void assertReported() {
        assertThat(reported).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("Task was destroyed but it is pending");
    }

    /** Closed, the body unwound. */
    private void assertEnded(EventLoop loop) throws InterruptedException {
        assertThat(cleaned.await(20, TimeUnit.SECONDS)).isTrue();
        loop.dispose();
        loop.close();
        assertThat(loop.isClosed()).isTrue();
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    @DisplayName("makes a run throw, and ends what is left")
    void run() throws InterruptedException {
        EventLoop loop = loop();
        Thread disposer = new Thread(() -> {
            try {
                disposeWhenIdle(loop);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        disposer.start();
        try (Runner runner = new Runner(() -> loop)) {
            assertThatThrownBy(() -> runner.run(sleeper()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was disposed of while");
        }
        assertReported();
        assertEnded(loop);
    }

    @Test
    @DisplayName("ends the close of a runner, though it has dropped the drain in which the tasks would be cancelled")
    void close() throws Exception {
        EventLoop loop = loop();
        Runner runner = new Runner(() -> loop);
        Task<Void> left = leaveBehind(runner);
        CountDownLatch busy = new CountDownLatch(1);
        scheduler.schedule(() -> {
            busy.countDown();
            while (!Thread.currentThread().isInterrupted()) {} // until the Scheduler is disposed of
        });
        busy.await();
        CompletableFuture<Throwable> closed = new CompletableFuture<>();
        Thread closer = new Thread(() -> closed.complete(catchThrowable(runner::close)), "closer");
        closer.start();
        while (!loop.engine.life.isHeld()) { // until close has queued its drain
            Thread.onSpinWait();
        }
        scheduler.dispose();
        Throwable how = closed.get(20, TimeUnit.SECONDS);
        if (how != null) { // else the loop has cancelled and awaited what was left in its last turn, on a thread of its
            // own
            assertThat(how) // the close was there first, or the Scheduler refuses its drain
                    .isInstanceOfAny(IllegalStateException.class, RejectedExecutionException.class)
                    .hasMessageContaining("was disposed of")
                    .hasMessageContaining("closer");
        }
        assertEnded(loop);
        assertThat(left).matches(Task::isDone);
    }

    @Test
    @DisplayName("does not keep a loop from being closed, and what is suspended on it from ending")
    void disposeOfTheLoop() throws InterruptedException {
        EventLoop loop = loop();
        Task<Void> task = sleeper().on(loop).start();
        disposeWhenIdle(loop);
        loop.dispose();
        loop.close();
        assertThat(cleaned.getCount()).isZero();
        assertThat(task.isDone()).isTrue();
        assertReported();
        assertEnded(loop);
    }

    @Test
    @DisplayName("ends what a runner has left, before or by its close")
    void closeAfterwards() throws InterruptedException {
        EventLoop loop = loop();
        Runner runner = new Runner(() -> loop);
        Task<Void> left = leaveBehind(runner);
        disposeWhenIdle(loop);
        Throwable refused = catchThrowable(runner::close);
        assertThat(refused == null || refused.getMessage().contains("disposed of"))
                .as("%s", refused)
                .isTrue();
        assertThat(left).matches(Task::isDone);
        assertEnded(loop);
    }
}
