package io.github.corio.tck;

import io.github.corio.queue.AsyncQueue;
import java.util.stream.LongStream;
import org.reactivestreams.Publisher;
import org.testng.annotations.Test;

/** A queue as a Flux. It does not fail: when the queue is shut down, it completes. */
@Test
public class QueueFluxTckTest extends ReactorFluxVerification<Long> {
    @Override
    public Publisher<Long> createPublisher(long elements) {
        AsyncQueue<Long> queue = new AsyncQueue<>();
        LongStream.range(0, Math.min(elements, 10_000)).forEach(queue::putNowait);
        queue.shutdown();
        return queue.asFlux();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return null;
    }
}
