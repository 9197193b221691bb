package io.github.corio.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Random programs over two to six loops that share a lock, a semaphore, a condition and a queue, with cancels and completions from
 * foreign threads. {@code -Dcorio.test.seed=N} runs the one program of a failure again, many times.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class RandomProgramsTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    private enum Kind {
        PARALLEL,
        SINGLE,
        ELASTIC,
        EXECUTOR
    }

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private Scheduler scheduler(Kind kind) {
        return switch (kind) {
            case PARALLEL -> Schedulers.newParallel("random", 4);
            case SINGLE -> Schedulers.newSingle("random");
            case ELASTIC -> Schedulers.newBoundedElastic(4, 100_000, "random");
            case EXECUTOR -> Schedulers.fromExecutorService(threads);
        };
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostAndNobodyIsLeft(Kind kind) throws Exception {
        run(kind, 5_000);
    }

    /** A million operations over the four kinds of Scheduler. */
    @ParameterizedTest
    @EnumSource
    @Tag("stress-long")
    void nothingIsLostAndNobodyIsLeftInAMillionOperations(Kind kind) throws Exception {
        run(kind, 250_000);
    }

    private void run(Kind kind, int operations) throws Exception {
        Scheduler scheduler = scheduler(kind);
        Long only = Long.getLong("corio.test.seed");
        try {
            int done = 0;
            for (long seed = 0; done < operations; seed++) {
                done += new RandomProgram(only == null ? seed : only, scheduler).run();
            }
            System.out.println(kind + ": " + done + " operations");
        } finally {
            scheduler.dispose();
        }
    }
}
