package io.github.corio.loop.internal;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Virtual;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FairnessTest {
    @Test
    @Timeout(20)
    @DisplayName(
            "A busy loop lets others on its Scheduler have their turn, though that one's thread waits for it to be idle")
    void aBusyLoopDoesNotStarveItsScheduler() {
        AtomicBoolean there = new AtomicBoolean();
        try (Virtual virtual = new Virtual()) {
            virtual.run(async(() -> {
                Loops.access(EventLoop.current()).worker().schedule(() -> there.set(true));
                while (!there.get()) {
                    await(sleep(Duration.ZERO));
                }
            }));
        }
        assertThat(there).isTrue();
    }

    @Test
    @DisplayName("In debug mode a loop says which thread runs its handle")
    void aLoopInDebugModeNamesItsThread() throws InterruptedException {
        try (Virtual virtual = new Virtual()) {
            EventLoop loop = virtual.loop();
            AtomicReference<Thread> runner = new AtomicReference<>();
            AtomicReference<Thread> seen = new AtomicReference<>();
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch answered = new CountDownLatch(1);
            Thread watcher = new Thread(() -> {
                try {
                    asked.await();
                    seen.set(Loops.access(loop).runningThread());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                answered.countDown();
            });
            watcher.start();
            loop.setDebug(true);
            virtual.run(async(() -> {
                runner.set(Thread.currentThread());
                asked.countDown();
                assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
            }));
            watcher.join();
            assertThat(seen.get()).isNotNull().isSameAs(runner.get());
            assertThat(Loops.access(loop).runningThread()).isNull();
        }
    }
}
