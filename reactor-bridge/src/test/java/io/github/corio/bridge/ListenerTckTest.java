package io.github.corio.bridge;

import io.github.corio.tck.TckEnvironment;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.Test;
import reactor.core.publisher.FluxSink;

@Test
public class ListenerTckTest extends PublisherVerification<Long> {
    public ListenerTckTest() {
        super(new TckEnvironment());
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return From.<Long, Events<Long>>listener(
                FluxSink.OverflowStrategy.BUFFER,
                events -> events,
                events -> {
                    for (long i = 0; i < elements; i++) {
                        events.next(i);
                    }
                    events.complete();
                },
                events -> {});
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1000; // they are buffered, so there is no endless one
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return From.<Long, Events<Long>>listener(
                FluxSink.OverflowStrategy.BUFFER,
                events -> events,
                events -> events.error(new IllegalStateException("no")),
                events -> {});
    }
}
