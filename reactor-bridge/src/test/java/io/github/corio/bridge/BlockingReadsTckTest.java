package io.github.corio.bridge;

import io.github.corio.tck.TckEnvironment;
import java.util.stream.LongStream;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.Test;

@Test
public class BlockingReadsTckTest extends PublisherVerification<Long> {
    public BlockingReadsTckTest() {
        super(new TckEnvironment());
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return From.iterator(() -> LongStream.range(0, elements).boxed().iterator());
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return null; // its error comes later, from the thread
    }
}
