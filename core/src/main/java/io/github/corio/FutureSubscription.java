package io.github.corio;

import io.github.corio.loop.internal.LoopHandle;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Hands what a future gets to a subscriber, a value only once that has requested it; and the subscriber's cancel to the
 * future.
 *
 * <p>The future being done and the request may come from two threads: both set their bit, and whoever completes the pair
 * emits. A cancel does not end this: the future may still fail, and that error then goes to
 * {@link Operators#onErrorDropped}, unless somebody else has seen it. A subscriber that throws at a signal counts as one that has
 * left, and what it has thrown goes there too.
 */
final class FutureSubscription<T> implements Subscription, Scannable {
    private static final int REQUESTED = 1;
    private static final int DONE = 2;
    private static final int CANCELLED = 4;

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<FutureSubscription> STATE =
            AtomicIntegerFieldUpdater.newUpdater(FutureSubscription.class, "state");

    private final Completable<T> future;
    private final CoreSubscriber<? super T> actual;
    /** Asked for once, before anything has begun: a subscriber may throw at that. */
    private final Context context;

    private volatile int state;

    FutureSubscription(Completable<T> future, CoreSubscriber<? super T> actual) {
        this.future = future;
        this.actual = actual;
        this.context = actual.currentContext();
    }

    /** From now on it is told when the future is done; at once, on this thread, if it is. */
    void connect() {
        if (future.ended() != null) {
            deliver();
        } else {
            future.whenDone(new Delivery());
        }
    }

    boolean isCancelled() {
        return (state & CANCELLED) != 0;
    }

    /** The future is done. */
    void deliver() {
        boolean needsRequest = future.ended() instanceof Outcome.Success<T> success && success.value() != null;
        int bits = needsRequest ? DONE : DONE | REQUESTED;
        int before = STATE.getAndUpdate(this, now -> now | bits);
        if ((before & DONE) != 0) {
            return; // somebody else has delivered it, who has found the loop closed say
        }
        if ((before & CANCELLED) != 0) {
            drop();
        } else if (((before | bits) & REQUESTED) != 0) {
            emit();
        }
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            int before = STATE.getAndUpdate(this, now -> now | CANCELLED);
            if ((before & CANCELLED) == 0 && before != (REQUESTED | DONE)) {
                left(before);
                refuse(n);
            }
            return;
        }
        int before = STATE.getAndUpdate(this, now -> now | REQUESTED);
        if (before == DONE) {
            emit();
        }
    }

    @Override
    public void cancel() {
        int before = STATE.getAndUpdate(this, now -> now | CANCELLED);
        if ((before & CANCELLED) != 0 || before == (REQUESTED | DONE)) {
            return;
        }
        left(before);
    }

    private void left(int before) {
        if ((before & DONE) != 0) {
            drop();
        } else {
            leave();
        }
    }

    private void leave() {
        try {
            boolean unused = future.leave(null);
        } catch (Throwable e) { // a future of a class that is not ours, or a circle of tasks
            Foreign.dropError(e, context, future.loop());
        }
    }

    private void refuse(long n) {
        try {
            actual.onError(Exceptions.nullOrNegativeRequestException(n));
        } catch (Throwable e) {
            Foreign.dropError(e, context, future.loop());
        }
    }

    private void emit() {
        boolean unused = future.observe();
        Outcome<T> outcome = future.ended();
        try {
            if (outcome instanceof Outcome.Success<T> success) {
                T value = success.value();
                if (value != null) {
                    actual.onNext(value);
                    if (isCancelled()) {
                        return;
                    }
                }
                actual.onComplete();
            } else if (outcome instanceof Outcome.Failure<T> failure) {
                actual.onError(failure.error());
            } else if (outcome instanceof Outcome.Cancelled<T> ended) {
                actual.onError(ended.error());
            }
        } catch (Throwable e) {
            Foreign.dropError(e, context, future.loop());
        }
    }

    /** The subscriber has left: a value is discarded, and an error that nobody has seen is dropped in the open. */
    private void drop() {
        Outcome<T> outcome = future.ended();
        if (outcome instanceof Outcome.Success<T> success) {
            future.discard(success.value(), context);
        } else if (outcome instanceof Outcome.Failure<T> failure && future.observe()) {
            Foreign.dropError(failure.error(), context, future.loop());
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return future;
        }
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.CANCELLED) {
            return isCancelled();
        }
        if (key == Attr.TERMINATED) {
            return state == (REQUESTED | DONE);
        }
        if (key == Attr.RUN_STYLE) {
            return Attr.RunStyle.ASYNC;
        }
        return null;
    }

    private final class Delivery extends LoopHandle implements Follows {
        Delivery() {
            super(FutureSubscription.this.context);
        }

        @Override
        public Object follower() {
            return actual;
        }

        @Override
        protected void run() {
            deliver();
        }

        @Override
        protected void dropped() { // whoever has subscribed must not wait for ever
            deliver();
        }
    }
}
