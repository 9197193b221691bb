package io.github.corio.tck;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.CoroutineBody;
import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class TaskTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        return started(() -> {
            await(sleep(Duration.ofMillis(1)));
            return 1;
        });
    }

    @Override
    protected Mono<Integer> empty() {
        return started(() -> null);
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        return started(() -> {
            await(sleep(Duration.ofMillis(1)));
            throw error;
        });
    }

    private Mono<Integer> started(CoroutineBody<Integer> body) {
        return async(body).on(loop).start();
    }
}
