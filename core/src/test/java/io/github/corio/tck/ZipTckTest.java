package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.zip;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import java.util.List;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class ZipTckTest extends MonoPublisherVerification<List<Integer>> {
    @Override
    protected Mono<List<Integer>> withValue() {
        return zip(List.of(sleep(Duration.ofMillis(2), 1), async(() -> 2), Mono.just(3)));
    }

    /** A zip is never empty. */
    @Override
    protected Mono<List<Integer>> empty() {
        return withValue().then(Mono.empty());
    }

    @Override
    protected Mono<List<Integer>> failing(RuntimeException error) {
        return zip(List.of(sleep(Duration.ofMillis(2), 1), Mono.error(error)));
    }
}
