package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class CoroutineTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return async(() -> {
            await(sleep(Duration.ofMillis(1)));
            return 1;
        });
    }

    @Override
    protected Mono<Integer> empty() {
        return async(() -> {
            await(sleep(Duration.ofMillis(1)));
            return null;
        });
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return async(() -> {
            throw error;
        });
    }
}
