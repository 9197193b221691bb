package io.github.corio.examples;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import reactor.core.publisher.Mono;

class TestingSnippetsTest {
    // snippet: testing
    @CoroutineTest
    void aDayPassesAtOnce(TestLoop loop) {
        await(sleep(Duration.ofHours(23)));
        await(Mono.delay(Duration.ofHours(1))); // Reactor's own timers, too
        assertThat(loop.currentTime()).isEqualTo(Duration.ofDays(1));
    }
    // end
}
