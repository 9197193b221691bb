package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Task;
import io.github.corio.testing.CoroutineTest;
import java.time.Duration;

/** An error that nobody looks at. */
@Sample
public class UnobservedSample {
    @CoroutineTest
    void leaves() {
        Task<Void> unused = createTask(
                async(() -> {
                    throw new IllegalStateException("nobody looks at this");
                }),
                "forgotten");
        await(sleep(Duration.ofSeconds(1)));
    }

    @CoroutineTest(allowUnobservedErrors = true)
    void mayLeave() {
        leaves();
    }
}
