package io.github.corio.bridge;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Where a listener passes on what it hears, to become a Flux; see {@link From#listener}. Thread-safe. Its methods do not throw.
 *
 * <p>An event that comes after a cancel goes to {@link Operators#onDiscard}, as one in a buffer does; one that comes after the end
 * to {@link Operators#onNextDropped} as well. An error that comes after either goes to {@link Operators#onErrorDropped}, except
 * the first one after a cancel, which is the source's answer to being told to stop.
 *
 * @param <T> the type of the events
 * @since 0.1.0
 */
public final class Events<T> {
    private final FluxSink<T> sink;
    private final Context context;
    private final AtomicBoolean over = new AtomicBoolean();
    /** Set when {@code unregister} is about to be called because of a cancel. */
    private volatile boolean asked;

    private final AtomicReference<@Nullable Throwable> answer = new AtomicReference<>();

    private Events(FluxSink<T> sink) {
        this.sink = sink;
        this.context = Context.of(sink.contextView());
    }

    static <T, L> Flux<T> listen(
            FluxSink.OverflowStrategy overflow,
            Function<? super Events<T>, ? extends L> listener,
            Consumer<? super L> register,
            Consumer<? super L> unregister) {
        return Flux.create(sink -> new Events<>(sink).listen(listener, register, unregister), overflow);
    }

    private <L> void listen(
            Function<? super Events<T>, ? extends L> listener,
            Consumer<? super L> register,
            Consumer<? super L> unregister) {
        if (sink.isCancelled()) {
            return; // before it had begun
        }
        L made;
        try {
            made = ForeignCall.make(context, () -> {
                L heard = Objects.requireNonNull(listener.apply(this), "listener");
                register.accept(heard);
                return heard;
            });
        } catch (Throwable e) {
            error(e);
            return;
        }
        FluxSink<T> unused = sink.onDispose(() -> {
            asked = !over.get();
            ForeignCall.makeAnyway(context, () -> unregister.accept(made));
        });
    }

    /**
     * Passes on an event.
     *
     * @param event the event; null ends the Flux with an error, since a Flux cannot hold it
     */
    public void next(@Nullable T event) {
        if (event == null) {
            error(new NullPointerException("A listener has passed on null, which a Flux cannot hold"));
            return;
        }
        try {
            if (over.get()) {
                Operators.onNextDropped(event, context);
            } else if (!sink.isCancelled()) {
                FluxSink<T> unused = sink.next(event);
                return;
            }
            Operators.onDiscard(event, context);
        } catch (Throwable e) { // of the subscriber, or of a hook: no business of the source's thread
            ForeignCall.drop(e, context);
        }
    }

    /** Ends the Flux: there will be no more events. */
    public void complete() {
        if (over.compareAndSet(false, true)) {
            ForeignCall.guard(context, sink::complete);
        }
    }

    /**
     * Ends the Flux with an error.
     *
     * @param error the error; null is an error too, a {@link NullPointerException}
     */
    public void error(@Nullable Throwable error) {
        Throwable failure = error == null
                ? new NullPointerException("A listener has failed without an error: it gave null for it")
                : error;
        if (asked && (answer.compareAndSet(null, failure) || answer.get() == failure)) {
            return;
        }
        if (!sink.isCancelled() && over.compareAndSet(false, true)) {
            ForeignCall.guard(context, () -> sink.error(failure));
        } else {
            ForeignCall.drop(failure, context);
        }
    }
}
