package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.zip;

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

    @Override
    protected Mono<List<Integer>> empty() {
        return zip(List.of(sleep(Duration.ofMillis(2), 1), Mono.empty()));
    }

    @Override
    protected Mono<List<Integer>> failing(RuntimeException error) {
        return zip(List.of(sleep(Duration.ofMillis(2), 1), Mono.error(error)));
    }
}
