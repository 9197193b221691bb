package io.github.corio;

import io.github.corio.loop.internal.LoopHandle;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/** Calls a function of a user, or of ours, with a future that is done. It ends with its loop: a loop that is closed forgets it. */
class DoneCallback<F> extends LoopHandle implements Follows {
    private final F future;
    final Consumer<? super F> callback;

    DoneCallback(F future, Consumer<? super F> callback, Context context) {
        super(context);
        this.future = future;
        this.callback = Objects.requireNonNull(callback, "callback");
    }

    @Override
    public @Nullable Object follower() {
        return callback instanceof Follows follows ? follows.follower() : null;
    }

    @Override
    public boolean isNeeded() {
        return !(callback instanceof Follows follows) || follows.isNeeded();
    }

    @Override
    protected void run() {
        callback.accept(future);
    }

    @Override
    protected void failed(Throwable reason) throws Throwable {
        throw reason;
    }

    /** Its code need not belong to the loop: who finds the loop closed calls it. */
    static final class Independent<F> extends DoneCallback<F> {
        Independent(F future, Consumer<? super F> callback, Context context) {
            super(future, callback, context);
        }

        @Override
        protected void dropped() {
            run();
        }
    }
}
