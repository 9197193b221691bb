package io.github.corio.bridge;

import io.github.corio.Asyncio;
import io.github.corio.CancelledError;
import io.github.corio.CheckReturnValue;
import io.github.corio.loop.internal.LoopAccess;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * The way out: coroutines, and any other Mono, for code that knows only callbacks, futures or blocking. Thread-safe.
 *
 * <p>All of them start the Mono when you call them, except {@link #outputStream} and {@link #flowPublisher}, which
 * start it at each subscription. The Mono runs with the Context that is current here. In a coroutine that is the
 * coroutine's, so also its loop. With Reactor's automatic context propagation ({@link
 * Hooks#enableAutomaticContextPropagation}) the ThreadLocals of the calling thread are captured at the call, as {@code
 * block()} does.
 *
 * <p>These labels hold for each method that has none of its own.
 *
 * <ul>
 *   <li><b>Suspends:</b> never. {@link #blocking} blocks the calling thread.
 *   <li><b>Cancellation:</b> of the returned future or Disposable cancels the coroutine, and does not wait for its
 *       {@code finally}.
 *   <li><b>Signals on:</b> the thread on which the Mono signals, which is the loop of a coroutine.
 *   <li><b>Errors:</b> those of the Mono, as they are. The cancellation of a coroutine is a {@link
 *       CancellationException}, and an error of null a {@link NullPointerException}.
 *   <li><b>asyncio:</b> {@code asyncio.run_coroutine_threadsafe}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class To {
    private To() {}

    /**
     * Gives a future of the JDK for a Mono, which starts now.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Cancellation:</b> of the future cancels the coroutine, whose {@code finally} then runs. It does not wait
     *       for that. A cancelled coroutine cancels the future.
     *   <li><b>Signals on:</b> the thread on which the Mono signals, which is the loop of a coroutine.
     *   <li><b>Errors:</b> those of the Mono, as they are.
     *   <li><b>asyncio:</b> {@code asyncio.run_coroutine_threadsafe}.
     * </ul>
     *
     * @param mono what to run
     * @param <T> the type of the value
     * @return the future, completed with null if the Mono is empty
     */
    public static <T> CompletableFuture<T> completableFuture(Mono<T> mono) {
        return prepared(mono.onErrorMap(To::outside)).subscribeWith(new MonoFuture<>(Asyncio.currentContext()));
    }

    /**
     * Calls one of two functions with the outcome of a Mono, once, with the ThreadLocals of the Context. An error of
     * the function goes to {@link Operators#onErrorDropped}.
     *
     * @param mono what to run
     * @param onSuccess takes the value, null if it is empty
     * @param onFailure takes the error
     * @param <T> the type of the value
     * @return cancels the coroutine, and neither function is called then
     */
    public static <T> Disposable callbacks(
            Mono<T> mono, Consumer<? super @Nullable T> onSuccess, Consumer<? super Throwable> onFailure) {
        return prepared(Mono.deferContextual(context -> mono.onErrorMap(To::outside)
                        .singleOptional()
                        .doOnNext(value -> ForeignCall.makeAnyway(context, () -> onSuccess.accept(value.orElse(null))))
                        .doOnError(error -> ForeignCall.makeAnyway(context, () -> onFailure.accept(error)))))
                .subscribe(told -> {}, told -> {});
    }

    /**
     * Calls a function that takes {@code (value, error)}, as {@link #callbacks} does with two.
     *
     * @param mono what to run
     * @param callback takes the value, null if there is none, and the error, null if there is none
     * @param <T> the type of the value
     * @return cancels the coroutine, and the function is not called then
     */
    public static <T> Disposable biConsumer(
            Mono<T> mono, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> callback) {
        return callbacks(mono, value -> callback.accept(value, null), error -> callback.accept(null, error));
    }

    /**
     * Calls a function that takes {@code (error, value)}, as {@link #callbacks} does with two.
     *
     * @param mono what to run
     * @param callback takes the error, null if there is none, and the value, null if there is none
     * @param <T> the type of the value
     * @return cancels the coroutine, and the function is not called then
     */
    public static <T> Disposable nodeCallback(
            Mono<T> mono, BiConsumer<? super @Nullable Throwable, ? super @Nullable T> callback) {
        return callbacks(mono, value -> callback.accept(null, value), error -> callback.accept(error, null));
    }

    /**
     * Gives the value to a plain thread, and blocks it until then.
     *
     * <ul>
     *   <li><b>Suspends:</b> never. It blocks the calling thread.
     *   <li><b>Cancellation:</b> when the time is over, or the thread is interrupted, the coroutine is cancelled,
     *       without a wait for its end.
     *   <li><b>Errors:</b> those of the Mono, as they are.
     *   <li><b>asyncio:</b> {@code asyncio.run_coroutine_threadsafe(...).result(timeout)}, which does not cancel.
     * </ul>
     *
     * @param mono what to run
     * @param timeout how long to wait at most, to the nanosecond
     * @param <T> the type of the value
     * @return the value, null if the Mono is empty
     * @throws TimeoutException if the time is over
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException on a thread that runs a loop or must not block: subscribe there, or await
     */
    public static <T> @Nullable T blocking(Mono<T> mono, Duration timeout)
            throws TimeoutException, InterruptedException {
        LoopAccess.requireBlockingAllowed("block for a Mono");
        long nanos = TimeUnit.NANOSECONDS.convert(timeout); // as long as can be, if it is longer
        CompletableFuture<T> outcome = completableFuture(mono);
        try {
            return inTime(outcome, nanos);
        } catch (ExecutionException e) {
            throw To.<RuntimeException>asItIs(Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    /** What comes at the very moment at which the wait is over is the outcome: nobody else would have it. */
    private static <T> @Nullable T inTime(CompletableFuture<T> future, long nanos)
            throws TimeoutException, InterruptedException, ExecutionException {
        try {
            return future.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (future.cancel(true)) {
                throw e;
            }
        } catch (InterruptedException e) {
            if (future.cancel(true)) {
                throw e;
            }
            Thread.currentThread().interrupt();
        }
        return future.get(); // it is done
    }

    /**
     * Passes many values to an API that says when it is ready for the next, as gRPC's {@code CallStreamObserver} and a
     * servlet's {@code ServletOutputStream}. Each value is requested when the outlet is ready, so none is kept and none
     * is lost. Values, and the end, come one at a time, on the thread on which the publisher signals, with the
     * ThreadLocals of the Context.
     *
     * <p>An exception of the outlet cancels the publisher, and goes to {@link Outlet#error}. An exception of that goes
     * to {@link Operators#onErrorDropped}.
     *
     * @param values what to run
     * @param outlet takes the values
     * @param <T> the type of the values
     * @return cancels the publisher, and the outlet is not called then
     */
    public static <T> Disposable outlet(Publisher<T> values, Outlet<? super T> outlet) {
        OutletSubscriber<T> subscriber = new OutletSubscriber<>(outlet, Asyncio.currentContext());
        prepared(Flux.from(values)).onErrorMap(To::outside).subscribe(subscriber);
        return subscriber;
    }

    /**
     * Passes many values to a subscriber of the JDK.
     *
     * @param values what to run
     * @param subscriber gets the values, by its demand
     * @param <T> the type of the values
     */
    public static <T> void flowSubscriber(Publisher<T> values, Flow.Subscriber<? super T> subscriber) {
        flowPublisher(prepared(Flux.from(values)).onErrorMap(To::outside)).subscribe(subscriber);
    }

    /**
     * Writes many arrays to a stream that blocks, each on a thread, as {@link Asyncio#toThread} does. The next array is
     * requested when the write before it is done. The stream is flushed at the end and is not closed. Nothing is
     * started before it is subscribed to.
     *
     * <ul>
     *   <li><b>Suspends:</b> an await does, until all is written.
     *   <li><b>Cancellation:</b> interrupts the write that is under way, and cancels the publisher.
     *   <li><b>Order:</b> that of the arrays.
     *   <li><b>Errors:</b> those of the publisher and of the stream. An error of the stream cancels the publisher.
     *   <li><b>asyncio:</b> {@code asyncio.to_thread(stream.write, data)} in a loop.
     * </ul>
     *
     * @param values what to write
     * @param stream the stream to write to
     * @return a cold Mono that completes when all is written
     */
    @CheckReturnValue
    public static Mono<Void> outputStream(Publisher<byte[]> values, OutputStream stream) {
        return Flux.from(values)
                .concatMap(bytes -> onThread(() -> stream.write(bytes)), 0)
                .then(onThread(stream::flush));
    }

    private static Mono<Void> onThread(ForeignCall.Action call) {
        return Asyncio.toThread(() -> {
            call.run();
            return null;
        });
    }

    /**
     * Takes many values, and says when it is ready for the next.
     *
     * @param <T> the type of the values
     */
    public interface Outlet<T> {
        /**
         * Says whether it takes a value now.
         *
         * @return whether it does. If not, it calls the handler when it is ready again
         */
        boolean isReady();

        /**
         * Takes the handler, before the first value. The handler may be called from any thread, and more often than needed.
         *
         * @param handler to be called when it is ready again
         * @throws Exception anything: cancels the publisher
         */
        void onReady(Runnable handler) throws Exception;

        /**
         * Takes a value.
         *
         * @param value the value
         * @throws Exception anything: cancels the publisher
         */
        void next(T value) throws Exception;

        /**
         * Takes the end.
         *
         * @throws Exception anything: goes to {@link Operators#onErrorDropped}
         */
        void complete() throws Exception;

        /**
         * Takes the error that ends it.
         *
         * @param error the error
         * @throws Exception anything: goes to {@link Operators#onErrorDropped}
         */
        void error(Throwable error) throws Exception;
    }

    /**
     * Gives a Mono or Flux as a publisher of the JDK. The two interfaces are the same, so each signal and request
     * passes as it is. Nothing is started before it is subscribed to.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Cancellation:</b> cancels the coroutine or the publisher.
     *   <li><b>Signals on:</b> the thread on which the Mono or Flux signals.
     *   <li><b>Errors:</b> as they are, also a {@link CancelledError}.
     *   <li><b>asyncio:</b> none.
     * </ul>
     *
     * @param publisher a coroutine, or any other Mono or Flux
     * @param <T> the type of the values
     * @return the publisher
     */
    @CheckReturnValue
    public static <T> Flow.Publisher<T> flowPublisher(Publisher<T> publisher) {
        return JdkFlowAdapter.publisherToFlowPublisher(publisher);
    }

    /** With what is current here: the Context first, ThreadLocals where it has nothing, as {@code block()} takes them. */
    private static <T> Mono<T> prepared(Mono<T> mono) {
        Mono<T> inContext = mono.contextWrite(Asyncio.currentContext());
        return Hooks.isAutomaticContextPropagationEnabled() ? inContext.contextCapture() : inContext;
    }

    private static <T> Flux<T> prepared(Flux<T> flux) {
        Flux<T> inContext = flux.contextWrite(Asyncio.currentContext());
        return Hooks.isAutomaticContextPropagationEnabled() ? inContext.contextCapture() : inContext;
    }

    /** What those outside of coroutines get for an error. */
    private static Throwable outside(@Nullable Throwable error) {
        if (error == null) {
            return new NullPointerException("A Mono failed without an error: it gave null for it");
        }
        if (!(error instanceof CancelledError)) {
            return error;
        }
        CancellationException cancellation = new CancellationException(error.getMessage());
        Throwable unused = cancellation.initCause(error);
        return cancellation;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException asItIs(Throwable error) throws E {
        throw (E) error;
    }
}
