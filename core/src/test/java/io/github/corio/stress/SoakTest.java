package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncFuture;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** One loop that lives long, and short requests on it, each under a time limit that is never reached. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SoakTest {
    private static final int FIRST = 10_000;
    /** What a request may leave behind on average is less than a reference. */
    private static final long SLACK_BYTES = 1 << 20;

    @Test
    void shortRequestsLeaveNothing() {
        soak(50_000);
    }

    @Test
    @Tag("stress-long")
    void aMillionShortRequestsLeaveNothing() {
        soak(1_000_000);
    }

    private static void soak(int requests) {
        long grown = run(async(() -> {
            AsyncFuture<String> forEver = new AsyncFuture<>();
            long before = 0;
            for (int i = 0; i < requests; i++) {
                if (i == FIRST) {
                    before = usedHeap();
                }
                request(i, forEver);
            }
            return usedHeap() - before;
        }));
        System.out.println(
                requests + " requests: the heap has grown by " + grown / 1024 + " KB since the first " + FIRST);
        assertThat(grown).isLessThan(SLACK_BYTES);
    }

    /** Answers at once, in a turn, or by another thread. All of them know a future that is never completed. */
    private static void request(int number, AsyncFuture<String> forEver) {
        Mono<String> answer = switch (number % 100) {
            case 0 -> Mono.delay(Duration.ofMillis(1)).thenReturn("later");
            case 1, 2, 3 ->
                Mono.firstWithSignal(shield(forEver), sleep(Duration.ZERO).thenReturn("first"));
            default -> async(() -> await(sleep(Duration.ZERO, "in a turn")));
        };
        assertThat(await(waitFor(answer, Duration.ofHours(1)))).isNotNull();
    }

    private static long usedHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
