package io.github.corio.bridge;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ThreadLocals;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Where a listener passes on what it hears, to become a Flux; see {@link From#listener}. Thread-safe.
 *
 * <p>What comes after the end goes to {@link Operators#onNextDropped} or {@link Operators#onErrorDropped}; a value that comes
 * after a cancel may also be discarded, as one in a buffer is.
 *
 * @param <T> the type of the events
 * @since 0.1.0
 */
public final class Events<T> {
    private final FluxSink<T> sink;
    private final AtomicBoolean over = new AtomicBoolean();

    private Events(FluxSink<T> sink) {
        this.sink = sink;
    }

    static <T, L> Flux<T> listen(
            FluxSink.OverflowStrategy overflow,
            Function<? super Events<T>, ? extends L> listener,
            Consumer<? super L> register,
            Consumer<? super L> unregister) {
        return Flux.create(
                sink -> {
                    L made = listener.apply(new Events<>(sink));
                    call(sink.contextView(), () -> register.accept(made));
                    FluxSink<T> unused = sink.onDispose(() -> {
                        try {
                            call(sink.contextView(), () -> unregister.accept(made));
                        } catch (RuntimeException e) {
                            Operators.onErrorDropped(e, Context.of(sink.contextView()));
                        }
                    });
                },
                overflow);
    }

    private static void call(ContextView context, Runnable foreign) {
        ThreadLocals.Scope scope = EventLoop.enterThreadLocals(context);
        try {
            foreign.run();
        } finally {
            if (scope != null) {
                scope.close();
            }
        }
    }

    /**
     * Passes on an event.
     *
     * @param event the event
     */
    public void next(T event) {
        if (over.get() || sink.isCancelled()) {
            Operators.onNextDropped(event, Context.of(sink.contextView()));
        } else {
            FluxSink<T> unused = sink.next(event);
        }
    }

    /** Ends the Flux: there will be no more events. */
    public void complete() {
        if (over.compareAndSet(false, true)) {
            sink.complete();
        }
    }

    /**
     * Ends the Flux with an error.
     *
     * @param error the error
     */
    public void error(Throwable error) {
        if (over.compareAndSet(false, true) && !sink.isCancelled()) {
            sink.error(error);
        } else {
            Operators.onErrorDropped(error, Context.of(sink.contextView()));
        }
    }
}
