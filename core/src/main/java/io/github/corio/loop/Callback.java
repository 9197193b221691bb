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
    Object source() {
        return action;
    }
}
