package io.github.corio.benchmarks;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Task;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;

/** How much heap is kept for each coroutine that sleeps. Its time means nothing. */
@BenchmarkMode(Mode.SingleShotTime)
public class MemoryBenchmark {
    private static final Duration LONG = Duration.ofHours(1);

    /** What was measured; JMH reports it beside the time. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Heap {
        /** Bytes for each. */
        public double bytesEach;

        private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

        private long used() {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            return memory.getHeapMemoryUsage().getUsed();
        }
    }

    /** 10 000 coroutines, gathered. */
    @Benchmark
    public void tenThousand(Heap heap) {
        measure(heap, 10_000, async(() -> await(sleep(LONG))));
    }

    /** 100 000 coroutines, gathered. */
    @Benchmark
    public void hundredThousand(Heap heap) {
        measure(heap, 100_000, async(() -> await(sleep(LONG))));
    }

    /** 100 000 sleeps without a coroutine around them, gathered. */
    @Benchmark
    public void hundredThousandComposed(Heap heap) {
        measure(heap, 100_000, sleep(LONG));
    }

    /** 100 000 of kotlinx-coroutines. */
    @Benchmark
    public void hundredThousandKotlin(Heap heap) {
        long before = heap.used();
        Peers.whileAsleep(100_000, () -> heap.bytesEach = (heap.used() - before) / 100_000.0);
    }

    /** 100 000 virtual threads, with nothing around them. */
    @Benchmark
    public void hundredThousandThreads(Heap heap) throws InterruptedException {
        List<Thread> threads = new ArrayList<>(100_000);
        long before = heap.used();
        for (int i = 0; i < 100_000; i++) {
            Thread thread = PeerBenchmark.THREADS.newThread(MemoryBenchmark::sleepLong);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.sleep(1); // until it sleeps, too
            }
        }
        heap.bytesEach = (heap.used() - before) / 100_000.0;
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void sleepLong() {
        try {
            Thread.sleep(LONG.toMillis()); // what is measured
        } catch (InterruptedException e) {
            // it has been measured
        }
    }

    private static void measure(Heap heap, int count, Mono<Void> sleeper) {
        run(async(() -> {
            long before = heap.used();
            List<Mono<Void>> sleepers =
                    IntStream.range(0, count).mapToObj(i -> sleeper).toList();
            Task<List<Void>> all = createTask(gather(sleepers));
            for (int i = 0; i < 3; i++) { // the turns in which the task and then its children start
                await(sleep(Duration.ZERO));
            }
            heap.bytesEach = (heap.used() - before) / (double) count;
            boolean unused = all.cancel();
        }));
    }
}
