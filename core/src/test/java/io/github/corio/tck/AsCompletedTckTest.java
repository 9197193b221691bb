package io.github.corio.tck;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;

import io.github.corio.Task;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import org.testng.annotations.Test;
import reactor.core.publisher.Mono;

/** The Reactive Streams TCK for what {@code asCompleted} gives. */
@Test
public class AsCompletedTckTest extends ReactorFluxVerification<Task<Integer>> {
    @Override
    public Publisher<Task<Integer>> createPublisher(long elements) {
        return asCompleted(
                IntStream.range(0, (int) elements).mapToObj(n -> async(() -> n)).toList());
    }

    /** A task that fails is a value like any other; only that the time is over is an error. */
    @Override
    public Publisher<Task<Integer>> createFailedPublisher() {
        return asCompleted(List.of(Mono.never()), Duration.ofMillis(1));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1_000;
    }
}
