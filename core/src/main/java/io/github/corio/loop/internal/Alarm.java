package io.github.corio.loop.internal;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.util.context.Context;

/** The Scheduler's message that a deadline has come. It only ever passes through the inbox of the loop. */
final class Alarm extends LoopHandle {
    final long deadline;
    private final Consumer<Alarm> arrival;

    @Nullable
    Disposable task;

    Alarm(long deadline, Consumer<Alarm> arrival) {
        super(Context.empty());
        this.deadline = deadline;
        this.arrival = arrival;
    }

    /** The holder of the baton has found it in the inbox. */
    void arrive() {
        arrival.accept(this);
    }

    @Override
    protected void run() {}
}
