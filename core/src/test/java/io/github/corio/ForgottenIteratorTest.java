package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.queue.AsyncQueue;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** A loop that was left by a break is closed when the collector has found its iterator; one that somebody may go on with is not. */
class ForgottenIteratorTest {
    private static final int POOL = 5;

    private final AtomicInteger open = new AtomicInteger();

    private int connect() {
        if (open.incrementAndGet() > POOL) {
            open.decrementAndGet();
            throw new IllegalStateException("no connection left");
        }
        return 1;
    }

    private Flux<Integer> rows() {
        return Flux.using(this::connect, connection -> Flux.range(0, 1000), connection -> open.decrementAndGet());
    }

    private Flux<Integer> generated() {
        return generate(out -> {
            int unused = connect();
            try {
                for (int i = 0; ; i++) {
                    out.emit(i);
                }
            } finally {
                open.decrementAndGet();
            }
        });
    }

    private static void collectUntil(BooleanSupplier condition) {
        for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
            System.gc();
            await(sleep(Duration.ofMillis(10)));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static int third(Flux<Integer> source) {
        for (int row : each(source)) {
            if (row == 3) {
                return row;
            }
        }
        return -1;
    }

    @Nested
    class IsClosed {
        @Test
        void whenALoopWasLeft() {
            leaveAgainAndAgain(rows());
        }

        @Test
        void whenALoopOverAGeneratorWasLeft() {
            leaveAgainAndAgain(generated());
        }

        private void leaveAgainAndAgain(Flux<Integer> source) {
            run(() -> {
                for (int round = 0; round < 4 * POOL; round++) {
                    assertThat(third(source)).isEqualTo(3);
                    collectUntil(() -> open.get() < POOL);
                }
                collectUntil(() -> open.get() == 0);
                return null;
            });
        }

        @Test
        void whenSingleStepsWereTaken() {
            run(() -> {
                assertThat(each(rows()).next()).isZero();
                collectUntil(() -> open.get() == 0);
                return null;
            });
        }

        @Test
        void whenItsTaskWaitsForSomethingElse() {
            run(() -> {
                Task<Integer> reader = createTask(async(() -> {
                    int row = third(rows());
                    await(sleep(Duration.ofHours(1)));
                    return row;
                }));
                await(sleep(Duration.ofMillis(1)));
                collectUntil(() -> open.get() == 0);
                assertThat(reader.isDone()).isFalse();
                return null;
            });
        }
    }

    @Nested
    class IsNotClosed {
        @Test
        void whileItsBodyWaits() {
            run(() -> {
                int count = 0;
                for (int row : each(rows().take(8), 1)) {
                    System.gc();
                    await(sleep(Duration.ofMillis(2)));
                    assertThat(row).isEqualTo(count++);
                    assertThat(open).hasValue(count < 8 ? 1 : 0);
                }
                assertThat(count).isEqualTo(8);
                return null;
            });
            assertThat(open).hasValue(0);
        }

        @Test
        void whileAStepWaitsOfWhichNobodyElseKnows() {
            run(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>();
                for (int i = 0; i < 8; i++) {
                    Task<Integer> step =
                            createTask(async(() -> each(queue.asFlux()).next()));
                    await(sleep(Duration.ofMillis(2)));
                    System.gc();
                    await(sleep(Duration.ofMillis(2)));
                    queue.putNowait(i);
                    assertThat(await(step)).isEqualTo(i);
                }
                return null;
            });
        }

        @Test
        void whileTheIteratorIsKept() {
            run(() -> {
                AsyncIterator<Integer> kept = each(rows());
                for (int row : kept) {
                    if (row == 3) {
                        break;
                    }
                }
                for (int i = 0; i < 5; i++) {
                    System.gc();
                    await(sleep(Duration.ofMillis(2)));
                }
                assertThat(open).hasValue(1);
                assertThat(Objects.requireNonNull(kept.next())).isEqualTo(4);
                kept.close();
                assertThat(open).hasValue(0);
                return null;
            });
        }
    }

    @Nested
    class TryWithResources {
        @Test
        void closesAtTheBrace() {
            for (Flux<Integer> source : List.of(rows(), generated())) {
                run(() -> {
                    for (int round = 0; round < 10 * POOL; round++) {
                        try (var values = each(source)) {
                            for (int row : values) {
                                if (row == 3) {
                                    break;
                                }
                            }
                        }
                        await(sleep(Duration.ZERO));
                        await(sleep(Duration.ZERO));
                        assertThat(open).hasValue(0);
                    }
                    return null;
                });
            }
        }

        @Test
        void leavesInAQueueWhatWasNotUsed() {
            run(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>();
                for (int i = 0; i < 10; i++) {
                    queue.putNowait(i);
                }
                try (var items = each(queue.asFlux())) {
                    for (int item : items) {
                        if (item == 3) {
                            break;
                        }
                    }
                }
                assertThat(queue.size()).isEqualTo(6);
                assertThat(await(queue.get())).isEqualTo(4);
                return null;
            });
        }
    }
}
