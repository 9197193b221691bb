package io.github.corio.internal;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.SuspendableHandle;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/** The handle of a coroutine, as those see it that make it wait. */
public abstract class AwaitingHandle extends SuspendableHandle {
    /** The loop it belongs to. */
    public final EventLoop loop;

    /**
     * Makes a handle that has not been started.
     *
     * @param loop the loop it belongs to
     * @param stackful true for one that may suspend
     */
    protected AwaitingHandle(EventLoop loop, boolean stackful) {
        super(Context.empty(), stackful);
        this.loop = loop;
    }

    /** The task this is the handle of. */
    public abstract Object task();

    /** Called before the body begins anything: throws the cancel that another thread has asked for. */
    public abstract void checkpoint();

    /**
     * Suspends until the wait is over, however it ends; then takes what came of it, or throws the cancel that is due. For who has asked for
     * room on the stack.
     *
     * @param wait what to wait for
     * @param <T> the type of what comes of it
     * @return what came of it
     */
    public abstract <T> @Nullable T awaitWithRoom(Wait<T> wait);
}
