package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Task;
import io.github.corio.testing.CoroutineTest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A body that hangs, in real time. */
@Sample
public class HangingSample {
    @CoroutineTest(timeoutSeconds = 1)
    void hangs() throws InterruptedException {
        Task<Void> unused = createTask(sleep(Duration.ofHours(1)), "bystander");
        await(sleep(Duration.ofSeconds(1)));
        new CountDownLatch(1).await();
    }
}
