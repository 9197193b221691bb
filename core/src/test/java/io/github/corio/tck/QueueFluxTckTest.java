package io.github.corio.tck;

import io.github.corio.queue.AsyncQueue;
import java.time.Duration;
import java.util.stream.LongStream;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** A queue as a Flux. It does not fail: when the queue is shut down, it completes. */
@Test
public class QueueFluxTckTest extends PublisherVerification<Long> {
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

    @Override
    public void required_spec309_requestZeroMustSignalIllegalArgumentException() {
        throw badRequest();
    }

    @Override
    public void required_spec309_requestNegativeNumberMustSignalIllegalArgumentException() {
        throw badRequest();
    }

    @Override
    public void optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage() {
        throw badRequest();
    }

    /** The TCK waits in vain for these, for a minute in all, and lets them pass. */
    private static SkipException badRequest() {
        return new SkipException("Reactor's repeat, as its range, logs a request that is not positive and goes on");
    }
}
