package io.github.corio.spring;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;

import io.github.corio.Background;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.queue.QueueShutDownException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Handles the items of a queue until that is shut down and empty. Thread-safe. */
final class QueueWorker<T> {
    private static final Logger LOG = Loggers.getLogger(BackgroundTasks.class);

    private final String name;
    private final AsyncQueue<T> queue;
    private final int concurrency;
    private final Function<? super T, ? extends @Nullable Mono<?>> handler;
    private final Background tasks = new Background();
    private final AtomicInteger inHand = new AtomicInteger();

    QueueWorker(
            String name,
            AsyncQueue<T> queue,
            int concurrency,
            Function<? super T, ? extends @Nullable Mono<?>> handler) {
        this.name = Objects.requireNonNull(name, "name");
        this.queue = Objects.requireNonNull(queue, "queue");
        this.handler = Objects.requireNonNull(handler, "handler");
        this.concurrency = concurrency;
        if (concurrency < 1) {
            throw new IllegalArgumentException(
                    "Worker " + name + " with a concurrency of " + concurrency + ": it must be at least 1");
        }
    }

    void begin() {
        for (int i = 0; i < concurrency; i++) {
            Coroutine<Void> body = async(this::work);
            Task<Void> unused = tasks.start(body.named(concurrency == 1 ? name : name + "-" + (i + 1)));
        }
    }

    private void work() {
        while (true) {
            T item;
            try {
                item = awaitSingle(queue.get());
            } catch (QueueShutDownException e) {
                return;
            }
            inHand.incrementAndGet();
            handle(item);
            inHand.decrementAndGet(); // not where it was cut: then it is still in hand
            done();
        }
    }

    private void done() {
        try {
            queue.taskDone();
        } catch (IllegalArgumentException e) {
            Failures.log(
                    LOG::error,
                    "Worker " + name + " calls taskDone() itself for each item: its handler has to leave that out",
                    e);
        }
    }

    private void handle(T item) {
        try {
            Mono<?> handling = handler.apply(item);
            if (handling != null) {
                Object unused = await(handling);
            }
        } catch (Throwable e) {
            if (Backoff.isEnding(e)) {
                throw e;
            }
            Failures.log(LOG::error, "Worker " + name + " has failed with an item, and goes on with the next", e);
        }
    }

    /** Takes no more, and ends when what is in the queue was handled. */
    void finish() {
        queue.shutdown();
    }

    boolean awaitEnd(Duration limit) throws InterruptedException {
        return tasks.awaitEnd(limit);
    }

    void cancel() {
        tasks.close();
    }

    /** Whether there are items that were not handled to their end. */
    boolean isBusy() {
        return inHand.get() > 0 || !queue.isEmpty();
    }

    @Override
    public String toString() {
        return "worker " + name + " (" + inHand + " in hand, " + queue.size() + " queued)";
    }
}
