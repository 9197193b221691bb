package io.github.corio.tck;

import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import java.util.Objects;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** An acquisition that has to wait until a loop releases. One by itself is neither empty nor does it fail. */
@Test
public class AcquireTckTest extends MonoPublisherVerification<Permit> {
    @Override
    protected Mono<Permit> withValue() {
        AsyncLock lock = new AsyncLock();
        Permit held = Objects.requireNonNull(lock.tryAcquire());
        return lock.acquire().doOnSubscribe(s -> loop.callSoon(held::close));
    }

    @Override
    protected Mono<Permit> empty() {
        return new AsyncSemaphore(1).acquire().then(Mono.empty());
    }

    @Override
    protected Mono<Permit> failing(RuntimeException error) {
        return new AsyncLock().acquire().then(Mono.error(error));
    }
}
