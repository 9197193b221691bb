package io.github.corio.loop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

@DisplayName("a loop on an Executor with one thread")
class OneThreadTest {
    /** The thread waits for the loop to be idle while the body runs, and is the only one that can end the loop. */
    @Test
    void endsThoughItIsDisposedOfWhileABodyRuns() throws InterruptedException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < 10; i++) {
                EventLoop loop = EventLoop.on(Schedulers.fromExecutorService(executor));
                CountDownLatch cleanedUp = new CountDownLatch(1);
                Disposable unused = async(() -> {
                            loop.dispose();
                            try {
                                await(sleep(Duration.ofHours(1)));
                            } finally {
                                cleanedUp.countDown();
                            }
                        })
                        .on(loop)
                        .subscribe(value -> {}, closed -> {});
                assertThat(cleanedUp.await(30, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            executor.shutdown();
        }
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS))
                .isTrue(); // and no thread is left in a loop that is over
    }
}
