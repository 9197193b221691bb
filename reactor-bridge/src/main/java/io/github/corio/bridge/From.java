package io.github.corio.bridge;

import io.github.corio.CheckReturnValue;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/**
 * The way in: asynchronous APIs of every callback shape as Monos and Fluxes, to be awaited, subscribed to or combined.
 *
 * <p>All of them are cold: the call is made at each subscription or await, never before. All accept one outcome, from any
 * thread, also from inside the call itself. They signal on the thread that brings the outcome; an {@code await} goes on on its
 * loop as ever. What the call itself throws is the error of the Mono. The call, the cancel hook and the release function see the
 * ThreadLocals of the subscriber's Context, if there is a provider of them. Nothing that a subscriber, a hook or a release
 * function throws reaches the thread of the client: it goes to {@link reactor.core.publisher.Operators#onErrorDropped}.
 *
 * <p>The cancel hook is called at most once: when the subscription, or the awaiting task, is cancelled before there is an
 * outcome, with what the call has returned. If that comes while the call is being made, the hook is called right after it, unless
 * the call has thrown. Without a hook, a cancel leaves the operation alone.
 *
 * <p>A value that comes after a cancel is one that nobody will have. It goes to the release function, if one was given, else to
 * {@link reactor.core.publisher.Operators#onDiscard}, which is what {@code doOnDiscard} sets. So do a second value and one that comes
 * with an error or after it, unless it is the very object that the subscriber has got. A value that the Mono has handed on is the
 * subscriber's: if it meets the cancel of the task that awaits it, it goes to the {@code doOnDiscard} of the coroutine around the
 * {@code await}.
 *
 * <p>The first failure that comes after the cancel hook was called is the client's answer to it, and is quiet. Any other failure
 * that comes after a cancel or an outcome goes to {@code onErrorDropped}: one without a hook, a second one, one before the hook
 * was called. A second value goes to {@link reactor.core.publisher.Operators#onNextDropped} as well.
 *
 * <p>A failure without an error is a failure: a {@link NullPointerException} that says so. Where one callback takes a value and an
 * error, null for both is a value of null.
 *
 * <p>A null value makes the Mono empty. Thread-safe.
 *
 * <p>asyncio: {@code loop.create_future()} and {@code call_soon_threadsafe(future.set_result, ...)}, by hand.
 *
 * @since 0.1.0
 */
public final class From {
    private From() {}

    // ---- one outcome ----

    /**
     * Node style: one callback that gets {@code (error, value)}; the operation succeeded if the error is null.
     *
     * @param start makes the call, giving it the callback
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> nodeCallback(Action<BiConsumer<@Nullable Throwable, @Nullable T>> start) {
        return CallbackMono.of(CallbackMono::node, start);
    }

    /**
     * Node style, as {@link #nodeCallback(Action)}, with a cancel hook.
     *
     * @param start makes the call, giving it the callback; returns what the hook needs
     * @param cancel the hook
     * @param <T> the type of the value
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, H> Mono<T> nodeCallback(
            Call<BiConsumer<@Nullable Throwable, @Nullable T>, H> start, CancelHook<? super H> cancel) {
        return CallbackMono.of(CallbackMono::node, start, cancel, null);
    }

    /**
     * Node style, as {@link #nodeCallback(Action)}, with a cancel hook and a release function.
     *
     * @param start makes the call, giving it the callback; returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that nobody will have, in place of {@code onDiscard}
     * @param <T> the type of the value
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, H> Mono<T> nodeCallback(
            Call<BiConsumer<@Nullable Throwable, @Nullable T>, H> start,
            CancelHook<? super H> cancel,
            Release<? super T> release) {
        return CallbackMono.of(CallbackMono::node, start, cancel, release);
    }

    /**
     * JDK style: one callback that gets {@code (value, error)}; the operation succeeded if the error is null.
     *
     * @param start makes the call, giving it the callback
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> biConsumer(Action<BiConsumer<@Nullable T, @Nullable Throwable>> start) {
        return CallbackMono.of(CallbackMono::biConsumer, start);
    }

    /**
     * JDK style, as {@link #biConsumer(Action)}, with a cancel hook.
     *
     * @param start makes the call, giving it the callback; returns what the hook needs
     * @param cancel the hook
     * @param <T> the type of the value
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, H> Mono<T> biConsumer(
            Call<BiConsumer<@Nullable T, @Nullable Throwable>, H> start, CancelHook<? super H> cancel) {
        return CallbackMono.of(CallbackMono::biConsumer, start, cancel, null);
    }

    /**
     * JDK style, as {@link #biConsumer(Action)}, with a cancel hook and a release function.
     *
     * @param start makes the call, giving it the callback; returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that nobody will have, in place of {@code onDiscard}
     * @param <T> the type of the value
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, H> Mono<T> biConsumer(
            Call<BiConsumer<@Nullable T, @Nullable Throwable>, H> start,
            CancelHook<? super H> cancel,
            Release<? super T> release) {
        return CallbackMono.of(CallbackMono::biConsumer, start, cancel, release);
    }

    /**
     * Two functions, one for success and one for failure.
     *
     * @param start makes the call, giving it both
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> callbacks(PairAction<T> start) {
        return CallbackMono.<T, Outcome<T>>of(
                outcome -> outcome, outcome -> start.start(outcome::success, outcome::failure));
    }

    /**
     * Two functions, as {@link #callbacks(PairAction)}, with a cancel hook.
     *
     * @param start makes the call, giving it both; returns what the hook needs
     * @param cancel the hook
     * @param <T> the type of the value
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, H> Mono<T> callbacks(PairCall<T, H> start, CancelHook<? super H> cancel) {
        return CallbackMono.<T, Outcome<T>, H>of(
                outcome -> outcome, outcome -> start.start(outcome::success, outcome::failure), cancel, null);
    }

    /**
     * Two functions, as {@link #callbacks(PairAction)}, with a cancel hook and a release function.
     *
     * <pre>{@code
     * Mono<Connection> connection = From.callbacks(
     *         (onSuccess, onFailure) -> pool.acquire(onSuccess, onFailure), Acquisition::abort, Connection::close);
     * }</pre>
     *
     * @param start makes the call, giving it both; returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that nobody will have, in place of {@code onDiscard}
     * @param <T> the type of the value
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, H> Mono<T> callbacks(
            PairCall<T, H> start, CancelHook<? super H> cancel, Release<? super T> release) {
        return CallbackMono.<T, Outcome<T>, H>of(
                outcome -> outcome, outcome -> start.start(outcome::success, outcome::failure), cancel, release);
    }

    /**
     * The callback of asynchronous channels.
     *
     * @param start makes the call, giving it the handler; the attachment is ignored
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> completionHandler(Action<CompletionHandler<T, @Nullable Object>> start) {
        return CallbackMono.of(CallbackMono::completionHandler, start);
    }

    /**
     * The callback of asynchronous channels, with a cancel hook. A channel can only be cancelled by closing it; the
     * {@link java.nio.channels.AsynchronousCloseException} that follows is quiet, also if others have closed it.
     *
     * @param start makes the call, giving it the handler; returns what the hook needs
     * @param cancel the hook, usually {@code Channel::close}
     * @param <T> the type of the value
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, H> Mono<T> completionHandler(
            Call<CompletionHandler<T, @Nullable Object>, H> start, CancelHook<? super H> cancel) {
        return CallbackMono.of(CallbackMono::completionHandler, start, cancel, null);
    }

    /**
     * The callback of asynchronous channels, as {@link #completionHandler(Call, CancelHook)}, with a cancel hook and a release function.
     *
     * @param start makes the call, giving it the callback; returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that nobody will have, in place of {@code onDiscard}
     * @param <T> the type of the value
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, H> Mono<T> completionHandler(
            Call<CompletionHandler<T, @Nullable Object>, H> start,
            CancelHook<? super H> cancel,
            Release<? super T> release) {
        return CallbackMono.of(CallbackMono::completionHandler, start, cancel, release);
    }

    /**
     * A stage of the JDK, made at each subscription. Its errors come out unwrapped, its cancellation as a
     * {@link io.github.corio.CancelledError}.
     *
     * @param start makes the stage
     * @param onCancel whether a cancel reaches the stage
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> completionStage(
            Callable<? extends CompletionStage<? extends T>> start, OnCancel onCancel) {
        return FutureMonos.ofStage(start, onCancel, null);
    }

    /**
     * A stage of the JDK, as {@link #completionStage(Callable, OnCancel)}, with a release function.
     *
     * @param start makes the stage
     * @param onCancel whether a cancel reaches the stage
     * @param release takes a value that nobody will have, in place of {@code onDiscard}
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> completionStage(
            Callable<? extends CompletionStage<? extends T>> start, OnCancel onCancel, Release<? super T> release) {
        return FutureMonos.ofStage(start, onCancel, release);
    }

    /**
     * A plain {@link Future}, made at each subscription, which can only be waited for by a blocked thread: one of a cache of
     * daemon threads, never one of a Scheduler, for each that is pending. One that is a {@link CompletionStage} too is used as
     * such and costs no thread. Its errors come out unwrapped, its cancellation as a {@link io.github.corio.CancelledError}.
     *
     * <p>After a cancel the thread waits on only for a value that has somewhere to go, which is when there is a {@code doOnDiscard}
     * or a release function; else it leaves, and an outcome that comes later is not looked at.
     *
     * @param start makes the future
     * @param onCancel whether a cancel reaches the future, interrupting what runs for it
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> future(Callable<? extends Future<? extends T>> start, OnCancel onCancel) {
        return FutureMonos.ofFuture(start, onCancel, null);
    }

    /**
     * A plain {@link Future}, as {@link #future(Callable, OnCancel)}, with a release function.
     *
     * @param start makes the future
     * @param onCancel whether a cancel reaches the future, interrupting what runs for it
     * @param release takes a value that nobody will have, in place of {@code onDiscard}
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> future(
            Callable<? extends Future<? extends T>> start, OnCancel onCancel, Release<? super T> release) {
        return FutureMonos.ofFuture(start, onCancel, release);
    }

    // ---- many ----

    /**
     * A listener that is registered at the subscription and unregistered once, when the Flux is cancelled or has ended. It may be
     * called from any threads.
     *
     * <pre>{@code
     * Flux<Price> prices = From.listener(OverflowStrategy.LATEST,
     *         events -> (PriceListener) events::next, feed::addListener, feed::removeListener);
     * }</pre>
     *
     * @param overflow what to do with events when there is no demand; {@code BUFFER} has no bound
     * @param listener makes a listener that passes on what it hears
     * @param register registers it
     * @param unregister unregisters the same one; not called if {@code register} has thrown
     * @param <T> the type of the events
     * @param <L> the type of the listener
     * @return a cold Flux
     */
    @CheckReturnValue
    public static <T, L> Flux<T> listener(
            FluxSink.OverflowStrategy overflow,
            Function<? super Events<T>, ? extends L> listener,
            Consumer<? super L> register,
            Consumer<? super L> unregister) {
        return Events.listen(overflow, listener, register, unregister);
    }

    /**
     * A publisher of the JDK, as it is: the two interfaces are the same.
     *
     * @param publisher the publisher
     * @param <T> the type of the values
     * @return a Flux
     */
    @CheckReturnValue
    public static <T> Flux<T> flowPublisher(Flow.Publisher<T> publisher) {
        return JdkFlowAdapter.flowPublisherToFlux(publisher);
    }

    // ---- what the caller writes ----

    /** Whether a cancel of the Mono reaches what it was made of. */
    public enum OnCancel {
        /** The source is cancelled too: nobody else uses it. */
        CANCEL_SOURCE,
        /** The source is left alone, for others who wait for it. */
        LEAVE_SOURCE
    }

    /**
     * A call that takes a callback.
     *
     * @param <C> the type of the callback
     */
    @FunctionalInterface
    public interface Action<C> {
        /**
         * Makes the call.
         *
         * @param callback to be called once, from any thread
         * @throws Exception anything: the error of the Mono
         */
        void start(C callback) throws Exception;
    }

    /**
     * A call that takes a callback and gives something to cancel it with.
     *
     * @param <C> the type of the callback
     * @param <H> the type of what it gives
     */
    @FunctionalInterface
    public interface Call<C, H> {
        /**
         * Makes the call.
         *
         * @param callback to be called once, from any thread
         * @return what the cancel hook needs
         * @throws Exception anything: the error of the Mono
         */
        H start(C callback) throws Exception;
    }

    /**
     * A call that takes two functions.
     *
     * @param <T> the type of the value
     */
    @FunctionalInterface
    public interface PairAction<T> {
        /**
         * Makes the call. One of the two is to be called, once, from any thread.
         *
         * @param onSuccess takes the value
         * @param onFailure takes the error
         * @throws Exception anything: the error of the Mono
         */
        void start(Consumer<@Nullable T> onSuccess, Consumer<Throwable> onFailure) throws Exception;
    }

    /**
     * A call that takes two functions and gives something to cancel it with.
     *
     * @param <T> the type of the value
     * @param <H> the type of what it gives
     */
    @FunctionalInterface
    public interface PairCall<T, H> {
        /**
         * Makes the call. One of the two is to be called, once, from any thread.
         *
         * @param onSuccess takes the value
         * @param onFailure takes the error
         * @return what the cancel hook needs
         * @throws Exception anything: the error of the Mono
         */
        H start(Consumer<@Nullable T> onSuccess, Consumer<Throwable> onFailure) throws Exception;
    }

    /**
     * What cancels an operation.
     *
     * @param <H> the type of what it needs
     */
    @FunctionalInterface
    public interface CancelHook<H> {
        /**
         * Cancels the operation.
         *
         * @param handle what the call has returned
         * @throws Exception anything: goes to {@link reactor.core.publisher.Operators#onErrorDropped}
         */
        void cancel(H handle) throws Exception;

        /**
         * No hook: a cancel leaves the operation alone, and a failure that comes after it is not taken for an answer.
         *
         * @return the same one for all
         * @param <H> the type of what a call gives
         */
        @SuppressWarnings("unchecked")
        static <H> CancelHook<H> none() {
            return (CancelHook<H>) NoHook.NONE;
        }
    }

    /** What {@link CancelHook#none()} gives. */
    private enum NoHook implements CallbackMono.Leaving<Object> {
        NONE;

        @Override
        public void cancel(Object handle) {}
    }

    /**
     * What gives back a value that nobody will have, as a connection to its pool.
     *
     * @param <T> the type of the value
     */
    @FunctionalInterface
    public interface Release<T> {
        /**
         * Gives the value back. Called once for a value, on the thread that brings it or cancels.
         *
         * @param value the value
         * @throws Exception anything: goes to {@link reactor.core.publisher.Operators#onErrorDropped}
         */
        void release(T value) throws Exception;
    }
}
