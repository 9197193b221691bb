package io.github.corio.tck;

import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** A Mono that runs while a permit is held. */
@Test
public class WithLockTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return new AsyncLock().withLock(Mono.just(1).hide());
    }

    @Override
    protected Mono<Integer> empty() {
        return new AsyncSemaphore(1).limit(Mono.<Integer>empty().hide());
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return new AsyncLock().withLock(Mono.<Integer>error(error).hide()).then(Mono.empty());
    }
}
