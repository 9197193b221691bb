package io.github.corio.tck;

import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;

import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class WaitForTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return waitFor(sleep(Duration.ofMillis(2), 1), Duration.ofSeconds(20));
    }

    @Override
    protected Mono<Integer> empty() {
        return waitFor(Mono.empty(), Duration.ofSeconds(20));
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return waitFor(Mono.error(error), Duration.ofSeconds(20));
    }
}
