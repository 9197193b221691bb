package io.github.corio.bridge;

import io.github.corio.bridge.To.Outlet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Requests one value each time that an outlet is ready. The outlet's handler and the publisher may be two threads: one of them asks, and
 * what the other has seen meanwhile makes it ask again. Thread-safe.
 */
final class OutletSubscriber<T> implements CoreSubscriber<T>, Disposable {
    private final Outlet<? super T> outlet;
    private final Context context;
    private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    /** Whether a value is on the way. */
    private volatile boolean pending;

    OutletSubscriber(Outlet<? super T> outlet, ContextView context) {
        this.outlet = outlet;
        this.context = Context.of(context);
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription given) {
        if (!subscription.compareAndSet(null, given) || over.get()) {
            ForeignCall.guard(context, given::cancel);
            return;
        }
        try {
            call(() -> outlet.onReady(this::ask));
        } catch (Throwable e) {
            broken(e);
            return;
        }
        ask();
    }

    private void ask() {
        if (rounds.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            askOnce();
            missed = rounds.addAndGet(-missed);
        } while (missed != 0);
    }

    private void askOnce() {
        Subscription source = subscription.get();
        if (source == null || pending || over.get()) {
            return;
        }
        boolean ready;
        try {
            ready = ForeignCall.make(context, outlet::isReady);
        } catch (Throwable e) {
            broken(e);
            return;
        }
        if (ready) {
            pending = true;
            try {
                source.request(1);
            } catch (Throwable e) { // it must not, but the outlet's thread is not its business
                broken(e);
            }
        }
    }

    @Override
    public void onNext(T value) {
        if (over.get()) {
            ForeignCall.guard(context, () -> Operators.onDiscard(value, context));
            return;
        }
        try {
            Objects.requireNonNull(value, "The publisher has given null for a value");
            call(() -> outlet.next(value));
        } catch (Throwable e) {
            broken(e);
            return;
        }
        pending = false;
        ask();
    }

    @Override
    public void onComplete() {
        if (over.compareAndSet(false, true)) {
            ForeignCall.makeAnyway(context, outlet::complete);
        }
    }

    @Override
    public void onError(@Nullable Throwable error) {
        Throwable failure = error == null
                ? new NullPointerException("The publisher failed without an error: it gave null for it")
                : error;
        if (over.compareAndSet(false, true)) {
            ForeignCall.makeAnyway(context, () -> outlet.error(failure));
        } else {
            ForeignCall.drop(failure, context);
        }
    }

    private void broken(Throwable error) {
        if (over.compareAndSet(false, true)) {
            cancelSource();
            ForeignCall.makeAnyway(context, () -> outlet.error(error));
        } else {
            ForeignCall.drop(error, context);
        }
    }

    @Override
    public void dispose() {
        if (over.compareAndSet(false, true)) {
            cancelSource();
        }
    }

    private void cancelSource() {
        Subscription source = subscription.get();
        if (source != null) {
            ForeignCall.guard(context, source::cancel);
        }
    }

    @Override
    public boolean isDisposed() {
        return over.get();
    }

    private void call(ForeignCall.Action action) throws Exception {
        Boolean unused = ForeignCall.make(context, () -> {
            action.run();
            return true;
        });
    }
}
