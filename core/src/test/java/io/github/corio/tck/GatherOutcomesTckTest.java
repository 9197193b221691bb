package io.github.corio.tck;

import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Outcome;
import java.time.Duration;
import java.util.List;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class GatherOutcomesTckTest extends MonoPublisherVerification<List<Outcome<Integer>>> {
    @Override
    protected Mono<List<Outcome<Integer>>> withValue() {
        return gatherOutcomes(List.of(sleep(Duration.ofMillis(2), 1), Mono.error(new IllegalStateException("second"))));
    }

    /** It is never empty and never fails. */
    @Override
    protected Mono<List<Outcome<Integer>>> empty() {
        return withValue().then(Mono.empty());
    }

    @Override
    protected Mono<List<Outcome<Integer>>> failing(RuntimeException error) {
        return withValue().then(Mono.error(error));
    }
}
