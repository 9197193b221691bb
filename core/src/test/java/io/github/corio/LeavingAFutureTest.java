package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitTasks;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Two thirds of those who wait for a future are cancelled while another thread completes it. Whoever stays gets the value, whoever leaves
 * has left, and the done callback runs once.
 */
@DisplayName("leaving a future while another thread completes it")
class LeavingAFutureTest {
    private static final int VALUE = 42;
    /** In about this time some fifty have left. */
    private static final int LONGEST_DELAY_NANOS = 200_000;

    private static final Object LEFT = new Object();

    private final Scheduler scheduler = Schedulers.newSingle("future", true);
    private final EventLoop loop = EventLoop.on(scheduler);
    private final SplittableRandom random = new SplittableRandom(7);

    @AfterEach
    void stop() {
        loop.dispose();
        scheduler.dispose();
    }

    @Test
    void losesNobody() throws Exception {
        race(1_000);
    }

    @Test
    @Tag("stress-long")
    void losesNobodyInManyRounds() throws Exception {
        race(20_000);
    }

    private void race(int rounds) throws Exception {
        int left = 0;
        for (int round = 0; round < rounds; round++) {
            left += once(2 + random.nextInt(100), random.nextInt(LONGEST_DELAY_NANOS));
        }
        assertThat(left).isPositive();
    }

    /** Gives how many have left. */
    private int once(int waiters, int delay) throws Exception {
        AsyncFuture<Integer> shared = new AsyncFuture<>(loop);
        AtomicInteger called = new AtomicInteger();
        shared.addDoneCallback(done -> called.incrementAndGet());
        AtomicBoolean leaving = new AtomicBoolean();
        CompletableFuture<List<Object>> ends = async(() -> {
                    List<Task<Object>> tasks = new ArrayList<>();
                    for (int i = 0; i < waiters; i++) {
                        tasks.add(createTask(waiter(shared, i).cast(Object.class)));
                    }
                    for (int i = 0; i < 4; i++) {
                        await(sleep(Duration.ZERO)); // until each of them waits
                    }
                    leaving.set(true);
                    for (int i = 0; i < waiters; i++) {
                        boolean unused = leaves(i) && tasks.get(i).cancel();
                    }
                    List<Object> all = new ArrayList<>();
                    for (Task<Object> task : tasks) {
                        all.add(end(task));
                    }
                    return all;
                })
                .on(loop)
                .toFuture();
        while (!leaving.get()) { // a thread that sleeps would wake when all have left
            assertThat(ends).isNotDone();
            Thread.onSpinWait();
        }
        for (long end = System.nanoTime() + delay; end - System.nanoTime() > 0; ) {
            Thread.onSpinWait();
        }
        shared.trySetResult(VALUE);

        List<Object> seen = ends.get(20, TimeUnit.SECONDS);
        assertThat(seen).hasSize(waiters);
        for (int i = 0; i < waiters; i++) {
            if (!leaves(i) || seen.get(i) != LEFT) {
                assertThat(seen.get(i)).isEqualTo(value(i));
            }
        }
        aTurnHasPassed();
        assertThat(called).hasValue(1);
        return Collections.frequency(seen, LEFT);
    }

    private static boolean leaves(int waiter) {
        return waiter % 3 != 0;
    }

    /** None of these cancels the future itself, as a gather of it would. */
    private static Mono<?> waiter(AsyncFuture<Integer> shared, int number) {
        return switch (number % 4) {
            case 1 -> shield(gather(List.of(shield(shared), shield(shared))));
            case 2 ->
                async(() -> await(waitTasks(List.of(shared), ReturnWhen.ALL_COMPLETED))
                        .done()
                        .size());
            default -> shield(shared);
        };
    }

    private static Object value(int number) {
        return switch (number % 4) {
            case 1 -> List.of(VALUE, VALUE);
            case 2 -> 1;
            default -> VALUE;
        };
    }

    private static Object end(Task<Object> task) {
        try {
            return await(task);
        } catch (CancelledError left) {
            return LEFT;
        }
    }

    private void aTurnHasPassed() throws Exception {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        Object unused = loop.callSoon(() -> turn.complete(null));
        turn.get(20, TimeUnit.SECONDS);
    }
}
