package io.github.corio.sync;

import io.github.corio.Asyncio;
import io.github.corio.Awaitable;
import io.github.corio.Coroutine;
import io.github.corio.sync.internal.Dropped;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A Mono that runs while a permit is held. Awaited, it is {@code async with}. Subscribed to, it acquires, subscribes, and
 * gives the permit back before it passes the end on; a coroutine is run as a coroutine, since it goes on after a cancel.
 */
final class UsingPermitMono<T> extends Awaitable<T> implements Scannable {
    private final Mono<Permit> acquire;
    private final Mono<T> source;

    UsingPermitMono(Mono<Permit> acquire, Mono<T> source) {
        this.acquire = acquire;
        this.source = Objects.requireNonNull(source, "mono");
    }

    Mono<T> assembled() {
        return onAssembly(this);
    }

    @Override
    public @Nullable T awaitDirect() {
        Permit held = Asyncio.awaitSingle(acquire);
        try {
            return Asyncio.await(source);
        } finally {
            held.close();
        }
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        if (source instanceof Coroutine || source instanceof AwaitedOnly) {
            Asyncio.async(this::awaitDirect).subscribe(actual);
        } else {
            acquire.subscribe(new Acquiring<>(source, actual));
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.PARENT ? source : key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    /** Waits for the permit; then {@link Holding} goes on. The subscription of both. */
    private static final class Acquiring<T> implements CoreSubscriber<Permit>, Subscription, Scannable {
        @SuppressWarnings("rawtypes")
        private static final AtomicReferenceFieldUpdater<Acquiring, Subscription> CURRENT =
                AtomicReferenceFieldUpdater.newUpdater(Acquiring.class, Subscription.class, "current");

        @SuppressWarnings("rawtypes")
        private static final AtomicReferenceFieldUpdater<Acquiring, Object> VALUE =
                AtomicReferenceFieldUpdater.newUpdater(Acquiring.class, Object.class, "value");

        private final Mono<T> source;
        final CoreSubscriber<? super T> actual;
        /** What a cancel goes to: the acquisition, then the source. */
        private volatile @Nullable Subscription current;
        /** Meets a cancel: each writes its own of these two fields and then reads the other. */
        private volatile @Nullable Permit permit;
        /** What the source has given, until its end. It meets a cancel as the permit does. */
        private volatile @Nullable Object value;

        Acquiring(Mono<T> source, CoreSubscriber<? super T> actual) {
            this.source = source;
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription s) {
            if (Operators.setOnce(CURRENT, this, s)) {
                actual.onSubscribe(this);
            }
        }

        @Override
        public void request(long n) {
            Subscription acquisition = current;
            if (acquisition != null) {
                acquisition.request(n);
            }
        }

        @Override
        public void cancel() {
            try {
                boolean unused = Operators.terminate(CURRENT, this);
            } catch (Throwable e) { // the permit must not suffer
                Dropped.error(e, currentContext());
            }
            release();
            discardValue();
        }

        boolean isCancelled() {
            return current == Operators.cancelledSubscription();
        }

        @Override
        public void onNext(Permit acquired) {
            permit = acquired;
            if (isCancelled()) {
                release();
            } else {
                subscribe();
            }
        }

        private void subscribe() {
            Holding<T> holding = new Holding<>(this);
            try {
                source.subscribe(holding);
            } catch (Throwable e) { // a source that is not one of Reactor's, or a hook
                holding.onError(e);
            }
        }

        boolean begun(Subscription s) {
            return Operators.replace(CURRENT, this, s);
        }

        @Override
        public void onError(Throwable error) {
            actual.onError(error);
        }

        @Override
        public void onComplete() {
            // After the permit: the source goes on from there.
        }

        void release() {
            Permit held = permit;
            if (held != null) {
                held.close();
            }
        }

        void given(T next) {
            value = next;
            if (isCancelled()) {
                discardValue();
            }
        }

        @SuppressWarnings("unchecked")
        @Nullable
        T takeValue() {
            return (T) VALUE.getAndSet(this, null);
        }

        void discardValue() {
            Operators.onDiscard(takeValue(), currentContext());
        }

        @Override
        @SuppressWarnings("rawtypes") // as Scannable declares it
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.PARENT) {
                return current;
            }
            if (key == Attr.ACTUAL) {
                return actual;
            }
            if (key == Attr.CANCELLED) {
                return isCancelled();
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.SYNC : null;
        }
    }

    /** The source runs, with the permit held. */
    private static final class Holding<T> implements CoreSubscriber<T>, Scope, Scannable {
        private final Acquiring<T> scope;
        private boolean done;

        Holding(Acquiring<T> scope) {
            this.scope = scope;
        }

        @Override
        public Context currentContext() {
            return scope.currentContext();
        }

        @Override
        public void onSubscribe(Subscription s) {
            if (scope.begun(s)) {
                s.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(T next) {
            if (done || scope.value != null) {
                Operators.onNextDropped(next, currentContext());
            } else {
                scope.given(next);
            }
        }

        @Override
        public void onError(Throwable error) {
            if (done) {
                Operators.onErrorDropped(error, currentContext());
                return;
            }
            done = true;
            scope.release();
            scope.discardValue();
            scope.actual.onError(error);
        }

        @Override
        public void onComplete() {
            if (done) {
                return;
            }
            done = true;
            scope.release();
            T result = scope.takeValue();
            if (scope.isCancelled()) {
                Operators.onDiscard(result, currentContext());
                return;
            }
            if (result != null) {
                scope.actual.onNext(result);
            }
            scope.actual.onComplete();
        }

        @Override
        @SuppressWarnings("rawtypes") // as Scannable declares it
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.PARENT) {
                return scope;
            }
            if (key == Attr.ACTUAL) {
                return scope.actual;
            }
            if (key == Attr.TERMINATED) {
                return done;
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.SYNC : null;
        }
    }
}
