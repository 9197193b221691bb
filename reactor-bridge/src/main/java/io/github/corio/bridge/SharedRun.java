package io.github.corio.bridge;

import io.github.corio.loop.EventLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One run of a Mono, shared by all who have joined it, and cancelled when the last of them has left. It belongs to none of
 * them: it runs in the Context of the first, but not on that one's loop, which may end before it.
 *
 * <p>Thread-safe: who may still join is decided under the lock, and nothing foreign is called there.
 *
 * <pre>{@code
 *   NEW --first join--> RUNNING --outcome--> OVER
 *                          \---last leave--> OVER, the run is cancelled
 * }</pre>
 */
final class SharedRun<V> {
    private final Mono<V> source;
    private final Consumer<? super SharedRun<V>> abandoned;
    private final Settled<V> settled;
    private final Sinks.One<V> result = Sinks.one();
    private final Disposable.Swap run = Disposables.swap();
    private int waiting;
    private boolean started;
    private boolean over;

    /** Told of the outcome, before those who wait are. */
    interface Settled<V> {
        void by(SharedRun<V> run, Signal<V> outcome);
    }

    SharedRun(Mono<V> source, Settled<V> settled, Consumer<? super SharedRun<V>> abandoned) {
        this.source = source;
        this.settled = settled;
        this.abandoned = abandoned;
    }

    /** The shared result, for one who waits from now on; null if it is too late to join. */
    @Nullable
    Mono<V> join(ContextView context) {
        boolean first;
        synchronized (this) {
            if (over) {
                return null;
            }
            waiting++;
            first = !started;
            started = true;
        }
        if (first) {
            start(context);
        }
        return result.asMono().doOnCancel(this::leave);
    }

    private void start(ContextView context) {
        boolean unused = run.update(source.materialize()
                .subscribe(this::settle, error -> {}, null, Context.of(context).delete(EventLoop.CONTEXT_KEY)));
    }

    private void settle(Signal<V> outcome) {
        settled.by(this, outcome); // first: who finds it over must not find it in its place as well
        synchronized (this) {
            over = true;
        }
        Throwable error = outcome.getThrowable();
        V value = outcome.get();
        if (error != null) {
            result.tryEmitError(error).orThrow();
        } else if (value != null) {
            result.tryEmitValue(value).orThrow();
        } else {
            result.tryEmitEmpty().orThrow();
        }
    }

    private void leave() {
        synchronized (this) {
            waiting--;
            if (over || waiting > 0) {
                return;
            }
            over = true;
        }
        abandoned.accept(this);
        run.dispose();
    }
}
