package io.github.corio.spring;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.LoopClosedError;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * How long a service that has failed waits for its restart: the first delay, doubled with each failure in a row up to the longest one. A run that was longer than that
 * ends the row.
 */
record Backoff(Duration first, Duration longest) {
    private static final Logger LOG = Loggers.getLogger(BackgroundTasks.class);

    Backoff {
        first = countable(first);
        longest = countable(longest);
    }

    /** For a time that is longer than a clock counts, the longest there is: it can be doubled, and told in milliseconds. */
    private static Duration countable(Duration time) {
        return Duration.ofNanos(TimeUnit.NANOSECONDS.convert(time));
    }

    /** A coroutine that ends with the service, or when it is cancelled itself. */
    Coroutine<Void> supervise(String name, Mono<?> service) {
        Coroutine<Void> supervised = async(() -> {
            Duration delay = first;
            while (true) {
                Duration began = EventLoop.current().time();
                try {
                    Object unused = await(service);
                    return;
                } catch (Throwable e) {
                    if (isEnding(e)) {
                        throw e;
                    }
                    if (EventLoop.current().time().minus(began).compareTo(longest) > 0) {
                        delay = first;
                    }
                    String restart = "Service " + name + " has failed, and is restarted in " + delay.toMillis() + " ms";
                    Failures.log(LOG::warn, restart, e);
                }
                await(sleep(delay));
                delay = min(delay.multipliedBy(2), longest);
            }
        });
        return supervised.named(name);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Says whether the running task has to end, in contrast to one whose work was cancelled by others. */
    static boolean isEnding(Throwable error) {
        Task<?> task = currentTask();
        return error instanceof LoopClosedError || (task != null && task.cancelling() > 0);
    }
}
