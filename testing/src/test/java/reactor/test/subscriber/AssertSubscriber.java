package reactor.test.subscriber;

import java.util.concurrent.CountDownLatch;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

/** Waits as the class of this name does that reactor-core has in its own tests. */
public final class AssertSubscriber extends BaseSubscriber<Object> {
    private final CountDownLatch end = new CountDownLatch(1);

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    protected void hookFinally(SignalType type) {
        end.countDown();
    }

    /** Blocks until the end. */
    public void await() throws InterruptedException {
        end.await();
    }
}
