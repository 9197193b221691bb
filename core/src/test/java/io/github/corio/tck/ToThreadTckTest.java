package io.github.corio.tck;

import static io.github.corio.Asyncio.toThread;

import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class ToThreadTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return toThread(() -> 1);
    }

    @Override
    protected Mono<Integer> empty() {
        return toThread(() -> null);
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return toThread(() -> {
            throw error;
        });
    }
}
