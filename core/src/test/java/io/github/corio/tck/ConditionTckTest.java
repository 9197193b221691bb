package io.github.corio.tck;

import io.github.corio.sync.AsyncCondition;
import java.util.concurrent.atomic.AtomicBoolean;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** A wait for a notification, with the lock held as it must be, and without. */
@Test
public class ConditionTckTest extends MonoPublisherVerification<Boolean> {
    @Override
    protected Mono<Boolean> withValue() {
        AsyncCondition condition = new AsyncCondition();
        AtomicBoolean ready = new AtomicBoolean();
        Mono<Void> notification = Mono.fromRunnable(() -> {
            ready.set(true);
            condition.signal();
        });
        // The lock is free when the first one waits.
        return condition
                .withLock(condition.waitFor(ready::get))
                .doOnSubscribe(s ->
                        loop.callSoon(() -> condition.withLock(notification).subscribe()));
    }

    @Override
    protected Mono<Boolean> empty() {
        AsyncCondition condition = new AsyncCondition();
        return condition.withLock(condition.waitFor(() -> true).then(Mono.empty()));
    }

    @Override
    protected Mono<Boolean> failing(RuntimeException error) {
        return new AsyncCondition().waitFor(() -> false);
    }
}
