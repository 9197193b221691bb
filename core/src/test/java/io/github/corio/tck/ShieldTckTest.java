package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class ShieldTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return shield(async(() -> await(sleep(Duration.ofMillis(2), 1))));
    }

    @Override
    protected Mono<Integer> empty() {
        return shield(async(() -> null));
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return shield(Mono.error(error));
    }
}
