package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.run;

import io.github.corio.Coroutine;
import io.github.corio.Outcome;
import io.github.corio.Task;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.netty.http.client.HttpClient;

/**
 * Several services of different latency, asked at the same time over real HTTP. The whole takes as long as the slowest. In
 * the second round one of them is down: its error comes out at once and names it, and the others go on.
 */
final class ConcurrentFetch {
    private static final Map<String, Duration> LATENCIES = new LinkedHashMap<>();

    static {
        LATENCIES.put("inventory", Duration.ofMillis(400));
        LATENCIES.put("prices", Duration.ofMillis(200));
        LATENCIES.put("reviews", Duration.ofMillis(600));
    }

    private final HttpClient client = HttpClient.create();
    private final Services services;

    private ConcurrentFetch(Services services) {
        this.services = services;
    }

    public static void main(String... args) {
        try (Services services = new Services(LATENCIES)) {
            ConcurrentFetch fetch = new ConcurrentFetch(services);
            run(fetch.warmUp().then(fetch.firstRound()).then(fetch.secondRound()));
        }
    }

    /** Asks a service; an error names it. */
    private Coroutine<Visit> fetch(String service) {
        return async(() -> {
            long start = System.nanoTime();
            HttpResponseStatus status = awaitSingle(
                            client.get().uri(services.url(service)).response())
                    .status();
            if (status.code() != 200) {
                throw new IOException(service + " answered " + status);
            }
            return new Visit(service, millisSince(start));
        });
    }

    /** The first request of a JVM loads half of Netty, which is not what we want to see. */
    private Coroutine<Void> warmUp() {
        return async(() -> {
            await(fetch("prices"));
        });
    }

    private Coroutine<Void> firstRound() {
        return async(() -> {
            long start = System.nanoTime();
            List<Visit> visits = awaitSingle(
                    gather(LATENCIES.keySet().stream().map(this::fetch).toList()));
            long total = millisSince(start);

            System.out.println("First round, all at the same time:");
            visits.forEach(visit -> System.out.println(visit.bar(total)));
            long sum = visits.stream().mapToLong(Visit::millis).sum();
            System.out.printf("  total %d ms: as long as the slowest, not the sum of %d ms%n", total, sum);
        });
    }

    private Coroutine<Void> secondRound() {
        return async(() -> {
            services.takeDown("prices");
            long start = System.nanoTime();
            List<Task<Visit>> tasks = LATENCIES.keySet().stream()
                    .map(service -> createTask(fetch(service), service))
                    .toList();

            System.out.println("Second round, prices is down:");
            try {
                awaitThrowing(gather(tasks), IOException.class);
            } catch (IOException e) {
                System.out.printf("  failed after %d ms: %s%n", millisSince(start), e.getMessage());
            }
            for (Outcome<Visit> outcome : awaitSingle(gatherOutcomes(tasks))) {
                if (outcome instanceof Outcome.Success<Visit> success && success.value() != null) {
                    Visit visit = success.value();
                    System.out.printf("  %s went on, and answered after %d ms%n", visit.service(), visit.millis());
                }
            }
        });
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** One answer, and how long it took. */
    private record Visit(String service, long millis) {
        private static final int WIDTH = 40;

        /** A line of the time line, in which the whole width is {@code total}. */
        String bar(long total) {
            int filled = (int) Math.min(WIDTH, millis * WIDTH / Math.max(1, total));
            return String.format(
                    "  %-10s|%s%s| %d ms", service, "=".repeat(filled), " ".repeat(WIDTH - filled), millis);
        }
    }
}
