package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple3;

/** A gather of values of several types. */
@Test
public class GatherTypedTckTest extends MonoPublisherVerification<Tuple3<Integer, String, Long>> {
    @Override
    protected Mono<Tuple3<Integer, String, Long>> withValue() {
        return gather(sleep(Duration.ofMillis(2), 1), async(() -> "two"), Mono.just(3L));
    }

    /** A gather is never empty. */
    @Override
    protected Mono<Tuple3<Integer, String, Long>> empty() {
        return withValue().then(Mono.empty());
    }

    @Override
    protected Mono<Tuple3<Integer, String, Long>> failing(RuntimeException error) {
        return gather(sleep(Duration.ofMillis(2), 1), async(() -> "two"), Mono.<Long>error(error));
    }
}
