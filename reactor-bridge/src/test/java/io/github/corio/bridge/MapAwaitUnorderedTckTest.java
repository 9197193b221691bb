package io.github.corio.bridge;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.tck.TckEnvironment;
import java.io.IOException;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.Test;
import reactor.core.publisher.Flux;

@Test
public class MapAwaitUnorderedTckTest extends PublisherVerification<Long> {
    public MapAwaitUnorderedTckTest() {
        super(new TckEnvironment());
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Flux.<Long>generate(sink -> sink.next(1L))
                .take(elements)
                .transform(AwaitOperators.mapAwaitUnordered(2, i -> {
                    await(sleep(Duration.ZERO));
                    return i;
                }));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Flux.<Long>error(new IOException("no")).transform(AwaitOperators.mapAwaitUnordered(2, i -> i));
    }
}
