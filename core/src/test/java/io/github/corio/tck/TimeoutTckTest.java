package io.github.corio.tck;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.timeout;

import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class TimeoutTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return timeout(Duration.ofSeconds(20), limit -> await(sleep(Duration.ofMillis(2), 1)));
    }

    @Override
    protected Mono<Integer> empty() {
        return timeout(Duration.ofSeconds(20), limit -> null);
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return timeout(Duration.ofSeconds(20), limit -> {
            throw error;
        });
    }
}
