package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.LoopHandle;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** The Mono behind {@code shield}: a future that ends as the inner one does, but whose cancel does not reach that. */
final class Shield<T> extends FutureMono<T> {
    /** One constant, so that several shields around one future tell of its late error once. */
    private static final Consumer<AsyncFuture<?>> REPORT_LATE_ERROR = Shield::reportLateError;

    private final Mono<? extends T> awaitable;

    private Shield(Mono<? extends T> awaitable) {
        this.awaitable = Objects.requireNonNull(awaitable, "awaitable");
    }

    static <T> Mono<T> of(Mono<? extends T> awaitable) {
        return onAssembly(new Shield<>(awaitable));
    }

    @Override
    AsyncFuture<T> start(EventLoop loop, Context context) {
        AsyncFuture<T> inner = EnsureFuture.of(awaitable, loop, AsyncContext.of(context));
        return inner.isDone() ? inner : around(inner, inner == awaitable ? null : context);
    }

    /**
     * @param discards where a value goes that nobody has; null for a future that was given, which belongs to others too
     */
    private static <T> AsyncFuture<T> around(AsyncFuture<T> inner, @Nullable Context discards) {
        AsyncFuture<T> outer = new Outer<>(inner, discards != null);
        LoopHandle onInner = inner.follow(new Passing<>(outer, discards));
        outer.addLoopCallback(done -> {
            if (!inner.isDone()) {
                inner.forget(onInner);
                if (!inner.tellsLateError) {
                    inner.tellsLateError = true;
                    inner.addLoopCallback(REPORT_LATE_ERROR);
                }
                if (discards != null) {
                    inner.whenDone(inner.discarding(discards));
                }
            }
        });
        return outer;
    }

    /** Ends the outer future as the inner one has ended. */
    private record Passing<T>(
            AsyncFuture<T> follower, @Nullable Context discards) implements Consumer<AsyncFuture<T>>, Follows {
        @Override
        public void accept(AsyncFuture<T> done) {
            if (discards != null && follower.isCancelled()) {
                done.discardLater(discards);
            } else {
                pass(done, follower);
            }
        }
    }

    private static final class Outer<T> extends AsyncFuture<T> {
        private final AsyncFuture<T> inner;
        /** False for a future that was given. */
        private final boolean ours;

        Outer(AsyncFuture<T> inner, boolean ours) {
            super(inner.loop());
            this.inner = inner;
            this.ours = ours;
        }

        @Override
        void abandoned(Context context) {
            if (ours) {
                discardLater(context);
            }
        }

        @Override
        @Nullable
        AsyncFuture<?> origin() {
            return inner.origin();
        }

        @Override
        String label() {
            return "shield";
        }
    }

    private static <T> void pass(AsyncFuture<T> inner, AsyncFuture<T> outer) {
        if (outer.isCancelled()) {
            return;
        }
        boolean unused = inner.observe();
        boolean unusedToo =
                inner.isCancelled() ? outer.cancel() : outer.complete(Objects.requireNonNull(inner.outcome()));
    }

    /** The shield was cancelled before: there is nobody else to tell. */
    private static void reportLateError(AsyncFuture<?> inner) {
        if (inner.outcome() instanceof Outcome.Failure<?> failure) {
            boolean unused = inner.observe();
            inner.loop()
                    .callExceptionHandler(new ExceptionContext(
                            failure.error().getClass().getSimpleName()
                                    + " in a shielded future, after the shield was cancelled",
                            failure.error(),
                            inner));
        }
    }

    /** On the loop of the future; for anything else and without a loop, on a fresh one that lives as long as the inner task. */
    @Override
    @SuppressWarnings("unchecked")
    public void subscribe(CoreSubscriber<? super T> actual) {
        if (awaitable instanceof AsyncFuture<?> future) {
            AsyncFuture<T> inner = (AsyncFuture<T>) future;
            try {
                EnsureFuture.requireNotSelf(inner, "shield");
            } catch (IllegalStateException e) {
                Operators.error(actual, Foreign.operatorError(e, actual.currentContext()));
                return;
            }
            (inner.isDone() ? inner : around(inner, null)).subscribe(actual);
        } else if (actual.currentContext().hasKey(EventLoop.CONTEXT_KEY)) {
            super.subscribe(actual);
        } else {
            subscribeAlone(actual);
        }
    }

    private void subscribeAlone(CoreSubscriber<? super T> actual) {
        Context context = actual.currentContext();
        EventLoop loop;
        try {
            loop = EventLoop.createFor(context);
        } catch (Throwable refused) { // the Scheduler has no Worker for it, or is none
            Operators.error(actual, Foreign.operatorError(refused, context));
            return;
        }
        Task<T> inner = new Task<>(loop, awaitable, EnsureFuture.nameOf(awaitable), AsyncContext.of(context));
        AsyncFuture<T> outer = new AsyncFuture<>(inner.loop());
        FutureSubscription<T> subscription = outer.subscription(actual);
        SubscribeSupport.endWith(inner, subscription, () -> {
            if (outer.isCancelled()) {
                reportLateError(inner);
                if (inner.outcome() instanceof Outcome.Success<T> success) {
                    inner.discard(success.value(), context);
                }
            } else {
                pass(inner, outer);
                subscription.deliver();
            }
        });
        try {
            actual.onSubscribe(subscription);
        } catch (Throwable refused) { // nothing has been started
            inner.loop().dispose();
            throw refused;
        }
        if (subscription.isCancelled()) { // before it had begun
            inner.loop().dispose();
            return;
        }
        try {
            Task<T> unused = inner.start();
        } catch (Throwable refused) {
            boolean unused =
                    outer.complete(new Outcome.Failure<>(Foreign.operatorError(refused, actual.currentContext())));
            inner.loop().dispose();
            subscription.deliver();
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.PARENT ? awaitable : key == Attr.NAME ? toString() : super.scanUnsafe(key);
    }

    @Override
    public String toString() {
        return "shield of " + Foreign.text(awaitable);
    }
}
