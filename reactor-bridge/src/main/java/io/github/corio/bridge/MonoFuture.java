package io.github.corio.bridge;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A future of the JDK that is ended by a Mono, unless others end it first. Then what comes is discarded or dropped, where the future of
 * {@link reactor.core.publisher.Mono#toFuture} would lose it. Thread-safe.
 */
final class MonoFuture<T> extends CompletableFuture<T> implements CoreSubscriber<T> {
    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<MonoFuture, Subscription> UPSTREAM =
            AtomicReferenceFieldUpdater.newUpdater(MonoFuture.class, Subscription.class, "upstream");

    private final Context context;

    @SuppressWarnings("unused") // through UPSTREAM
    private volatile @Nullable Subscription upstream;

    MonoFuture(ContextView context) {
        this.context = Context.of(context);
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.setOnce(UPSTREAM, this, s)) {
            s.request(Long.MAX_VALUE);
        }
    }

    /** A hook around the Mono is not seen from its end, so one that knows nothing of Contexts is told of the value too. */
    @Override
    public void onNext(T value) {
        if (!complete(value)) {
            ForeignCall.guard(context, () -> Operators.onNextDropped(value, context));
            ForeignCall.guard(context, () -> Operators.onDiscard(value, context));
        }
    }

    @Override
    public void onError(Throwable error) {
        if (!completeExceptionally(error) && !(error instanceof CancellationException)) {
            ForeignCall.drop(error, context);
        }
    }

    @Override
    public void onComplete() {
        boolean unused = complete(null);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (isCancelled()) {
            ForeignCall.guard(context, () -> {
                boolean unused = Operators.terminate(UPSTREAM, this);
            });
        }
        return cancelled;
    }
}
