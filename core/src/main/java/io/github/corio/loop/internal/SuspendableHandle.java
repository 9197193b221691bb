package io.github.corio.loop.internal;

import io.github.corio.loop.LoopClosedError;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * A {@link LoopHandle} that is queued again and again, step by step, from its start to its end: what a task is to its loop.
 *
 * <p>There are two forms. A handle <em>without</em> a stack is called at each of its wake-ups like a callback. A handle
 * <em>with</em> a stack is started once, on a fiber of its own, and may give up the loop in the middle of its
 * {@link #run()} by {@link #suspend()}; a wake-up then makes it go on from there. A wake-up is queued with
 * {@link LoopAccess#resume}. One that comes when nobody waits is harmless: whoever suspends does so in a loop on his condition.
 *
 * <p>A handle belongs to one loop: everything here is called on that loop only.
 *
 * @since 0.1.0
 */
public abstract class SuspendableHandle extends LoopHandle {
    final boolean stackful;
    /** The stack this handle is on, from its start to its end; null for one that has none. */
    @Nullable
    Stack stack;
    /** Links of the loop's list of live handles; see {@link LiveTasks}. */
    @Nullable
    SuspendableHandle previous;

    @Nullable
    SuspendableHandle next;

    boolean live;

    /**
     * Makes a handle that has not been started.
     *
     * @param context what {@link #context()} gives at first
     * @param stackful true for a handle that may suspend
     */
    protected SuspendableHandle(Context context, boolean stackful) {
        super(context);
        this.stackful = stackful;
    }

    /**
     * Called before it is queued for its first step.
     *
     * @param starter what runs on the thread that starts it; null outside of a loop
     */
    protected void startedBy(@Nullable LoopHandle starter) {}

    /**
     * Called instead of {@link #run()}, or of its next step, where that is not possible: there is no stack for this handle, because of too
     * many platform fibers or a thread that cannot start; or an accessor of a ThreadLocal has thrown. The handle ends with this.
     *
     * @param reason what was in the way
     */
    @Override
    protected abstract void failed(Throwable reason);

    /**
     * Called if the loop is closed over this handle while it has no stack: it will not run again. One that is suspended on
     * a stack gets a {@link LoopClosedError} there instead.
     */
    @Override
    protected abstract void dropped();

    /**
     * Gives up the loop until this handle is woken. Called by the handle itself, from inside its {@link #run()}, after {@link
     * StackGuard#toSuspend()}.
     *
     * @throws IllegalStateException if this handle has no stack, or if a continuation cannot leave the frames it is in
     * @throws LoopClosedError if the loop was closed meanwhile; the handle must then end
     */
    protected final void suspend() {
        Stack current = stack;
        if (current == null) {
            throw new IllegalStateException(this + " cannot suspend: it has no stack of its own");
        }
        current.suspend(this);
    }

    /**
     * Gives up the loop for exactly one turn: what is ready now runs first. Called by the handle itself, from inside its
     * {@link #run()}. With nobody else there, it goes on at once.
     *
     * @throws IllegalStateException as for {@link #suspend()}
     * @throws LoopClosedError as for {@link #suspend()}
     */
    protected void yieldTurn() {
        Stack current = stack;
        if (current == null) {
            throw new IllegalStateException(this + " cannot suspend: it has no stack of its own");
        }
        current.yieldTurn(this);
    }

    /**
     * The thread that runs this, for who sees the writes of that thread; on some kinds of fiber the handle is the only way to it.
     *
     * @return null before its start, after its end, and for one that has no stack
     */
    public final @Nullable Thread thread() {
        Stack current = stack;
        return current == null ? null : current.thread();
    }

    /** Where a handle's frames are while it is suspended; the fibers are the implementations. */
    abstract static class Stack {
        /** The thread that this is the stack of. */
        abstract @Nullable Thread thread();

        /** Gives up the baton on behalf of the handle that runs on this stack, and comes back when it is woken. */
        abstract void suspend(SuspendableHandle self);

        /** Gives up the baton for one turn, on behalf of the handle that runs on this stack. */
        abstract void yieldTurn(SuspendableHandle self);

        /**
         * Lets another handle run its first step now; comes back when that step is over. False if the stack cannot be left for that: the
         * other one has not begun then.
         */
        abstract boolean startNow(SuspendableHandle self, SuspendableHandle child);

        /** Makes this stack the holder of its loop's baton. The caller has it, and has it no longer when this returns. */
        abstract void takeBaton();
    }
}
