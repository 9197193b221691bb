package io.github.corio.loop.internal;

import org.jspecify.annotations.Nullable;

/**
 * Hears what loops and tasks do, at the moment they do it: the flight recorder, a timeline, meters. Of Corio's own only, since the loops call it
 * without a guard. Called on the loops, several at a time.
 */
public abstract class Tracer {
    /** For subclasses. */
    protected Tracer() {}

    /** False while it wants to hear nothing. Asked very often. */
    public boolean enabled() {
        return true;
    }

    /**
     * A task has started, or is met for the first time.
     *
     * @param loop the EventLoop
     * @param task its handle
     * @param starter the task that has started it, if one has
     * @return what follows it; null for none
     */
    public @Nullable Track track(Object loop, SuspendableHandle task, @Nullable SuspendableHandle starter) {
        return null;
    }

    /** A handle was queued. On any thread. */
    public void ready(Ready ready) {}

    /** A handle begins to run. */
    public void begins(Turn turn) {}

    /** It is over, or waits. */
    public void ends(Turn turn) {}

    /** The end of a loop cancels a task. */
    public void leftBehind() {}
}
