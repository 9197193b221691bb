package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.runCoroutineThreadsafe;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.Ready;
import io.github.corio.loop.internal.SuspendableHandle;
import io.github.corio.loop.internal.Tracer;
import io.github.corio.loop.internal.Tracing;
import io.github.corio.loop.internal.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

@DisplayName("While a tracer listens, another thread cancels a task before, in or after its first step")
@Timeout(120)
class TracedRacesTest {
    private static final String NAME = "raced";

    private final Counting counting = new Counting();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger cleaned = new AtomicInteger();
    private final ExecutorService others = Executors.newFixedThreadPool(2);

    @BeforeEach
    void listen() {
        Tracing.add(counting);
    }

    @AfterEach
    void stopListening() {
        Tracing.remove(counting);
        others.shutdownNow();
    }

    private Coroutine<Void> body() {
        return async(() -> {
                    begun.incrementAndGet();
                    try {
                        await(sleep(Duration.ofHours(1)));
                    } finally {
                        cleaned.incrementAndGet();
                    }
                })
                .named(NAME);
    }

    @Test
    @DisplayName("a subscriber's cancel")
    void subscription() throws Exception {
        races(500, body -> body.subscribe());
    }

    @Test
    @DisplayName("a future's cancel")
    void future() throws Exception {
        EventLoop loop = EventLoop.on(Schedulers.parallel());
        races(500, body -> {
            Future<Void> future = runCoroutineThreadsafe(body, loop);
            return () -> future.cancel(true);
        });
        loop.close();
    }

    @Test
    @DisplayName("both, for long")
    @Tag("stress-long")
    void veryManySubscriptions() throws Exception {
        races(100_000, body -> body.subscribe());
    }

    private void races(int rounds, Function<Coroutine<Void>, Disposable> start) throws Exception {
        List<Future<?>> cancels = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Disposable running = start.apply(body());
            int spins = ThreadLocalRandom.current().nextInt(2_000);
            cancels.add(others.submit(() -> {
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                running.dispose();
            }));
        }
        for (Future<?> cancel : cancels) {
            cancel.get(60, TimeUnit.SECONDS);
        }
        counting.awaitNoneOpen();
        assertThat(cleaned).as("bodies that have cleaned up").hasValue(begun.get());
        assertThat(counting.wrong).isEmpty();
        assertThat(counting.met.get()).as("tasks met").isBetween(begun.get(), rounds);
    }

    /** Follows the tasks of this test, and complains of what does not fit. */
    private static final class Counting extends Tracer {
        final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        final AtomicInteger met = new AtomicInteger();
        private int open;

        @Override
        public @Nullable Track track(Object loop, SuspendableHandle task, @Nullable SuspendableHandle starter) {
            if (!task.traced().equals(NAME)) {
                return null;
            }
            met.incrementAndGet();
            opened(1);
            return new One();
        }

        private synchronized void opened(int more) {
            open += more;
            notifyAll();
        }

        synchronized void awaitNoneOpen() throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (open > 0 && System.nanoTime() < end) {
                wait(100);
            }
            assertThat(open).as("tasks that have not ended").isZero();
        }

        private final class One extends Track {
            private boolean waits;
            private boolean over;

            @Override
            public void waits(Object wait) {
                check(!waits && !over, "waits");
                waits = true;
            }

            @Override
            public void goesOn(boolean cancelled, @Nullable Ready woken) {
                check(waits && !over, "goes on");
                waits = false;
            }

            @Override
            public void ended(End end, @Nullable Throwable error) {
                check(!over && end == End.CANCELLED, "has " + end + ": " + error);
                over = true;
                opened(-1);
            }

            private void check(boolean fits, String what) {
                if (!fits) {
                    wrong.add(what + ", waiting " + waits + ", over " + over);
                }
            }
        }
    }
}
