package io.github.corio.tck;

import io.github.corio.queue.AsyncQueue;
import io.github.corio.queue.QueueShutDownException;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** Getting from a queue that is empty at first, and putting. */
@Test
public class QueueGetTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        return queue.get().doOnSubscribe(s -> loop.callSoon(() -> queue.putNowait(1)));
    }

    @Override
    protected Mono<Integer> empty() {
        return new AsyncQueue<Integer>().put(1).then(Mono.empty());
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        queue.shutdown();
        return queue.get()
                .onErrorMap(QueueShutDownException.class, shutDown -> error)
                .then(Mono.empty());
    }
}
