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
            if (!(source instanceof Task<?>)) { // anybody may set it, or the lock, event or queue that it stands for
                patience = FOR_FUTURES;
            }
        }
        return patience.compareTo(most) < 0 ? patience : most;
    }

    /** Futures of the loop are set by code of the program, but for one that mirrors a stage of the JDK; other Monos may be anything. */
    private static boolean comesFromElsewhere(Object source) {
        return !(source instanceof AsyncFuture<?>)
                || source.getClass().getSimpleName().equals("WrappedStage");
    }
}
