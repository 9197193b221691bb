package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.timeoutAt;

import io.github.corio.TimeoutBody;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** A time limit that is a time of the loop, known only in it. */
@Test
public class TimeoutAtTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return inTime(limit -> await(sleep(Duration.ofMillis(2), 1)));
    }

    @Override
    protected Mono<Integer> empty() {
        return timeoutAt(null, limit -> null);
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return inTime(limit -> {
            throw error;
        });
    }

    private static Mono<Integer> inTime(TimeoutBody<Integer> body) {
        return async(() -> await(timeoutAt(EventLoop.current().time().plusSeconds(20), body)));
    }
}
