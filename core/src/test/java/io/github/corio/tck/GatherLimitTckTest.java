package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import java.util.List;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** A gather that runs some at a time. */
@Test
public class GatherLimitTckTest extends MonoPublisherVerification<List<Integer>> {
    @Override
    protected Mono<List<Integer>> withValue() {
        return gather(List.of(sleep(Duration.ofMillis(2), 1), async(() -> 2), Mono.just(3)), 2);
    }

    /** A gather is never empty. */
    @Override
    protected Mono<List<Integer>> empty() {
        return withValue().then(Mono.empty());
    }

    /** Fails when it is the turn of the last. */
    @Override
    protected Mono<List<Integer>> failing(RuntimeException error) {
        return gather(List.of(sleep(Duration.ofMillis(2), 1), async(() -> 2), Mono.error(error)), 1);
    }
}
