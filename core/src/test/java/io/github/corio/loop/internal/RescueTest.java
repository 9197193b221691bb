package io.github.corio.loop.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.TimerHandle;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Loops on Executors, which keep no time. */
@DisplayName("the timer of all loops whose Scheduler has none is not held up")
class RescueTest {
    private static final long LIMIT_SECONDS = 20;

    private final Executor sound = task -> {
        Thread thread = new Thread(task, "rescue-test");
        thread.setDaemon(true);
        thread.start();
    };
    private final AtomicReference<Executor> executor = new AtomicReference<>(sound);
    private final EventLoop loop = on(task -> executor.get().execute(task));
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private static EventLoop on(Executor executor) {
        Scheduler scheduler = Schedulers.fromExecutor(executor);
        return EventLoop.on(scheduler);
    }

    @AfterEach
    void close() {
        release.countDown();
        executor.set(sound);
        loop.dispose();
    }

    private void hold() {
        held.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void othersAreOnTime(Executor whenItRings) throws InterruptedException {
        CountDownLatch warm = new CountDownLatch(1);
        TimerHandle unusedToo = loop.callLater(Duration.ofMillis(1), warm::countDown);
        assertThat(warm.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        TimerHandle unused = loop.callLater(Duration.ofMillis(200), this::hold);
        executor.set(whenItRings);
        assertThat(held.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        EventLoop other = on(sound);
        CountDownLatch rang = new CountDownLatch(1);
        TimerHandle unusedThree = other.callLater(Duration.ofMillis(200), rang::countDown);
        assertThat(rang.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        other.dispose();
    }

    @Test
    void byAnExecutorThatRunsTheLoopInline() throws InterruptedException {
        othersAreOnTime(Runnable::run);
    }

    @Test
    void byAnExceptionHandlerThatIsToldOfARefusal() throws InterruptedException {
        loop.setExceptionHandler((on, refusal) -> hold());
        othersAreOnTime(task -> {
            throw new RejectedExecutionException("full, on purpose");
        });
    }
}
