package io.github.corio.benchmarks;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Coroutine;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Mono;

/** What one {@code await} costs in a coroutine, and a switch between two. */
public class AwaitBenchmark extends PerOperation {
    /** So many that what {@code run} itself costs is nothing. */
    static final int TIMES = 100_000;

    /** A value that is there already. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int just(OneLoop one) {
        return value(one, async(() -> {
            int sum = 0;
            for (int i = 0; i < TIMES; i++) {
                sum += awaitSingle(Mono.just(i));
            }
            return sum;
        }));
    }

    /** A Mono that has to be subscribed to, and signals at once. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int synchronous(OneLoop one) {
        return value(one, async(() -> {
            int sum = 0;
            for (int i = 0; i < TIMES; i++) {
                int x = i;
                sum += awaitSingle(Mono.fromSupplier(() -> x).map(y -> y + 1));
            }
            return sum;
        }));
    }

    /** Another coroutine, in place. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int coroutine(OneLoop one) {
        return value(one, async(() -> {
            int sum = 0;
            for (int i = 0; i < TIMES; i++) {
                int x = i;
                sum += awaitSingle(async(() -> x + 1));
            }
            return sum;
        }));
    }

    /** A turn given up, with nobody else there. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void turn(OneLoop one) {
        run(turns(TIMES), one.loop);
    }

    /** Two that give each other their turn. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void inTurn(OneLoop one) {
        run(gather(List.of(turns(TIMES / 2), turns(TIMES / 2))), one.loop);
    }

    private static Coroutine<Void> turns(int times) {
        return async(() -> {
            for (int i = 0; i < times; i++) {
                await(sleep(Duration.ZERO));
            }
        });
    }

    private static <T> T value(OneLoop one, Mono<T> main) {
        return Objects.requireNonNull(run(main, one.loop));
    }
}
