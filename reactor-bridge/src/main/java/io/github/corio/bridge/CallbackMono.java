package io.github.corio.bridge;

import io.github.corio.bridge.From.Action;
import io.github.corio.bridge.From.Call;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ThreadLocals;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A Mono of the one outcome of a call that takes a callback of type C and gives a handle of type H.
 *
 * <p>Not {@link Mono#create}: its sink passes over an error that comes too late in silence, and discards rather than drops a
 * late value.
 */
final class CallbackMono<T, C, H> extends Mono<T> implements Scannable {
    private final Function<? super Outcome<T>, ? extends C> shape;
    private final Call<? super C, H> start;
    private final CancelHook<? super H> cancel;

    private CallbackMono(
            Function<? super Outcome<T>, ? extends C> shape, Call<? super C, H> start, CancelHook<? super H> cancel) {
        this.shape = shape;
        this.start = start;
        this.cancel = cancel;
    }

    static <T, C, H> Mono<T> of(
            Function<? super Outcome<T>, ? extends C> shape, Call<? super C, H> start, CancelHook<? super H> cancel) {
        return onAssembly(new CallbackMono<>(shape, start, cancel));
    }

    static <T, C> Mono<T> of(Function<? super Outcome<T>, ? extends C> shape, Action<? super C> start) {
        return of(
                shape,
                (C callback) -> {
                    start.start(callback);
                    return Boolean.TRUE;
                },
                nothing -> {});
    }

    // ---- shapes ----

    static <T> BiConsumer<@Nullable Throwable, @Nullable T> node(Outcome<T> outcome) {
        return (error, value) -> outcome.either(value, error);
    }

    static <T> BiConsumer<@Nullable T, @Nullable Throwable> biConsumer(Outcome<T> outcome) {
        return outcome::either;
    }

    static <T> CompletionHandler<T, @Nullable Object> completionHandler(Outcome<T> outcome) {
        return new CompletionHandler<>() {
            @Override
            public void completed(T result, @Nullable Object attachment) {
                outcome.success(result);
            }

            @Override
            public void failed(Throwable error, @Nullable Object attachment) {
                if (!(error instanceof AsynchronousCloseException && outcome.cancelled())) {
                    outcome.failure(error);
                }
            }
        };
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        OneOutcome<T, H> outcome = new OneOutcome<>(actual, cancel);
        actual.onSubscribe(outcome);
        if (outcome.cancelled()) {
            return; // before it had begun
        }
        ThreadLocals.Scope scope = EventLoop.enterThreadLocals(actual.currentContext());
        try {
            outcome.started(start.start(shape.apply(outcome)));
        } catch (Throwable e) {
            Exceptions.throwIfFatal(e);
            outcome.failure(e);
        } finally {
            if (scope != null) {
                scope.close();
            }
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    /** Where the outcome goes, whatever the shape of the callback. */
    interface Outcome<T> {
        void success(@Nullable T value);

        void failure(Throwable error);

        boolean cancelled();

        default void either(@Nullable T value, @Nullable Throwable error) {
            if (error == null) {
                success(value);
            } else {
                failure(error);
            }
        }
    }

    /**
     * One run of the call. Its outcome, the request, the cancel and the end of the call may come from four threads at once: each
     * sets its bit, and the bits before say what is left for it to do.
     *
     * <pre>{@code
     *   DONE      with REQUESTED: emit; after CANCELLED: drop
     *   REQUESTED after DONE: emit
     *   CANCELLED before DONE, after STARTED: call the hook; after DONE, before REQUESTED: discard
     *   STARTED   after CANCELLED, before DONE: call the hook
     * }</pre>
     */
    private static final class OneOutcome<T, H> implements Outcome<T>, Subscription, Scannable {
        private static final int REQUESTED = 1;
        private static final int DONE = 2;
        private static final int CANCELLED = 4;
        private static final int STARTED = 8;
        private static final Object NOTHING = new Object();

        @SuppressWarnings("rawtypes")
        private static final AtomicIntegerFieldUpdater<OneOutcome> STATE =
                AtomicIntegerFieldUpdater.newUpdater(OneOutcome.class, "state");

        @SuppressWarnings("rawtypes")
        private static final AtomicReferenceFieldUpdater<OneOutcome, @Nullable Object> OUTCOME =
                AtomicReferenceFieldUpdater.newUpdater(OneOutcome.class, Object.class, "outcome");

        private final CoreSubscriber<? super T> actual;
        private final CancelHook<? super H> hook;
        private volatile int state;
        /** The value, {@link #NOTHING}, or a {@link Failed}; null before there is one. Set once. */
        private volatile @Nullable Object outcome;
        /** Written before STARTED is set, read after. */
        private @Nullable H handle;

        private record Failed(Throwable error) {}

        OneOutcome(CoreSubscriber<? super T> actual, CancelHook<? super H> hook) {
            this.actual = actual;
            this.hook = hook;
        }

        private static boolean has(int bits, int bit) {
            return (bits & bit) != 0;
        }

        @Override
        public boolean cancelled() {
            return has(state, CANCELLED);
        }

        @Override
        public void success(@Nullable T value) {
            settle(value == null ? NOTHING : value);
        }

        @Override
        public void failure(Throwable error) {
            settle(new Failed(error));
        }

        private void settle(Object how) {
            if (!OUTCOME.compareAndSet(this, null, how)) {
                drop(how);
                return;
            }
            int bits = how == NOTHING || how instanceof Failed ? DONE | REQUESTED : DONE; // an end needs no request
            int before = STATE.getAndUpdate(this, now -> now | bits);
            if (has(before, CANCELLED)) {
                drop(how);
            } else if (has(before | bits, REQUESTED)) {
                emit();
            }
        }

        private void drop(Object how) {
            Context context = actual.currentContext();
            if (how instanceof Failed failed) {
                Operators.onErrorDropped(failed.error, context);
            } else if (how != NOTHING) {
                Operators.onNextDropped(how, context);
            }
        }

        @SuppressWarnings("unchecked")
        private void emit() {
            Object how = outcome;
            if (how instanceof Failed failed) {
                actual.onError(failed.error);
                return;
            }
            if (how != null && how != NOTHING) {
                actual.onNext((T) how);
                if (cancelled()) {
                    return;
                }
            }
            actual.onComplete();
        }

        /** The call has returned. */
        void started(H given) {
            handle = given;
            int before = STATE.getAndUpdate(this, now -> now | STARTED);
            if (has(before, CANCELLED) && !has(before, DONE)) {
                callHook(given);
            }
        }

        @Override
        public void request(long n) {
            if (!Operators.validate(n)) {
                if (endsBy(CANCELLED)) {
                    actual.onError(Exceptions.nullOrNegativeRequestException(n));
                }
                return;
            }
            int before = STATE.getAndUpdate(this, now -> now | REQUESTED);
            if (has(before, DONE) && !has(before, REQUESTED | CANCELLED)) {
                emit();
            }
        }

        @Override
        public void cancel() {
            boolean unused = endsBy(CANCELLED);
        }

        /** False if it was over. */
        private boolean endsBy(int bit) {
            int before = STATE.getAndUpdate(this, now -> now | bit);
            if (has(before, CANCELLED) || (has(before, DONE) && has(before, REQUESTED))) {
                return false;
            }
            if (has(before, DONE)) {
                Object how = outcome;
                if (how instanceof Failed failed) {
                    Operators.onErrorDropped(failed.error, actual.currentContext());
                } else if (how != null && how != NOTHING) {
                    Operators.onDiscard(how, actual.currentContext());
                }
            } else if (has(before, STARTED)) {
                callHook(handle);
            }
            return true;
        }

        @SuppressWarnings("NullAway") // it is what the call has returned, null if that was
        private void callHook(@Nullable H given) {
            Context context = actual.currentContext();
            ThreadLocals.Scope scope = EventLoop.enterThreadLocals(context);
            try {
                hook.cancel(given);
            } catch (Throwable e) {
                Exceptions.throwIfFatal(e);
                Operators.onErrorDropped(e, context);
            } finally {
                if (scope != null) {
                    scope.close();
                }
            }
        }

        @Override
        @SuppressWarnings("rawtypes") // as Scannable declares it
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.ACTUAL) {
                return actual;
            }
            if (key == Attr.TERMINATED) {
                return has(state, DONE) && has(state, REQUESTED);
            }
            if (key == Attr.CANCELLED) {
                return cancelled();
            }
            if (key == Attr.ERROR) {
                return outcome instanceof Failed failed ? failed.error : null;
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
        }
    }
}
