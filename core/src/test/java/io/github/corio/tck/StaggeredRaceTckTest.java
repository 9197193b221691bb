package io.github.corio.tck;

import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.staggeredRace;

import java.time.Duration;
import java.util.List;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class StaggeredRaceTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return staggeredRace(
                List.of(Mono.error(new IllegalStateException("first")), sleep(Duration.ofMillis(2), 1)),
                Duration.ofSeconds(20));
    }

    @Override
    protected Mono<Integer> empty() {
        return staggeredRace(List.of(Mono.empty()), Duration.ofSeconds(20));
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return staggeredRace(List.of(Mono.error(error)), Duration.ofSeconds(20));
    }
}
