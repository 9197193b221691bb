package io.github.corio.bridge;

import io.github.corio.tck.TckEnvironment;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.Test;

@Test
public class PullTckTest extends PublisherVerification<Long> {
    public PullTckTest() {
        super(new TckEnvironment());
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return From.pull(
                (Events<Long> events) -> {
                    if (elements == 0) {
                        events.complete();
                    }
                    return new Source(events, elements);
                },
                Source::request,
                source -> {});
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return From.pull(
                (Events<Long> events) -> {
                    throw new IllegalStateException("no");
                },
                (handle, n) -> {},
                handle -> {});
    }

    private static final class Source {
        private final Events<Long> events;
        private final long last;
        private final AtomicLong sent = new AtomicLong();

        Source(Events<Long> events, long last) {
            this.events = events;
            this.last = last;
        }

        void request(int n) {
            for (int i = 0; i < n && !events.isOver(); i++) {
                long value = sent.getAndIncrement();
                events.next(value);
                if (value + 1 == last) {
                    events.complete();
                }
            }
        }
    }
}
