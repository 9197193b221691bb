package io.github.corio.tck;

import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** An acquisition that has to wait until a loop releases. One by itself is neither empty nor does it fail. */
@Test
public class AcquireTckTest extends MonoPublisherVerification<Permit> {
    @Override
    protected Mono<Permit> withValue() {
        AsyncSemaphore semaphore = new AsyncSemaphore(0);
        return semaphore.acquire().doOnSubscribe(s -> loop.callSoon(semaphore::release)); // one for each subscription
    }

    @Override
    protected Mono<Permit> empty() {
        return new AsyncLock().acquire().then(Mono.empty());
    }

    @Override
    protected Mono<Permit> failing(RuntimeException error) {
        return new AsyncLock().acquire().then(Mono.error(error));
    }
}
