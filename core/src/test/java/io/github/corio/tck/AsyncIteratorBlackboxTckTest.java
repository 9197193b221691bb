package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.each;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import reactor.core.publisher.Mono;

/** The Reactive Streams TCK for the subscriber of {@code each}, while a coroutine iterates. */
public class AsyncIteratorBlackboxTckTest extends SubscriberBlackboxVerification<Integer> {
    public AsyncIteratorBlackboxTckTest() {
        super(new TckEnvironment());
    }

    @Override
    public Subscriber<Integer> createSubscriber() {
        return iterating(4);
    }

    @SuppressWarnings("unchecked")
    private static Subscriber<Integer> iterating(int prefetch) {
        CountDownLatch subscribed = new CountDownLatch(1);
        AtomicReference<Subscriber<Integer>> subscriber = new AtomicReference<>();
        Publisher<Integer> source = s -> {
            subscriber.set((Subscriber<Integer>) s);
            subscribed.countDown();
        };
        async(() -> {
                    each(source, prefetch).forEachRemaining(value -> {});
                })
                .onErrorResume(expected -> Mono.empty())
                .subscribe();
        try {
            if (!subscribed.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("each has not subscribed");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return subscriber.get();
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
