package io.github.corio.bridge;

import io.github.corio.loop.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One run of a Mono, shared by all who have joined it, and cancelled when the last of them has left. It belongs to none of
 * them: it runs in the Context of the first, but not on that one's loop, which may end before it.
 *
 * <p>Thread-safe: who may still join is decided under the lock, and nothing foreign is called there. Who waits is known by
 * name, so one that leaves twice has left once.
 *
 * <pre>{@code
 *   NEW --first join--> RUNNING --outcome--> OVER
 *                          \---last leave--> OVER, the run is cancelled
 * }</pre>
 */
final class RefCountedRun<V> {
    private final Mono<V> source;
    private final Consumer<? super RefCountedRun<V>> abandoned;
    private final Settled<V> settled;
    // guarded by this
    private final Set<Waiter<V>> waiting = new HashSet<>();
    private @Nullable Run run;
    private boolean over;

    /** Told of the outcome, before those who wait are. */
    interface Settled<V> {
        /** True if the value is kept for those who come. */
        boolean by(RefCountedRun<V> run, @Nullable V value, @Nullable Throwable error);
    }

    RefCountedRun(Mono<V> source, Settled<V> settled, Consumer<? super RefCountedRun<V>> abandoned) {
        this.source = source;
        this.settled = settled;
        this.abandoned = abandoned;
    }

    /**
     * A Mono of what several share. One that is late or cancelled takes nothing away from the others: no value is released.
     *
     * @param join joins a run, and gives what leaves it
     */
    static <V> Mono<V> mono(Join<V> join) {
        return Mono.deferContextual(context -> {
            Waiter<V> waiter = new Waiter<>();
            return CallbackMono.<V, Outcome<V>, Runnable>of(
                    outcome -> outcome,
                    outcome -> join.by(waiter.told(outcome), context),
                    (CallbackMono.Leaving<Runnable>) Runnable::run,
                    shared -> waiter.hasLeft.run());
        });
    }

    /** One who waits. */
    static final class Waiter<V> {
        private @Nullable Outcome<V> outcome;
        /** Called if it leaves after the outcome and before it has taken the value. Set before it is told of that. */
        private Runnable hasLeft = () -> {};

        private Waiter<V> told(Outcome<V> by) {
            outcome = by;
            return this;
        }

        void tell(@Nullable V value, @Nullable Throwable error) {
            Objects.requireNonNull(outcome).either(value, error);
        }
    }

    /** Joins a run. */
    interface Join<V> {
        Runnable by(Waiter<V> waiter, ContextView context);
    }

    /** Adds one who waits, and gives what he leaves by; null if it is too late to join. */
    @Nullable
    Runnable join(Waiter<V> waiter, ContextView context) {
        Run first = null;
        synchronized (this) {
            if (over) {
                return null;
            }
            waiting.add(waiter);
            if (run == null) {
                first = new Run(Context.of(context).delete(EventLoop.CONTEXT_KEY));
                run = first;
            }
        }
        if (first != null) {
            try {
                source.subscribe((Subscriber<V>) first); // what it throws is an error then
            } catch (Throwable e) { // of the JVM, which Reactor throws on: whoever joins later would wait for ever
                first.onError(e);
            }
        }
        return () -> leave(waiter);
    }

    private void leave(Waiter<V> waiter) {
        Run left;
        synchronized (this) {
            if (!waiting.remove(waiter) || over || !waiting.isEmpty()) {
                return;
            }
            over = true;
            left = run;
        }
        abandoned.accept(this);
        if (left != null) {
            left.cancel();
        }
    }

    private void settle(@Nullable V value, @Nullable Throwable error, Context context) {
        boolean kept = settled.by(this, value, error); // first: who finds it over must not find it in its place as well
        List<Waiter<V>> all;
        synchronized (this) {
            if (over) {
                all = List.of();
            } else {
                over = true;
                all = new ArrayList<>(waiting);
                waiting.clear();
            }
        }
        if (all.isEmpty() && error != null) {
            ForeignCall.drop(error, context);
        } else if (value != null && !kept) {
            discardOnceLeft(all, value, context);
        }
        for (Waiter<V> one : all) {
            one.tell(value, error);
        }
    }

    /** When the last of them has left without it. */
    private void discardOnceLeft(List<Waiter<V>> all, V value, Context context) {
        AtomicInteger left = new AtomicInteger(all.size());
        Runnable oneLess = () -> {
            if (left.decrementAndGet() <= 0) {
                ForeignCall.guard(context, () -> Operators.onDiscard(value, context));
            }
        };
        if (all.isEmpty()) {
            oneLess.run();
        }
        all.forEach(one -> one.hasLeft = oneLess);
    }

    /** The subscriber of the source. */
    private final class Run implements CoreSubscriber<V> {
        private final Context context;
        // guarded by this
        private @Nullable Subscription upstream;
        private boolean cancelled;
        private @Nullable V value;
        // serial, as signals are
        private boolean done;

        Run(Context context) {
            this.context = context;
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        public void onSubscribe(Subscription s) {
            boolean late;
            synchronized (this) {
                late = cancelled;
                upstream = s;
            }
            if (late) {
                ForeignCall.guard(context, s::cancel);
            } else {
                s.request(Long.MAX_VALUE);
            }
        }

        void cancel() {
            Subscription s;
            synchronized (this) {
                cancelled = true;
                s = upstream;
            }
            if (s != null) {
                ForeignCall.guard(context, s::cancel);
            }
            discard(taken()); // it has come, and the source need not complete any more
        }

        @Override
        public void onNext(V next) {
            if (done) {
                Operators.onNextDropped(next, context);
            } else {
                discard(replaced(next));
            }
        }

        /** The value that nobody will have: the new one after a cancel, else the one before. */
        private synchronized @Nullable V replaced(V next) {
            V before = cancelled ? next : value;
            value = cancelled ? null : next;
            return before;
        }

        private synchronized @Nullable V taken() {
            V held = value;
            value = null;
            return held;
        }

        private void discard(@Nullable V lost) {
            ForeignCall.guard(context, () -> Operators.onDiscard(lost, context));
        }

        @Override
        public void onError(Throwable error) {
            end(
                    error == null
                            ? new NullPointerException("A load failed without an error: it gave null for it")
                            : error);
        }

        @Override
        public void onComplete() {
            end(null);
        }

        private void end(@Nullable Throwable error) {
            if (!done) {
                done = true;
                V held = taken();
                if (error != null) { // which is what all get
                    discard(held);
                    held = null;
                }
                settle(held, error, context);
            } else if (error != null) {
                ForeignCall.drop(error, context);
            }
        }
    }
}
