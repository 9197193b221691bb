package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Task;
import io.github.corio.testing.CoroutineTest;
import java.time.Duration;

/** A task that is left running. */
@Sample
public class LeakSample {
    @CoroutineTest
    void leaves() {
        Task<Void> unused = createTask(
                async(() -> {
                    await(sleep(Duration.ofHours(1)));
                }),
                "forgotten");
        await(sleep(Duration.ofSeconds(1)));
    }

    @CoroutineTest(allowLeakedTasks = true)
    void mayLeave() {
        leaves();
    }
}
