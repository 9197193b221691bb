package io.github.corio.loop.internal;

import org.jspecify.annotations.Nullable;

/** For a {@link Tracer}: a handle that runs, a task from one wait to the next. Belongs to its loop. */
public final class Turn {
    /** The EventLoop. */
    public final Object loop;

    public final LoopHandle handle;
    /** Since when it was ready; null if it was never queued. */
    public final @Nullable Ready ready;
    /** When it has begun, on the clock of {@link System#nanoTime()}. */
    public final long began = System.nanoTime();
    /** Of the {@link Tracer}. */
    public @Nullable Object event;

    Turn(Object loop, LoopHandle handle, @Nullable Ready ready) {
        this.loop = loop;
        this.handle = handle;
        this.ready = ready;
    }

    /** How long it has waited for its turn. */
    public long lag() {
        return ready == null ? 0 : began - ready.at;
    }
}
