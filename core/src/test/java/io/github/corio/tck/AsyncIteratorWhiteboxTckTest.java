package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.each;

import io.github.corio.AsyncIterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The Reactive Streams TCK for the subscriber of {@code each}: a coroutine takes a step for each value the TCK wants. */
public class AsyncIteratorWhiteboxTckTest extends SubscriberWhiteboxVerification<Integer> {
    public AsyncIteratorWhiteboxTckTest() {
        super(new TckEnvironment());
    }

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        CountDownLatch subscribed = new CountDownLatch(1);
        AtomicReference<Subscriber<? super Integer>> subscriber = new AtomicReference<>();
        Sinks.Many<Long> wanted = Sinks.many().unicast().onBackpressureBuffer();
        Publisher<Integer> source = s -> {
            subscriber.set(s);
            subscribed.countDown();
        };
        AsyncIterator<Integer> values = each(source, 1);
        async(() -> iterate(values, wanted))
                .onErrorResume(expected -> Mono.empty())
                .subscribe();
        try {
            wanted.tryEmitNext(1L).orThrow(); // the first step is the one that subscribes, and requests 1
            if (!subscribed.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("each has not subscribed");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return new Probed(subscriber.get(), probe, values, wanted);
    }

    private static void iterate(AsyncIterator<Integer> values, Sinks.Many<Long> wanted) {
        for (long n : each(wanted.asFlux())) {
            for (long i = 0; i < n && values.hasNext(); i++) {
                values.next();
            }
        }
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }

    /** The subscriber of each, with the TCK looking on. */
    private record Probed(
            Subscriber<? super Integer> each,
            WhiteboxSubscriberProbe<Integer> probe,
            AsyncIterator<Integer> values,
            Sinks.Many<Long> wanted)
            implements Subscriber<Integer> {
        @Override
        public void onSubscribe(Subscription s) {
            each.onSubscribe(s);
            probe.registerOnSubscribe(new SubscriberPuppet() {
                @Override
                public void triggerRequest(long elements) {
                    wanted.tryEmitNext(elements).orThrow();
                }

                @Override
                public void signalCancel() {
                    values.close();
                }
            });
        }

        @Override
        public void onNext(Integer value) {
            each.onNext(value);
            probe.registerOnNext(value);
        }

        @Override
        public void onError(Throwable error) {
            each.onError(error);
            probe.registerOnError(error);
        }

        @Override
        public void onComplete() {
            each.onComplete();
            probe.registerOnComplete();
        }
    }
}
