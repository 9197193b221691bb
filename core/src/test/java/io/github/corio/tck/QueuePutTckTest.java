package io.github.corio.tck;

import io.github.corio.queue.AsyncQueue;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** Putting into a queue that is full at first, and waiting for the end of all work. */
@Test
public class QueuePutTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        queue.putNowait(1);
        return queue.put(2).doOnSubscribe(s -> loop.callSoon(queue::getNowait)).then(queue.get());
    }

    /** As it is, without an operator around it: there is no value to be of the wrong type. */
    @Override
    @SuppressWarnings("unchecked")
    protected Mono<Integer> empty() {
        return (Mono<Integer>) (Mono<?>) new AsyncQueue<Integer>().join();
    }

    /** An attempt begins with the first request, so it cannot fail before: something has to request. */
    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        queue.shutdown();
        return queue.put(1).then(Mono.empty());
    }
}
