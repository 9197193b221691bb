package io.github.corio.bridge;

import io.github.corio.tck.TckEnvironment;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.Test;

@Test
public class CallbackMonoTckTest extends PublisherVerification<Long> {
    public CallbackMonoTckTest() {
        super(new TckEnvironment());
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return From.nodeCallback(callback -> callback.accept(null, elements == 0 ? null : 1L));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return From.nodeCallback(callback -> callback.accept(new IllegalStateException("no"), null));
    }
}
