package io.github.corio.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Begins and ends the {@link BackgroundTasks} with the application. Its phase lies below that in which Boot stops its web server, so at the shutdown its
 * turn comes after that, and before the beans, connection pools among them, are destroyed.
 */
final class BackgroundLifecycle implements SmartLifecycle {
    /** The web server's is 2048 below the default. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

    /** For what was cancelled to clean up. */
    private static final Duration CLEANUP = Duration.ofSeconds(2);

    private static final Logger LOG = Loggers.getLogger(BackgroundTasks.class);

    private final BackgroundTasks background;
    private final Duration limit;
    private volatile boolean running;

    BackgroundLifecycle(BackgroundTasks background, Duration limit) {
        this.background = background;
        this.limit = limit;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Asked by Spring 7, which pauses the application contexts of tests that wait in its cache. What was drained cannot begin again. */
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void start() {
        running = true;
        background.begin();
    }

    @Override
    public void stop() {
        List<String> said = List.of();
        try {
            said = drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running = false;
            List<String> undone = new ArrayList<>(background.running());
            background.close();
            undone.removeAll(said);
            if (!undone.isEmpty()) { // the shutdown was interrupted, or a worker had ended before its queue was empty
                LOG.warn("Background work is left undone: {}", String.join(", ", undone));
            }
        }
    }

    /** On a thread of its own: others of the same phase end meanwhile. */
    @Override
    public void stop(Runnable callback) {
        Thread thread = new Thread(
                () -> {
                    try {
                        stop();
                    } finally {
                        callback.run();
                    }
                },
                "corio-background-shutdown");
        thread.start();
    }

    /** Gives what was cut, as the log has it. */
    private List<String> drain() throws InterruptedException {
        List<String> running = background.running();
        if (!running.isEmpty()) {
            LOG.info("Waiting at most {} for background work to end: {}", inWords(limit), String.join(", ", running));
        }
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(limit);
        background.services().close();
        boolean ended = background.services().awaitEnd(left(end));
        ended &= background.tasks().awaitEnd(left(end));
        ended &= endWorkers(end);
        if (!ended) {
            return cut();
        }
        if (!running.isEmpty() && background.running().isEmpty()) {
            LOG.info("Background work has ended");
        }
        return List.of();
    }

    /** In the order in which they were added, also those that are added meanwhile. */
    private boolean endWorkers(long end) throws InterruptedException {
        boolean ended = true;
        int finished = 0;
        do {
            List<QueueWorker<?>> workers = background.workers();
            for (; finished < workers.size(); finished++) {
                workers.get(finished).finish();
                ended &= workers.get(finished).awaitEnd(left(end));
            }
            ended &= background.tasks().awaitEnd(left(end)); // what workers have started
        } while (finished < background.workers().size());
        return ended;
    }

    private List<String> cut() throws InterruptedException {
        long end = System.nanoTime() + CLEANUP.toNanos();
        for (QueueWorker<?> worker : background.workers()) { // those that have nothing to do end now
            if (!worker.isBusy()) {
                boolean unused = worker.awaitEnd(left(end));
            }
        }
        List<String> running = background.running();
        if (!running.isEmpty()) {
            LOG.warn(
                    "Background work that has not ended within {} is cut: {}",
                    inWords(limit),
                    String.join(", ", running));
        }
        background.close();
        end = System.nanoTime() + CLEANUP.toNanos();
        boolean cleanedUp = background.services().awaitEnd(left(end));
        cleanedUp &= background.tasks().awaitEnd(left(end));
        for (QueueWorker<?> worker : background.workers()) {
            cleanedUp &= worker.awaitEnd(left(end));
        }
        if (!cleanedUp) {
            LOG.warn("Background work that was cut has not cleaned up within {}, and is left behind", inWords(CLEANUP));
        }
        return running;
    }

    private static String inWords(Duration duration) {
        return duration.toMillisPart() == 0
                ? duration.toSeconds() + " s"
                : TimeUnit.MILLISECONDS.convert(duration) + " ms";
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
