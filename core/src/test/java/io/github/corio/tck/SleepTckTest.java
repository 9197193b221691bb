package io.github.corio.tck;

import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class SleepTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return sleep(Duration.ofMillis(1), 1);
    }

    @Override
    protected Mono<Integer> empty() {
        return sleep(Duration.ZERO).then(Mono.empty());
    }

    /** A sleep does not fail. */
    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return sleep(Duration.ofMillis(1)).then(Mono.error(error));
    }
}
