package io.github.corio.testing;

import io.github.corio.AsyncFuture;
import io.github.corio.Asyncio;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import java.time.Duration;

/** How long a loop on which nothing can happen waits in real time for a thread that nobody knows of. */
final class Patience {
    private static final Duration FOR_FUTURES = Duration.ofMillis(50);

    private Patience() {}

    /** As long as the most promising of the things that the tasks of the loop wait for deserves. */
    static Duration of(EventLoop loop, Duration most) {
        Duration patience = Duration.ZERO;
        for (Task<?> task : Asyncio.allTasks(loop)) {
            Object source = task.waitsFor();
            if (source == null || comesFromElsewhere(source)) {
                return most;
            }
            if (source.getClass() == AsyncFuture.class) {
                patience = FOR_FUTURES;
            }
        }
        return patience.compareTo(most) < 0 ? patience : most;
    }

    /** Futures and tasks of the loop are set on it, but for one that mirrors a stage of the JDK; other Monos may be anything. */
    private static boolean comesFromElsewhere(Object source) {
        return !(source instanceof AsyncFuture<?>)
                || source.getClass().getSimpleName().equals("WrappedStage");
    }
}
