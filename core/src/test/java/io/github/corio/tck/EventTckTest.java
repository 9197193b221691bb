package io.github.corio.tck;

import io.github.corio.sync.AsyncEvent;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** A wait for an event. */
@Test
public class EventTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        AsyncEvent event = new AsyncEvent();
        return event.waitUntilSet()
                .doOnSubscribe(s -> loop.callSoon(event::set))
                .thenReturn(1);
    }

    @Override
    protected Mono<Integer> empty() {
        AsyncEvent event = new AsyncEvent();
        event.set();
        return event.waitUntilSet().then(Mono.empty());
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return new AsyncEvent().waitUntilSet().or(Mono.error(error)).then(Mono.empty());
    }
}
