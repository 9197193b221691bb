package io.github.corio.bridge;

import io.github.corio.bridge.From.Call;
import io.github.corio.bridge.From.CancelHook;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Takes the events that a listener passes on, and makes a Flux of them, for {@link From#listener} and {@link
 * From#pull}. Thread-safe. Its methods do not throw.
 *
 * <p>An event that comes after a cancel goes to {@link Operators#onDiscard}, as an event in a buffer does. An event
 * that comes after the end goes to {@link Operators#onNextDropped} as well. An error that comes after either goes to
 * {@link Operators#onErrorDropped}. The exception is the first error after a cancel, which is the source's answer to
 * it.
 *
 * <ul>
 *   <li><b>Suspends:</b> never.
 *   <li><b>Cancellation:</b> of the Flux unregisters the listener. {@link #isOver()} says so from then on.
 *   <li><b>Signals on:</b> the thread that calls, or, for an event that was kept, the thread that requests it.
 *   <li><b>asyncio:</b> none. There, a callback fills a queue.
 * </ul>
 *
 * @param <T> the type of the events
 * @since 0.1.0
 */
public final class Events<T> {
    private final FluxSink<T> sink;
    private final Context context;
    /** Ended by the source, or by a failure of ours. */
    private final AtomicBoolean over = new AtomicBoolean();
    /** Set when the source has ended by itself: there is nothing to tell it. */
    private volatile boolean endedBySource;
    /** Set when the source is about to be told to stop. */
    private volatile boolean asked;

    private final AtomicReference<@Nullable Throwable> answer = new AtomicReference<>();
    private final AtomicReference<@Nullable Demand> demand = new AtomicReference<>();
    /** Takes the registration away, once. One that is made later is taken away right then. */
    private final Disposable.Swap registration = Disposables.swap();

    private Events(FluxSink<T> sink) {
        this.sink = sink;
        this.context = Context.of(sink.contextView());
    }

    static <T, H> Flux<T> listen(
            FluxSink.OverflowStrategy overflow,
            Call<? super Events<T>, ? extends H> register,
            CancelHook<? super H> unregister) {
        return Flux.create(sink -> new Events<>(sink).listen(register, unregister), overflow);
    }

    static <T, H> Flux<T> listenWhen(
            FluxSink.OverflowStrategy overflow,
            Function<? super Events<T>, ? extends Mono<H>> register,
            CancelHook<? super H> unregister) {
        return Flux.create(sink -> new Events<>(sink).listenWhen(register, unregister), overflow);
    }

    private <H> void listen(Call<? super Events<T>, ? extends H> register, CancelHook<? super H> unregister) {
        if (sink.isCancelled()) {
            return; // before it had begun
        }
        FluxSink<T> unused = sink.onDispose(registration);
        H handle;
        try {
            handle = ForeignCall.make(context, () -> register.start(this));
        } catch (Throwable e) {
            error(e);
            return;
        }
        registered(handle, unregister);
    }

    private <H> void listenWhen(
            Function<? super Events<T>, ? extends Mono<H>> register, CancelHook<? super H> unregister) {
        if (sink.isCancelled()) {
            return;
        }
        FluxSink<T> unused = sink.onDispose(registration);
        try { // not cancelled with the Flux: what it gives has to be closed
            Disposable unusedRun = ForeignCall.make(
                    context,
                    () -> Objects.requireNonNull(register.apply(this), "registration")
                            .subscribe(handle -> registered(handle, unregister), this::error, null, context));
        } catch (Throwable e) {
            error(e);
        }
    }

    private <H> void registered(H handle, CancelHook<? super H> unregister) {
        boolean unused = registration.update(() -> {
            asked = !endedBySource;
            ForeignCall.makeAnyway(context, () -> unregister.cancel(handle));
        });
    }

    /**
     * Passes on an event.
     *
     * @param event the event. Null ends the Flux with an error, since a Flux cannot hold it
     */
    public void next(@Nullable T event) {
        if (event == null) {
            fail(new NullPointerException("A listener has passed on null, which a Flux cannot hold"));
            return;
        }
        try {
            Demand limit = demand.get();
            if (over.get()) {
                Operators.onNextDropped(event, context);
            } else if (!sink.isCancelled()) {
                if (limit == null) {
                    FluxSink<T> unused = sink.next(event);
                    return;
                }
                if (limit.take()) {
                    FluxSink<T> unused = sink.next(event);
                    limit.ask();
                    return;
                }
                fail(Exceptions.failWithOverflow("The source has given more than it was asked for"));
            }
            Operators.onDiscard(event, context);
        } catch (Throwable e) { // of the subscriber, or of a hook: no business of the source's thread
            ForeignCall.drop(e, context);
        }
    }

    /** Ends the Flux: there will be no more events. */
    public void complete() {
        if (over.compareAndSet(false, true)) {
            endedBySource = true;
            ForeignCall.guard(context, sink::complete);
        }
    }

    /**
     * Ends the Flux with an error.
     *
     * @param error the error. Null is an error too, a {@link NullPointerException}
     */
    public void error(@Nullable Throwable error) {
        Throwable failure = error == null
                ? new NullPointerException("A listener has failed without an error: it gave null for it")
                : error;
        if (asked && (answer.compareAndSet(null, failure) || answer.get() == failure)) {
            return;
        }
        if (!end(failure, true)) {
            ForeignCall.drop(failure, context);
        }
    }

    /**
     * Says how the source is asked for more, for a source that sends only what it was asked for. The source gets what the subscriber
     * requests, in portions, with at most {@link Queues#SMALL_BUFFER_SIZE} on the way.
     *
     * @param source asks the source
     */
    public void onRequest(Request source) {
        onRequest(Queues.SMALL_BUFFER_SIZE, source);
    }

    /**
     * Says how the source is asked for more, with a limit of one's own. Call it once, in the registration or later. The
     * call itself asks for what the subscriber has requested until then. A single thread at a time calls the source:
     * the subscriber's, or the thread that brings events. An exception of the source is the error of the Flux, and the
     * source is unregistered. The first event that the source was not asked for ends the Flux in the same way. The
     * events before it are kept.
     *
     * @param atMost how many may be on the way
     * @param source asks the source
     */
    public void onRequest(int atMost, Request source) {
        Demand made = new Demand(atMost, n -> ask(source, n), () -> over.get() || sink.isCancelled(), this::fail);
        if (atMost < 1) {
            fail(new IllegalArgumentException("At least one event has to be on the way, not " + atMost));
        } else if (demand.compareAndSet(null, made)) {
            ForeignCall.guard(context, () -> sink.onRequest(made::add));
        } else {
            fail(new IllegalStateException("The source of these events was named before"));
        }
    }

    /**
     * Says whether events are of no use any more.
     *
     * @return whether the subscriber has cancelled, or the Flux has ended
     */
    public boolean isOver() {
        return over.get() || sink.isCancelled();
    }

    private void ask(Request source, int n) throws Exception {
        Boolean unused = ForeignCall.make(context, () -> {
            source.request(n);
            return true;
        });
    }

    /** A failure on this side: the source is told to stop, also while events before it wait for demand. */
    private void fail(Throwable failure) {
        if (!end(failure, false)) {
            ForeignCall.drop(failure, context);
        }
        registration.dispose();
    }

    private boolean end(Throwable failure, boolean bySource) {
        if (sink.isCancelled() || !over.compareAndSet(false, true)) {
            return false;
        }
        endedBySource = bySource;
        ForeignCall.guard(context, () -> sink.error(failure));
        return true;
    }

    /** Asks a source for more. */
    @FunctionalInterface
    public interface Request {
        /**
         * Asks the source.
         *
         * @param n how many more it may send, at least 1
         * @throws Exception anything: the error of the Flux
         */
        void request(int n) throws Exception;
    }
}
