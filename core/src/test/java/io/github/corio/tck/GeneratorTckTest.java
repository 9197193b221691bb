package io.github.corio.tck;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Asyncio;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK for what {@code generate} gives. */
public class GeneratorTckTest extends PublisherVerification<Long> {
    public GeneratorTckTest() {
        super(new TckEnvironment());
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return generate(emitter -> {
            for (long n = 0; n < elements; n++) {
                if (n % 3 == 1) {
                    await(sleep(Duration.ZERO));
                }
                emitter.emit(n);
            }
        });
    }

    /** The TCK wants the failure without a request, and a body begins with the first: the buffer makes one. */
    @Override
    public Publisher<Long> createFailedPublisher() {
        return Asyncio.<Long>generate(emitter -> {
                    throw new IllegalStateException("made to fail, for the TCK");
                })
                .onBackpressureBuffer();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }

    /** The same with the values of another Publisher. */
    public static class DelegatingTckTest extends GeneratorTckTest {
        @Override
        public Publisher<Long> createPublisher(long elements) {
            return generate(emitter -> {
                emitter.emitAll(
                        Flux.range(0, (int) Math.min(elements / 2, 5_000)).map(Integer::longValue));
                for (long n = elements / 2; n < elements; n++) {
                    emitter.emit(n);
                }
            });
        }
    }
}
