package io.github.corio.bridge;

import io.github.corio.CheckReturnValue;
import java.io.InputStream;
import java.nio.channels.CompletionHandler;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
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
     * A callback of your own shape, as clients have that call an interface of theirs. Write the shape once for a client, and use it for all
     * of its calls.
     *
     * <pre>{@code
     * Mono<Response> answer = From.callback(Http::callback, callback -> client.newCall(request).enqueue(callback));
     * }</pre>
     *
     * @param shape makes a callback that passes the outcome on
     * @param start makes the call, giving it the callback
     * @param <T> the type of the value
     * @param <C> the type of the callback
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, C> Mono<T> callback(Function<? super Outcome<T>, ? extends C> shape, Action<? super C> start) {
        return CallbackMono.of(shape, start);
    }

    /**
     * A callback of your own shape, as {@link #callback(Function, Action)}, with a cancel hook.
     *
     * @param shape makes a callback that passes the outcome on
     * @param start makes the call, giving it the callback; returns what the hook needs
     * @param cancel the hook
     * @param <T> the type of the value
     * @param <C> the type of the callback
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, C, H> Mono<T> callback(
            Function<? super Outcome<T>, ? extends C> shape, Call<? super C, H> start, CancelHook<? super H> cancel) {
        return CallbackMono.of(shape, start, cancel, null);
    }

    /**
     * A callback of your own shape, as {@link #callback(Function, Action)}, with a cancel hook and a release function.
     *
     * @param shape makes a callback that passes the outcome on
     * @param start makes the call, giving it the callback; returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that nobody will have, in place of {@code onDiscard}
     * @param <T> the type of the value
     * @param <C> the type of the callback
     * @param <H> the type of what the hook needs
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T, C, H> Mono<T> callback(
            Function<? super Outcome<T>, ? extends C> shape,
            Call<? super C, H> start,
            CancelHook<? super H> cancel,
            Release<? super T> release) {
        return CallbackMono.of(shape, start, cancel, release);
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
     * @param register registers it; what it throws is the error of the Flux
     * @param unregister unregisters the same one; not called if {@code register} has thrown
     * @param <T> the type of the events
     * @param <L> the type of the listener
     * @return a cold Flux
     */
    @CheckReturnValue
    public static <T, L> Flux<T> listener(
            FluxSink.OverflowStrategy overflow,
            Function<? super Events<T>, ? extends L> listener,
            Action<? super L> register,
            CancelHook<? super L> unregister) {
        return Events.<T, L>listen(
                overflow,
                events -> {
                    L made = Objects.requireNonNull(listener.apply(events), "listener");
                    register.start(made);
                    return made;
                },
                unregister);
    }

    /**
     * A listener whose registration returns a handle, by which it is unregistered.
     *
     * <pre>{@code
     * Flux<Price> prices = From.listener(OverflowStrategy.LATEST,
     *         (Events<Price> events) -> feed.subscribe(events::next), Subscription::close);
     * }</pre>
     *
     * @param overflow what to do with events when there is no demand; {@code BUFFER} has no bound
     * @param register registers a listener and returns the handle; what it throws is the error of the Flux
     * @param unregister gets the handle once, when the Flux is cancelled or has ended; not called if {@code register} has thrown
     * @param <T> the type of the events
     * @param <H> the type of the handle
     * @return a cold Flux
     */
    @CheckReturnValue
    public static <T, H> Flux<T> listener(
            FluxSink.OverflowStrategy overflow,
            Call<? super Events<T>, ? extends H> register,
            CancelHook<? super H> unregister) {
        return Events.listen(overflow, register, unregister);
    }

    /**
     * A listener whose registration completes later, as opening a WebSocket does. Events may come before it has completed.
     *
     * <p>The registration is not cancelled with the Flux: a handle that comes after a cancel, or after the end, is unregistered then. An
     * error of the registration is the error of the Flux. An empty registration has no handle, and nothing is unregistered.
     *
     * @param overflow what to do with events when there is no demand; {@code BUFFER} has no bound
     * @param register registers a listener and gives the handle later
     * @param unregister gets the handle once
     * @param <T> the type of the events
     * @param <H> the type of the handle
     * @return a cold Flux
     */
    @CheckReturnValue
    public static <T, H> Flux<T> listenerWhen(
            FluxSink.OverflowStrategy overflow,
            Function<? super Events<T>, ? extends Mono<H>> register,
            CancelHook<? super H> unregister) {
        return Events.listenWhen(overflow, register, unregister);
    }

    /**
     * A source that sends what it was asked for, as gRPC's calls and the JDK's WebSocket do. It is asked for what the subscriber requests,
     * in portions, so nothing is lost and nothing piles up.
     *
     * <pre>{@code
     * Flux<Reply> replies = From.pull((Events<Reply> events) -> call(stub, events), ClientCallStreamObserver::request, Call::cancel);
     * }</pre>
     *
     * <p>See {@link Events#onRequest(int, Events.Request)} for a source that has its handle later, for a limit, and for what happens when the
     * source throws or sends more.
     *
     * @param start starts the source, which sends nothing before it is asked, and returns the handle; what it throws is the error of the Flux
     * @param request asks the source for more
     * @param cancel gets the handle once, when the Flux is cancelled or has ended
     * @param <T> the type of the values
     * @param <H> the type of the handle
     * @return a cold Flux
     */
    @CheckReturnValue
    public static <T, H> Flux<T> pull(
            Call<? super Events<T>, ? extends H> start, PullRequest<? super H> request, CancelHook<? super H> cancel) {
        return Events.<T, H>listen(
                FluxSink.OverflowStrategy.BUFFER,
                events -> {
                    H handle = start.start(events);
                    events.onRequest(n -> request.request(handle, n));
                    return handle;
                },
                cancel);
    }

    /**
     * A source that is read by blocking calls, as {@code KafkaConsumer.poll}. One thread opens it, reads it while there is demand, and closes
     * it: a daemon thread of a cache, never one of a Scheduler. A cancel interrupts the read that is under way.
     *
     * <pre>{@code
     * Flux<Record> records = From.blocking(this::open, (consumer, n) -> consumer.poll(Duration.ofSeconds(1)), Consumer::wakeup, Consumer::close);
     * }</pre>
     *
     * @param open opens the source at each subscription; what it throws is the error of the Flux
     * @param read reads a batch, when there is demand
     * @param cancel is called besides the interrupt, on another thread, while a read is under way; {@link CancelHook#none()} for none
     * @param close closes the source once, on the thread that reads, after which the Flux ends
     * @param <T> the type of the values
     * @param <S> the type of the source
     * @return a cold Flux
     */
    @CheckReturnValue
    public static <T, S> Flux<T> blocking(
            Callable<? extends S> open,
            Read<? super S, ? extends T> read,
            CancelHook<? super S> cancel,
            Release<? super S> close) {
        return BlockingReads.of(open, read, cancel, close);
    }

    /**
     * An iterator that blocks, read on a thread as {@link #blocking} does, one value for each that is requested. One that is
     * {@link AutoCloseable} is closed.
     *
     * @param open makes the iterator at each subscription
     * @param <T> the type of the values
     * @return a cold Flux
     */
    @CheckReturnValue
    public static <T> Flux<T> iterator(Callable<? extends Iterator<? extends T>> open) {
        return BlockingReads.of(
                open, (from, n) -> from.hasNext() ? List.of(from.next()) : null, CancelHook.none(), from -> {
                    if (from instanceof AutoCloseable closeable) {
                        closeable.close();
                    }
                });
    }

    /**
     * A stream, read on a thread as {@link #blocking} does, one array for each that is requested. A cancel closes it on another thread, so
     * that a read from a socket ends.
     *
     * @param open opens the stream at each subscription
     * @param size how many bytes an array has at most
     * @return a cold Flux
     */
    @CheckReturnValue
    public static Flux<byte[]> inputStream(Callable<? extends InputStream> open, int size) {
        return BlockingReads.of(
                open,
                (from, n) -> {
                    byte[] bytes = new byte[size];
                    int length = from.read(bytes);
                    return length < 0 ? null : List.of(Arrays.copyOf(bytes, length));
                },
                InputStream::close,
                InputStream::close);
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
     * Asks a source for more.
     *
     * @param <H> the type of the handle
     */
    @FunctionalInterface
    public interface PullRequest<H> {
        /**
         * Asks the source.
         *
         * @param handle what the start has returned
         * @param n how many more it may send, at least 1
         * @throws Exception anything: the error of the Flux
         */
        void request(H handle, int n) throws Exception;
    }

    /**
     * Reads a batch from a source, and blocks until there is one.
     *
     * @param <S> the type of the source
     * @param <T> the type of the values
     */
    @FunctionalInterface
    public interface Read<S, T> {
        /**
         * Reads.
         *
         * @param source the source
         * @param n how many are wanted; a batch may be larger, and waits until its values are requested
         * @return the values, none if there are none yet, null at the end
         * @throws Exception anything: the error of the Flux
         */
        @Nullable
        Iterable<? extends T> read(S source, int n) throws Exception;
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
