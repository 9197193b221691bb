package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.taskGroup;

import io.github.corio.Coroutine;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import reactor.netty.http.client.HttpClient;

/**
 * One producer and several workers with a bounded queue between them: the producer is never far ahead. A semaphore limits the
 * rate of the requests, however many workers there are, as each permit comes back a while after its request has begun. The
 * queue is shut down when the last page is in it, and the workers end when it is empty.
 */
final class Crawler {
    private static final Map<String, Duration> LATENCIES = new TreeMap<>(Map.of(
            "inventory", Duration.ofMillis(80), "prices", Duration.ofMillis(20), "reviews", Duration.ofMillis(40)));
    private static final int PAGES = 8 * LATENCIES.size();
    private static final int WORKERS = 6;
    private static final int AHEAD = 4;
    private static final int RATE = 4;
    private static final Duration PERIOD = Duration.ofMillis(100);

    private final HttpClient client = HttpClient.create();
    private final AsyncQueue<String> pages = new AsyncQueue<>(AHEAD);
    private final AsyncSemaphore rate = new AsyncSemaphore(RATE);
    private final Services services;

    // No lock for these: all tasks are of one loop, and there is no await between reading and writing.
    private int fetched;
    private int broken;
    private int mostAhead;

    private Crawler(Services services) {
        this.services = services;
    }

    public static void main(String... args) {
        try (Services services = new Services(LATENCIES)) {
            services.takeDown("reviews");
            run(new Crawler(services).crawl());
        }
    }

    private Coroutine<Void> crawl() {
        return async(() -> {
            System.out.printf(
                    "%d pages, %d workers, at most %d requests in %d ms:%n", PAGES, WORKERS, RATE, PERIOD.toMillis());
            long start = System.nanoTime();
            await(taskGroup(group -> {
                group.createTask(produce());
                for (int i = 0; i < WORKERS; i++) {
                    group.createTask(work());
                }
                return null; // the group ends when its tasks have ended
            }));
            System.out.printf(
                    "%n  done after %d ms: %d fetched, %d broken; the queue held at most %d of %d%n",
                    (System.nanoTime() - start) / 1_000_000, fetched, broken, mostAhead, PAGES);
        });
    }

    // snippet: queue
    private Coroutine<Void> produce() {
        return async(() -> {
            for (int page = 0; page < PAGES / LATENCIES.size(); page++) {
                for (String service : LATENCIES.keySet()) {
                    await(pages.put(services.url(service) + page)); // suspends while the queue is full
                    mostAhead = Math.max(mostAhead, pages.size());
                }
            }
            pages.shutdown(); // what is in it can still be got
        });
    }

    private Coroutine<Void> work() {
        return async(() -> {
            for (String page : each(pages.asFlux(), 1)) { // until it is shut down and empty
                visit(page);
            }
        });
    }
    // end

    private void visit(String page) {
        Permit permit = awaitSingle(rate.acquire()); // first come, first served
        EventLoop.current().callLater(PERIOD, permit::close);
        HttpResponseStatus status =
                awaitSingle(client.get().uri(page).response()).status();
        if (status.code() == 200) {
            fetched++;
        } else {
            broken++;
        }
        drawProgress();
    }

    /** The same line again and again. */
    private void drawProgress() {
        int done = fetched + broken;
        System.out.printf(
                "\r  |%s%s| %2d of %d, %d queued",
                "=".repeat(done), " ".repeat(PAGES - done), done, PAGES, pages.size());
    }
}
