package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.staggeredRace;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;

import io.github.corio.Coroutine;
import io.github.corio.ExceptionGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Time limits within time limits, a group that cleans up before it fails, and a request that is hedged. */
final class Deadlines {
    private static final Map<String, Duration> LATENCIES =
            Map.of("replica-1", Duration.ofSeconds(3), "replica-2", Duration.ofMillis(100));

    private Deadlines() {}

    public static void main(String... args) {
        try (Services replicas = new Services(LATENCIES)) {
            run(nestedTimeouts().then(groupThatCleansUp()).then(hedgedRequest(replicas)));
        }
    }

    /** The limit of one step runs out; that of the whole goes on. */
    private static Coroutine<Void> nestedTimeouts() {
        // snippet: timeouts
        Coroutine<String> report = timeout(Duration.ofSeconds(2), whole -> {
            try {
                return awaitThrowing(
                        timeout(Duration.ofMillis(200), step -> await(slowReport())), TimeoutException.class);
            } catch (TimeoutException e) {
                return "the short report"; // in time for the whole
            }
        });
        // end
        return async(() -> System.out.println("Nested timeouts: " + await(report)));
    }

    private static Mono<String> slowReport() {
        return sleep(Duration.ofHours(1), "the long report");
    }

    /** One task fails; the others are cancelled, and the group ends when they have cleaned up. */
    private static Coroutine<Void> groupThatCleansUp() {
        return async(() -> {
            // snippet: group
            try {
                await(taskGroup(group -> {
                    group.createTask(download("a.iso"));
                    group.createTask(download("b.iso"));
                    group.createTask(failing(Duration.ofMillis(100)));
                    return null; // the group ends when its tasks have ended
                }));
            } catch (ExceptionGroup e) {
                System.out.println("Group: " + e.exceptions()); // both downloads have cleaned up by now
            }
            // end
        });
    }

    private static Coroutine<Void> download(String file) {
        return async(() -> {
            try {
                await(sleep(Duration.ofHours(1)));
            } finally {
                await(sleep(Duration.ofMillis(50))); // cleaning up takes its time, and is given it
                System.out.println("Group: removed the rest of " + file);
            }
        });
    }

    private static Coroutine<Void> failing(Duration after) {
        return async(() -> {
            await(sleep(after));
            throw new IOException("disk full");
        });
    }

    /** A second replica is asked when the first has not answered in time; the loser's request is cancelled. */
    private static Coroutine<Void> hedgedRequest(Services replicas) {
        return async(() -> {
            List<Coroutine<String>> requests = Stream.of("replica-1", "replica-2")
                    .map(name -> get(replicas.url(name)))
                    .toList();
            long start = System.nanoTime();
            String winner = awaitSingle(staggeredRace(requests, Duration.ofMillis(150)));
            long millis = (System.nanoTime() - start) / 1_000_000;
            System.out.printf("Hedged request: %s, after %d ms%n", winner, millis);
        });
    }

    private static Coroutine<String> get(String url) {
        return async(() -> awaitSingle(
                HttpClient.create().get().uri(url).responseContent().aggregate().asString()));
    }
}
