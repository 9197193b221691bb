package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.SuspendableHandle;
import org.jspecify.annotations.Nullable;

/**
 * Debug mode: where a task was asked to end, as suppressed in the {@link CancelledError} that comes of it. A cancel that goes down a chain of
 * tasks shows where it has begun, in each of them.
 */
final class CancelledHere extends Exception {
    private static final long serialVersionUID = 1L;

    private CancelledHere(String by) {
        super("#cancelled here, by " + by);
    }

    /** The place that asks for the cancel of a task of this loop; null outside of debug mode. */
    static @Nullable CancelledHere of(EventLoop loop) {
        return loop.isDebug() && Loops.access(loop).recordsSites() ? new CancelledHere(whoRuns()) : null;
    }

    private static String whoRuns() {
        LoopHandle running = Loops.running();
        return running == null
                ? "thread " + Thread.currentThread().getName()
                : (running instanceof SuspendableHandle ? "task " : "") + running.traced();
    }

    /** Adds it, unless the error shows a place already. */
    static void addTo(CancelledError error, @Nullable CancelledHere place) {
        if (place == null) {
            return;
        }
        for (Throwable added : error.getSuppressed()) {
            if (added instanceof CancelledHere) {
                return;
            }
        }
        error.addSuppressed(place);
    }
}
