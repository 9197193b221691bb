package io.github.corio.loop.internal;

import io.github.corio.loop.EventLoop;
import reactor.util.context.Context;

/** A plain callback in the queue of an {@link EventLoop}. */
public final class Callback extends LoopHandle {
    private final Runnable action;

    public Callback(Context context, Runnable action) {
        super(context);
        this.action = action;
    }

    @Override
    protected void run() {
        action.run();
    }

    @Override
    protected void failed(Throwable reason) throws Throwable {
        throw reason;
    }

    @Override
    protected boolean inner() {
        return action instanceof Inner;
    }

    @Override
    Object source() {
        return action;
    }
}
