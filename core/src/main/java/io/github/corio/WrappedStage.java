package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Handle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;
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
        addDoneCallback(future -> {
            if (future.cancelled()) {
                cancelStage();
            }
        });
        Context context = AsyncContext.now();
        CompletionStage<?> unused =
                stage.whenComplete((value, error) -> loop.queue(new Arrival(context, value, error)));
    }

    private void cancelStage() {
        try {
            boolean unused = stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) { // a stage that cannot be a future cannot be cancelled
            return;
        }
    }

    private static Throwable unwrap(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    @Override
    public String toString() {
        return "AsyncFuture[" + stateName() + ", of " + stage + "]";
    }

    private final class Arrival extends Handle {
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
                boolean unused = WrappedStage.super.cancel(error.getMessage());
            } else if (error != null) {
                if (!complete(new Outcome.Failure<>(error))) {
                    Operators.onErrorDropped(error, context());
                }
            } else if (!complete(new Outcome.Success<>(value)) && value != null) {
                Operators.onDiscard(value, context());
            }
        }
    }
}
