package io.github.corio.loop.internal;

import org.jspecify.annotations.Nullable;

/** The way from the packages above to the engine of a loop. */
public final class Loops {
    private Loops() {}

    /**
     * The handles of a loop.
     *
     * @param loop the loop
     * @return how to start, wake and find them
     */
    public static LoopAccess access(Face loop) {
        return loop.access;
    }

    /**
     * The handle that the current thread runs: a callback, a timer, or a step of a task.
     *
     * @return the handle, null outside of a loop
     */
    public static @Nullable LoopHandle running() {
        Engine engine = (Engine) Loop.current(); // few frames: this is at the bottom of every await
        return engine == null ? null : engine.running;
    }

    /**
     * Says whether the current thread runs a {@link SuspendableHandle}: only there could anything suspend.
     *
     * @return false outside of a loop, and in a callback
     */
    public static boolean inTask() {
        return running() instanceof SuspendableHandle;
    }
}
