package io.github.corio.tck;

import static io.github.corio.Asyncio.asCompleted;
import static io.github.corio.Asyncio.async;

import io.github.corio.Task;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.Test;

/** The Reactive Streams TCK for what {@code asCompleted} gives. */
@Test
public class AsCompletedTckTest extends ReactorFluxVerification<Task<Integer>> {
    public AsCompletedTckTest() {
        super(new TestEnvironment(20_000, 40));
    }

    @Override
    public Publisher<Task<Integer>> createPublisher(long elements) {
        return asCompleted(
                IntStream.range(0, (int) elements).mapToObj(n -> async(() -> n)).toList());
    }

    /** Null where a failure needs time first; the TCK then leaves the test out. */
    @Override
    public Publisher<Task<Integer>> createFailedPublisher() {
        return null;
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1_000;
    }
}
