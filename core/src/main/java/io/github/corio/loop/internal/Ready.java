package io.github.corio.loop.internal;

import org.jspecify.annotations.Nullable;

/** For a {@link Tracer}: since when a handle is ready, and what has made it so. Written once, when the handle is queued. */
public final class Ready {
    /** On the clock of {@link System#nanoTime()}. */
    public final long at;
    /** The task that has woken it, also by way of callbacks; null if it was none, or is not known. */
    public final @Nullable SuspendableHandle by;
    /** What has woken it if that was no task: a timer, a thread. */
    public final @Nullable String what;
    /** Of the {@link Tracer}. */
    public @Nullable Object event;

    private Ready(long at, @Nullable SuspendableHandle by, @Nullable String what) {
        this.at = at;
        this.by = by;
        this.what = what;
    }

    /** From now on, because of a thread that runs no loop. */
    static Ready byThread() {
        return new Ready(System.nanoTime(), null, "thread " + nameOf(Thread.currentThread()));
    }

    /**
     * From now on, because of what runs on a loop.
     *
     * @param running what runs
     * @param cause what has made that ready
     */
    static Ready by(@Nullable LoopHandle running, @Nullable Ready cause) {
        long now = System.nanoTime();
        if (running instanceof SuspendableHandle handle) {
            return new Ready(now, handle, null);
        }
        if (running instanceof LoopTimer || cause == null) {
            return new Ready(now, null, running instanceof LoopTimer ? "timer" : "callback");
        }
        return new Ready(now, cause.by, cause.what);
    }

    /** A timer, this long ago. */
    static Ready due(long nanosAgo) {
        return new Ready(System.nanoTime() - nanosAgo, null, "timer");
    }

    private static String nameOf(Thread thread) {
        return thread.getName().isEmpty() ? "without a name" : thread.getName();
    }
}
