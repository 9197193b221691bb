package io.github.corio.benchmarks;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Coroutine;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Mono;

/** What a lock, a semaphore and a queue cost. */
public class SyncBenchmark extends PerOperation {
    private static final int TIMES = AwaitBenchmark.TIMES;

    /** A lock that is free, acquired and released. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void freeLock(OneLoop one) {
        AsyncLock lock = new AsyncLock();
        run(
                async(() -> {
                    for (int i = 0; i < TIMES; i++) {
                        awaitSingle(lock.acquire()).close();
                    }
                }),
                one.loop);
    }

    /** A semaphore with a permit left, acquired and released. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void freeSemaphore(OneLoop one) {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        run(
                async(() -> {
                    for (int i = 0; i < TIMES; i++) {
                        awaitSingle(semaphore.acquire()).close();
                    }
                }),
                one.loop);
    }

    /** Two that give up their turn while they hold the lock, so that each has to wait for the other. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void contendedLock(OneLoop one) {
        AsyncLock lock = new AsyncLock();
        run(gather(List.of(holding(lock.acquire()), holding(lock.acquire()))), one.loop);
    }

    private static Coroutine<Void> holding(Mono<Permit> acquire) {
        return async(() -> {
            for (int i = 0; i < TIMES / 2; i++) {
                Permit permit = awaitSingle(acquire);
                await(sleep(Duration.ZERO));
                permit.close();
            }
        });
    }

    /** One puts, one gets, with room for one item between them. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void queue(OneLoop one) {
        AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        Coroutine<Void> producer = async(() -> {
            for (int i = 0; i < TIMES; i++) {
                await(queue.put(i));
            }
        });
        Coroutine<Void> consumer = async(() -> {
            for (int i = 0; i < TIMES; i++) {
                int unused = awaitSingle(queue.get());
            }
        });
        run(gather(List.of(producer, consumer)), one.loop);
    }
}
