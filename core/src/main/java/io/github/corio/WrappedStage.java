package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * A future of the loop that mirrors a stage of the JDK, whose own outcome it gets a turn after that is done; a cancel is
 * passed on to the stage, a turn later too.
 */
final class WrappedStage<T> extends AsyncFuture<T> {
    private final CompletionStage<? extends T> stage;

    WrappedStage(EventLoop loop, CompletionStage<? extends T> stage) {
        super(loop);
        this.stage = Objects.requireNonNull(stage, "stage");
        Context context = AsyncContext.now();
        if (stage.getClass()
                == CompletableFuture.class) { // its cancel ends it, and with that it lets go of all that wait for it
            addLoopCallback(future -> cancelStage(context));
            CompletionStage<?> unused = stage.whenComplete((value, error) -> arrive(context, value, error));
        } else {
            follow(LongLivedStage.of(stage), context);
        }
    }

    @SuppressWarnings("unchecked")
    private void follow(LongLivedStage shared, Context context) {
        BiConsumer<@Nullable Object, @Nullable Throwable> waiter = (value, error) -> arrive(context, (T) value, error);
        addLoopCallback(future -> {
            shared.remove(waiter);
            cancelStage(context);
        });
        shared.add(waiter);
    }

    private void arrive(Context context, @Nullable T value, @Nullable Throwable error) {
        Loops.access(loop()).queue(new Arrival(context, value, error));
    }

    private void cancelStage(Context context) {
        if (!isCancelled()) {
            return;
        }
        try {
            boolean unused = stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) { // a stage that cannot be a future cannot be cancelled
            return;
        } catch (Throwable e) {
            Foreign.dropError(e, context, loop());
        }
    }

    private static Throwable unwrap(Throwable error) {
        Throwable cause = error instanceof CompletionException ? Foreign.cause(error) : null;
        return cause == null ? error : cause;
    }

    @Override
    String label() {
        return "a CompletionStage";
    }

    @Override
    public String toString() {
        return "AsyncFuture[" + stateName() + ", of " + Foreign.text(stage) + "]";
    }

    private final class Arrival extends LoopHandle {
        private final @Nullable T value;
        private final @Nullable Throwable error;

        Arrival(Context context, @Nullable T value, @Nullable Throwable error) {
            super(context);
            this.value = value;
            this.error = error == null ? null : unwrap(error);
        }

        @Override
        protected void run() {
            if (error instanceof CancellationException) {
                boolean unused = WrappedStage.super.cancel(Foreign.message(error));
            } else if (error != null) {
                if (!complete(new Outcome.Failure<>(error))) {
                    Foreign.dropError(error, context(), loop());
                }
            } else if (!complete(new Outcome.Success<>(value))) {
                Foreign.discard(value, context(), loop());
            }
        }

        @Override
        protected void dropped() { // who waits on another loop, or as a subscriber, has to know all the same
            run();
        }
    }
}
