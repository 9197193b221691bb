package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/** Two tasks of three awaits add to a register; in the order of registration nothing is lost. */
@DisplayName("Seeds find a lost update")
class LostUpdateTest {
    private static final int SEEDS = 20;

    private static boolean isLost(TestSettings settings, Supplier<Mono<?>> hop) {
        int[] register = new int[1];
        VirtualTime.run(settings, () -> {
            await(gather(
                    async(() -> {
                        int read = register[0];
                        await(hop.get());
                        await(hop.get());
                        register[0] = read + 1;
                        await(hop.get());
                    }),
                    async(() -> {
                        await(hop.get());
                        await(hop.get());
                        int read = register[0];
                        await(hop.get());
                        register[0] = read + 1;
                    })));
        });
        return register[0] != 2;
    }

    private static void assertFound(boolean chaos, Supplier<Mono<?>> hop) {
        assertThat(isLost(TestSettings.defaults(), hop)).as("without a seed").isFalse();
        int found = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            found += isLost(TestSettings.defaults().withSeed(seed).withChaos(chaos), hop) ? 1 : 0;
        }
        assertThat(found).as("of " + SEEDS + " seeds").isPositive();
    }

    @Test
    void ofTimersWithOneDeadline() {
        assertFound(false, () -> sleep(Duration.ofMillis(1)));
    }

    @Test
    void ofWorkersWithoutDelay() {
        assertFound(false, () -> Mono.empty().publishOn(Schedulers.parallel()));
        assertFound(false, () -> Mono.empty().subscribeOn(Schedulers.single()));
    }

    @Test
    void ofBlockingCalls() {
        assertFound(false, () -> toThread(() -> null));
    }

    @Test
    void ofAnswersFromOutside() {
        ExecutorService outside = Executors.newSingleThreadExecutor();
        try {
            assertFound(false, new Answers(outside)::next);
        } finally {
            outside.shutdown();
        }
    }

    /**
     * Answers the questions of both tasks together, on a thread outside, as soon as the loop has nothing else to do: so that both answers are there
     * when it goes on, however slow the machine is.
     */
    private static final class Answers {
        private final ExecutorService outside;
        private final List<MonoSink<Void>> open = new ArrayList<>();

        Answers(ExecutorService outside) {
            this.outside = outside;
        }

        Mono<Void> next() {
            return Mono.create(sink -> {
                open.add(sink);
                if (open.size() == 2) {
                    EventLoop loop = EventLoop.current();
                    List<MonoSink<Void>> both = List.copyOf(open);
                    open.clear();
                    outside.execute(() -> {
                        while (Loops.access(loop).runningThread() != null) {
                            LockSupport.parkNanos(1000);
                        }
                        both.forEach(MonoSink::success);
                    });
                }
            });
        }
    }

    @Test
    void ofYieldsUnderChaos() {
        assertFound(true, () -> sleep(Duration.ZERO));
    }

    @Test
    void ofDelaysThatAreNearlyEqualUnderChaos() {
        int[] calls = new int[1];
        assertFound(true, () -> sleep(Duration.ofNanos(100_000_000 + 100_000 * (calls[0]++ % 2))));
        assertFound(true, () -> Mono.delay(Duration.ofNanos(100_000_000 + 100_000 * (calls[0]++ % 2))));
    }

    @Test
    void andEveryOrderComesAboutAsOften() {
        Map<String, Integer> orders = new HashMap<>();
        for (long seed = 1; seed <= 600; seed++) {
            List<String> log = Collections.synchronizedList(new ArrayList<>());
            VirtualTime.run(TestSettings.defaults().withSeed(seed), () -> {
                await(gather(
                        Mono.fromRunnable(() -> log.add("a")).subscribeOn(Schedulers.parallel()),
                        Mono.fromRunnable(() -> log.add("b")).subscribeOn(Schedulers.parallel()),
                        Mono.fromRunnable(() -> log.add("c")).subscribeOn(Schedulers.single())));
            });
            orders.merge(String.join("", log), 1, Integer::sum);
        }
        assertThat(orders).hasSize(6);
        assertThat(orders.values()).allSatisfy(count -> assertThat(count).isBetween(60, 140));
    }
}
