package io.github.corio.loop;

import reactor.util.context.Context;

/** A plain callback in the queue of an {@link EventLoop}. */
final class Callback extends Handle {
    private final Runnable action;

    Callback(Context context, Runnable action) {
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
