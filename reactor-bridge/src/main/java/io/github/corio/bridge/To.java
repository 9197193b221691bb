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
 * The way out: coroutines, and any other Mono, for code that knows only callbacks, futures or blocking.
 *
 * <p>All of them start the Mono when they are called, with the Context that is current here (inside of a coroutine its own, so
 * also its loop). They capture the ThreadLocals of the calling thread where {@code block()} does, which is with Reactor's automatic
 * context propagation ({@link Hooks#enableAutomaticContextPropagation}) and at the call. Outside, the cancellation of a coroutine is a
 * {@link CancellationException}, and an error of null a {@link NullPointerException}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class To {
    private To() {}

    /**
     * A future of the JDK. A cancel of it cancels the coroutine, whose {@code finally} then runs; it does not wait for that. It is
     * completed on the loop.
     *
     * <p>asyncio: {@code asyncio.run_coroutine_threadsafe}.
     *
     * @param mono what to run
     * @param <T> the type of the value
     * @return the future, completed with null if the Mono is empty; a cancellation of the coroutine is its cancellation
     */
    public static <T> CompletableFuture<T> completableFuture(Mono<T> mono) {
        return prepared(mono.onErrorMap(To::outside)).toFuture();
    }

    /**
     * Two functions: exactly one of them is called, once, where the Mono signals, with the ThreadLocals of the Context. What
     * they throw goes to {@link Operators#onErrorDropped}.
     *
     * @param mono what to run
     * @param onSuccess takes the value, null if it is empty
     * @param onFailure takes the error
     * @param <T> the type of the value
     * @return cancels the coroutine; neither function is called then
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
     * One function that takes {@code (value, error)}, as {@link #callbacks} does.
     *
     * @param mono what to run
     * @param callback takes the value, null if there is none, and the error, null if there is none
     * @param <T> the type of the value
     * @return cancels the coroutine; the function is not called then
     */
    public static <T> Disposable biConsumer(
            Mono<T> mono, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> callback) {
        return callbacks(mono, value -> callback.accept(value, null), error -> callback.accept(null, error));
    }

    /**
     * One function that takes {@code (error, value)}, as {@link #callbacks} does.
     *
     * @param mono what to run
     * @param callback takes the error, null if there is none, and the value, null if there is none
     * @param <T> the type of the value
     * @return cancels the coroutine; the function is not called then
     */
    public static <T> Disposable nodeCallback(
            Mono<T> mono, BiConsumer<? super @Nullable Throwable, ? super @Nullable T> callback) {
        return callbacks(mono, value -> callback.accept(null, value), error -> callback.accept(error, null));
    }

    /**
     * The value, for a plain thread, which is blocked until then. When the time is over, or if the thread is interrupted, the
     * coroutine is cancelled, and its end not waited for.
     *
     * <p>asyncio: {@code asyncio.run_coroutine_threadsafe(...).result(timeout)}, which does not cancel.
     *
     * @param mono what to run
     * @param timeout how long to wait at most, to the nanosecond
     * @param <T> the type of the value
     * @return the value, null if the Mono is empty; its errors come out as they are
     * @throws TimeoutException if the time is over
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException on a thread that runs a loop or must not block: subscribe there, or await
     */
    public static <T> @Nullable T blocking(Mono<T> mono, Duration timeout)
            throws TimeoutException, InterruptedException {
        LoopAccess.requireBlockingAllowed("block for a Mono");
        long nanos = TimeUnit.NANOSECONDS.convert(timeout); // as long as can be, if it is longer
        CompletableFuture<T> future = completableFuture(mono);
        try {
            return future.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw To.<RuntimeException>asItIs(Objects.requireNonNullElse(e.getCause(), e));
        } finally {
            boolean unused = future.cancel(true);
        }
    }

    /**
     * Many values, for an API that says when it is ready for the next one, as gRPC's {@code CallStreamObserver} and a servlet's
     * {@code ServletOutputStream} do. Each value is requested when the outlet is ready, so none is kept and none is lost. Values, and
     * the end, come one at a time, where the publisher signals, with the ThreadLocals of the Context.
     *
     * <p>What the outlet throws cancels the publisher, and goes to {@link Outlet#error}. What that throws goes to
     * {@link Operators#onErrorDropped}.
     *
     * @param values what to run
     * @param outlet takes the values
     * @param <T> the type of the values
     * @return cancels the publisher; the outlet is not called then
     */
    public static <T> Disposable outlet(Publisher<T> values, Outlet<? super T> outlet) {
        OutletSubscriber<T> subscriber = new OutletSubscriber<>(outlet, Asyncio.currentContext());
        prepared(Flux.from(values)).onErrorMap(To::outside).subscribe(subscriber);
        return subscriber;
    }

    /**
     * Many values, for a subscriber of the JDK.
     *
     * @param values what to run
     * @param subscriber gets the values, by its demand
     * @param <T> the type of the values
     */
    public static <T> void flowSubscriber(Publisher<T> values, Flow.Subscriber<? super T> subscriber) {
        flowPublisher(prepared(Flux.from(values)).onErrorMap(To::outside)).subscribe(subscriber);
    }

    /**
     * Many arrays, written to a stream that blocks, each on a thread as {@link Asyncio#toThread} has them. The next one is requested when
     * the one before is written. The stream is flushed at the end and is not closed. Nothing is started before it is subscribed to.
     *
     * @param values what to write
     * @param stream where to; what it throws cancels the publisher and is the error of the Mono
     * @return ends when all is written; a cancel interrupts the write that is under way
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
     * What takes many values, and says when.
     *
     * @param <T> the type of the values
     */
    public interface Outlet<T> {
        /**
         * Says whether it takes a value now.
         *
         * @return whether it does; if it does not, it calls the handler when it does again
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
     * A publisher of the JDK, as it is: the two interfaces are the same. Nothing is started before it is subscribed to.
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
