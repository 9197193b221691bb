package io.github.corio.benchmarks;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Mono;

/** What a task costs from its making to its result. */
public class TaskBenchmark extends PerOperation {
    static final int SPAWNED = 100_000;
    static final int SUBSCRIBED = 1_000;
    static final Duration NAP = Duration.ofMillis(500);

    /** Coroutines that never suspend, gathered. */
    @Benchmark
    @OperationsPerInvocation(SPAWNED)
    public int spawn(OneLoop one) {
        return gathered(one, i -> async(() -> i));
    }

    /** Coroutines that sleep at the same time, gathered. */
    @Benchmark
    public int sleepers(OneLoop one) {
        return gathered(
                one,
                i -> async(() -> {
                    await(sleep(NAP));
                    return i;
                }));
    }

    /** The same, composed from Monos: no stack is kept for it. */
    @Benchmark
    public int composedSleepers(OneLoop one) {
        return gathered(one, i -> sleep(NAP, i));
    }

    /** Coroutines subscribed to from outside before the first answer is waited for; each becomes a task on a loop of its own. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBED)
    public void subscribedAtOnce() throws InterruptedException {
        atOnce(i -> async(() -> i));
    }

    /** The same, but each is subscribed to when the one before has answered. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBED)
    public int subscribedOneByOne() {
        return oneByOne(i -> async(() -> i));
    }

    /** Subscribes to all of them without an operator around them, then waits for the last answer. */
    static void atOnce(IntFunction<Mono<Integer>> each) throws InterruptedException {
        CountDownLatch answers = new CountDownLatch(SUBSCRIBED);
        for (int i = 0; i < SUBSCRIBED; i++) {
            each.apply(i).subscribe(answer -> answers.countDown());
        }
        if (!answers.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException(answers.getCount() + " have not answered");
        }
    }

    /** Subscribes to one and waits for its answer, then the next. */
    static int oneByOne(IntFunction<Mono<Integer>> each) {
        int sum = 0;
        for (int i = 0; i < SUBSCRIBED; i++) {
            sum += each.apply(i).blockOptional().orElseThrow();
        }
        return sum;
    }

    private static int gathered(OneLoop one, IntFunction<Mono<Integer>> each) {
        Mono<List<Integer>> main = async(
                () -> await(gather(IntStream.range(0, SPAWNED).mapToObj(each).toList())));
        return Objects.requireNonNull(run(main, one.loop)).size();
    }
}
