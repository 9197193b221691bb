package io.github.corio;

import io.github.corio.loop.EventLoop;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Stands before a subscriber that is not ours. One that throws at a value counts as one that has left: its subscription is
 * cancelled, and what it has thrown goes to {@link Operators#onErrorDropped}.
 */
final class Unthrowing<T> implements CoreSubscriber<T>, Subscription, Scannable {
    private final CoreSubscriber<? super T> actual;
    private final Context context;
    private final EventLoop loop;
    private @Nullable Subscription upstream;
    private volatile boolean left;

    Unthrowing(CoreSubscriber<? super T> actual, EventLoop loop) {
        this.actual = actual;
        this.context = actual.currentContext();
        this.loop = loop;
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription s) {
        upstream = s;
        try {
            actual.onSubscribe(this);
        } catch (Throwable refused) {
            left = true;
            s.cancel();
            throw refused;
        }
    }

    @Override
    public void onNext(T value) {
        if (left) {
            return;
        }
        try {
            actual.onNext(value);
        } catch (Throwable e) {
            left = true;
            cancel();
            Foreign.dropError(e, context, loop);
        }
    }

    @Override
    public void onError(Throwable error) {
        if (left) {
            Foreign.dropError(error, context, loop);
            return;
        }
        try {
            actual.onError(error);
        } catch (Throwable e) {
            Foreign.dropError(e, context, loop);
        }
    }

    @Override
    public void onComplete() {
        if (left) {
            return;
        }
        try {
            actual.onComplete();
        } catch (Throwable e) {
            Foreign.dropError(e, context, loop);
        }
    }

    @Override
    public void request(long n) {
        Subscription s = upstream;
        if (s != null) {
            s.request(n);
        }
    }

    @Override
    public void cancel() {
        Subscription s = upstream;
        if (s != null) {
            s.cancel();
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.ACTUAL) {
            return actual;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.SYNC : null;
    }
}
