package io.github.corio.tck;

import io.github.corio.AsyncFuture;
import java.time.Duration;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

@Test
public class AsyncFutureTckTest extends MonoPublisherVerification<Integer> {
    @Override
    protected Mono<Integer> withValue() {
        AsyncFuture<Integer> future = new AsyncFuture<>(loop);
        later(() -> set(future, 1));
        return future;
    }

    @Override
    protected Mono<Integer> empty() {
        AsyncFuture<Integer> future = new AsyncFuture<>(loop);
        set(future, null);
        return future;
    }

    @Override
    protected Mono<Integer> failing(RuntimeException error) {
        AsyncFuture<Integer> future = new AsyncFuture<>(loop);
        later(() -> future.setException(error));
        return future;
    }

    private static void set(AsyncFuture<Integer> future, Integer value) {
        if (!future.isDone()) { // it may have been cancelled by then
            future.setResult(value);
        }
    }

    private void later(Runnable action) {
        loop.callLater(Duration.ofMillis(1), action);
    }
}
