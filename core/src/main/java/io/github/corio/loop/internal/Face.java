package io.github.corio.loop.internal;

import reactor.core.scheduler.Scheduler;

/**
 * What users hold of a loop, seen from within: the way from it to its engine, for the packages that build on loops. It is the superclass of
 * {@link io.github.corio.loop.EventLoop}, so that this way costs a read of a field, and has nothing that users can see.
 */
@SuppressWarnings("this-escape") // the engine keeps its face, and calls nothing of it before there is work
public abstract class Face {
    /** What runs this loop. */
    protected final Engine engine;

    final LoopAccess access;

    /**
     * The face of a loop that a Scheduler drives.
     *
     * @param scheduler the Scheduler
     */
    protected Face(Scheduler scheduler) {
        this.engine = FiberChoice.engine(this, scheduler);
        this.access = new LoopAccess(engine);
    }

    /**
     * The face of a loop that somebody's event loop carries.
     *
     * @param carrier that event loop
     */
    protected Face(EventLoopCarrier carrier) {
        this.engine = FiberChoice.engine(this, carrier);
        this.access = new LoopAccess(engine);
    }
}
