package io.github.corio.tck;

import io.github.corio.sync.AsyncBarrier;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** A wait at a barrier. It always has a value. */
@Test
public class BarrierTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        AsyncBarrier barrier = new AsyncBarrier(2);
        return barrier.waitUntilFull()
                .doOnSubscribe(s -> loop.callSoon(() -> barrier.waitUntilFull().subscribe()));
    }

    @Override
    protected Mono<Integer> empty() {
        return new AsyncBarrier(1).waitUntilFull().then(Mono.empty());
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        AsyncBarrier barrier = new AsyncBarrier(2);
        return Mono.defer(() -> barrier.abort().then(barrier.waitUntilFull()));
    }
}
