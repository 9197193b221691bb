package io.github.corio.tck;

import io.github.corio.queue.AsyncQueue;
import java.time.Duration;
import java.util.stream.LongStream;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.Test;

/** A queue as a Flux. It does not fail: when the queue is shut down, it completes. */
@Test
public class QueueFluxTckTest extends ReactorFluxVerification<Long> {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofMillis(40);

    public QueueFluxTckTest() {
        super(new TestEnvironment(PATIENCE.toMillis(), SILENCE.toMillis()));
    }

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
