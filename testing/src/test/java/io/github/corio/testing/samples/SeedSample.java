package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.CoroutineTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A test that relies on the order of timers with the same deadline. */
@Sample
public class SeedSample {
    @CoroutineTest(seeds = 20)
    void fails() {
        List<String> log = new ArrayList<>();
        await(gather(List.of(
                async(() -> {
                    await(sleep(Duration.ofSeconds(1)));
                    log.add("first");
                }),
                async(() -> {
                    await(sleep(Duration.ofSeconds(1)));
                    log.add("second");
                }))));
        assertThat(log).containsExactly("first", "second");
    }
}
