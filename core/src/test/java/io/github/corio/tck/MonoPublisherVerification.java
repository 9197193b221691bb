package io.github.corio.tck;

import io.github.corio.loop.EventLoop;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Mono;

/**
 * The Reactive Streams TCK for whatever we hand out as a Mono. A subclass, named {@code …TckTest}, says how one with a value,
 * an empty one and a failing one are made; TestNG finds the tests here.
 *
 * @param <T> the type of the value
 */
public abstract class MonoPublisherVerification<T> extends PublisherVerification<T> {
    /** A loop for what needs one, closed when the class is done. */
    protected EventLoop loop = EventLoop.create();

    protected MonoPublisherVerification() {
        super(new TckEnvironment());
    }

    /** One with a value. */
    protected abstract Mono<T> withValue();

    /** One without. */
    protected abstract Mono<T> empty();

    /** One that fails. */
    protected abstract Mono<T> failing(RuntimeException error);

    @BeforeClass
    public void openLoop() {
        loop.dispose();
        loop = EventLoop.create();
    }

    @AfterClass(alwaysRun = true)
    public void closeLoop() {
        loop.dispose();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<T> createPublisher(long elements) {
        return elements == 0 ? empty() : withValue();
    }

    @Override
    public Publisher<T> createFailedPublisher() {
        return failing(new IllegalStateException("made to fail, for the TCK"));
    }
}
