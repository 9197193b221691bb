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
 * Thread-safe.
 *
 * <p>All of them are cold: each subscription or await makes the call. They accept a single outcome, from any thread,
 * also from inside the call itself. A null value makes the Mono empty. A failure without an error is a {@link
 * NullPointerException} that says so. Where a single callback takes a value and an error, null for both is a value of
 * null. The call, the cancel hook and the release function see the ThreadLocals of the subscriber's Context, if there
 * is a provider of them.
 *
 * <p>The cancel hook gets what the call has returned, at most once, when the subscription or the awaiting task is
 * cancelled before the outcome. If the cancel comes while the call is being made, the hook is called right after the
 * call, unless the call has thrown. Without a hook, a cancel leaves the operation alone.
 *
 * <p>A value that comes after a cancel goes to the release function, if you gave one, else to {@link
 * reactor.core.publisher.Operators#onDiscard}, which {@code doOnDiscard} sets. So does a second value, and a value that
 * comes with an error or after it. The exception is the very object that the subscriber has got. A value that the Mono
 * has handed on belongs to the subscriber. If it meets the cancel of the awaiting task, it goes to the {@code
 * doOnDiscard} of the coroutine around the {@code await}.
 *
 * <p>The first failure after a call of the cancel hook is the client's answer to it, and is not reported. Any other
 * failure after a cancel or an outcome goes to {@code onErrorDropped}. A second value goes to {@link
 * reactor.core.publisher.Operators#onNextDropped} as well.
 *
 * <p>These labels hold for each method that has none of its own.
 *
 * <ul>
 *   <li><b>Suspends:</b> an await does, unless the outcome is there when the call returns. No thread is blocked
 *       meanwhile.
 *   <li><b>Cancellation:</b> calls the cancel hook, if you gave one, and does not wait for the operation.
 *   <li><b>Signals on:</b> the thread that brings the outcome. An {@code await} goes on on its loop.
 *   <li><b>Errors:</b> those of the call and of the operation, as they are. An error of a subscriber, a hook or a
 *       release function goes to {@link reactor.core.publisher.Operators#onErrorDropped}, never to the client's
 *       thread.
 *   <li><b>asyncio:</b> {@code loop.create_future()} and {@code call_soon_threadsafe(future.set_result, ...)}, by hand.
 * </ul>
 *
 * @since 0.1.0
 */
public final class From {
    private From() {}

    // ---- one outcome ----

    /**
     * Makes a Mono of a call in Node's style, whose callback gets {@code (error, value)}. The operation has succeeded
     * if the error is null.
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
     * Makes a Mono of a call in Node's style, as {@link #nodeCallback(Action)}, with a cancel hook.
     *
     * @param start makes the call, giving it the callback, and returns what the hook needs
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
     * Makes a Mono of a call in Node's style, as {@link #nodeCallback(Action)}, with a cancel hook and a release
     * function.
     *
     * @param start makes the call, giving it the callback, and returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that no subscriber gets, instead of {@code onDiscard}
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
     * Makes a Mono of a call in the JDK's style, whose callback gets {@code (value, error)}. The operation has
     * succeeded if the error is null.
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
     * Makes a Mono of a call in the JDK's style, as {@link #biConsumer(Action)}, with a cancel hook.
     *
     * @param start makes the call, giving it the callback, and returns what the hook needs
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
     * Makes a Mono of a call in the JDK's style, as {@link #biConsumer(Action)}, with a cancel hook and a release
     * function.
     *
     * @param start makes the call, giving it the callback, and returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that no subscriber gets, instead of {@code onDiscard}
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
     * Makes a Mono of a call that takes two functions, one for success and one for failure.
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
     * Makes a Mono of a call that takes two functions, as {@link #callbacks(PairAction)}, with a cancel hook.
     *
     * @param start makes the call, giving it both, and returns what the hook needs
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
     * Makes a Mono of a call that takes two functions, as {@link #callbacks(PairAction)}, with a cancel hook and a
     * release function.
     *
     * <pre>{@code
     * Mono<Connection> connection = From.callbacks(
     *         (onSuccess, onFailure) -> pool.acquire(onSuccess, onFailure), Acquisition::abort, Connection::close);
     * }</pre>
     *
     * @param start makes the call, giving it both, and returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that no subscriber gets, instead of {@code onDiscard}
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
     * Makes a Mono of a call that takes the callback of asynchronous channels.
     *
     * @param start makes the call, giving it the handler. The attachment is ignored
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> completionHandler(Action<CompletionHandler<T, @Nullable Object>> start) {
        return CallbackMono.of(CallbackMono::completionHandler, start);
    }

    /**
     * Makes a Mono of a call that takes the callback of asynchronous channels, with a cancel hook. A channel can only
     * be cancelled by closing it. After a cancel, the {@link java.nio.channels.AsynchronousCloseException} that follows
     * is not reported, also if other code has closed the channel.
     *
     * @param start makes the call, giving it the handler, and returns what the hook needs
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
     * Makes a Mono of a call that takes the callback of asynchronous channels, as {@link #completionHandler(Call,
     * CancelHook)}, with a cancel hook and a release function.
     *
     * @param start makes the call, giving it the callback, and returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that no subscriber gets, instead of {@code onDiscard}
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
     * Makes a Mono of a call that takes a callback of your own shape, for clients that call an interface of theirs.
     * Write the shape once for a client, and use it for all of its calls.
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
     * Makes a Mono of a call that takes a callback of your own shape, as {@link #callback(Function, Action)}, with a
     * cancel hook.
     *
     * @param shape makes a callback that passes the outcome on
     * @param start makes the call, giving it the callback, and returns what the hook needs
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
     * Makes a Mono of a call that takes a callback of your own shape, as {@link #callback(Function, Action)}, with a
     * cancel hook and a release function.
     *
     * @param shape makes a callback that passes the outcome on
     * @param start makes the call, giving it the callback, and returns what the hook needs
     * @param cancel the hook, {@link CancelHook#none()} for none
     * @param release takes a value that no subscriber gets, instead of {@code onDiscard}
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
     * Makes a Mono of a stage of the JDK, which is made at each subscription.
     *
     * <ul>
     *   <li><b>Suspends:</b> an await does, unless the stage has completed.
     *   <li><b>Cancellation:</b> cancels the stage, or leaves it alone, as {@code onCancel} says.
     *   <li><b>Signals on:</b> the thread that completes the stage. An {@code await} goes on on its loop.
     *   <li><b>Errors:</b> those of the stage, without their wrapper. Its cancellation is a {@link
     *       io.github.corio.CancelledError}.
     *   <li><b>asyncio:</b> {@code asyncio.wrap_future}.
     * </ul>
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
     * Makes a Mono of a stage of the JDK, as {@link #completionStage(Callable, OnCancel)}, with a release function.
     *
     * @param start makes the stage
     * @param onCancel whether a cancel reaches the stage
     * @param release takes a value that no subscriber gets, instead of {@code onDiscard}
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> completionStage(
            Callable<? extends CompletionStage<? extends T>> start, OnCancel onCancel, Release<? super T> release) {
        return FutureMonos.ofStage(start, onCancel, release);
    }

    /**
     * Makes a Mono of a plain {@link Future}, which is made at each subscription. Only a blocked thread can wait for
     * such a future. Each pending future has a thread of a cache of daemon threads, never a thread of a Scheduler. A
     * future that is a {@link CompletionStage} too is used as that, and costs no thread.
     *
     * <p>After a cancel the thread waits on only for a value that has a place to go to: a {@code doOnDiscard} or a
     * release function. Otherwise it leaves, and nothing looks at a later outcome.
     *
     * <ul>
     *   <li><b>Suspends:</b> an await does, unless the outcome is there when the call returns.
     *   <li><b>Cancellation:</b> cancels the future, or leaves it alone, as {@code onCancel} says.
     *   <li><b>Signals on:</b> the thread that waits. An {@code await} goes on on its loop.
     *   <li><b>Errors:</b> those of the future, without their wrapper. Its cancellation is a {@link
     *       io.github.corio.CancelledError}.
     *   <li><b>asyncio:</b> {@code asyncio.wrap_future}, of a future of {@code concurrent.futures}.
     * </ul>
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
     * Makes a Mono of a plain {@link Future}, as {@link #future(Callable, OnCancel)}, with a release function.
     *
     * @param start makes the future
     * @param onCancel whether a cancel reaches the future, interrupting what runs for it
     * @param release takes a value that no subscriber gets, instead of {@code onDiscard}
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
     * Makes a Flux of a listener that is registered at the subscription. It is unregistered once, when the Flux is
     * cancelled or has ended. Any threads may call it.
     *
     * <pre>{@code
     * Flux<Price> prices = From.listener(OverflowStrategy.LATEST,
     *         events -> (PriceListener) events::next, feed::addListener, feed::removeListener);
     * }</pre>
     *
     * <ul>
     *   <li><b>Suspends:</b> {@code each} does while there is no event.
     *   <li><b>Cancellation:</b> unregisters the listener, a single time.
     *   <li><b>Order:</b> that in which the events come.
     *   <li><b>Signals on:</b> the thread that brings the event, or, for an event that was kept, the thread that
     *       requests it.
     *   <li><b>Errors:</b> an error of the registration is the error of the Flux. An error of {@code unregister} goes
     *       to {@link reactor.core.publisher.Operators#onErrorDropped}.
     *   <li><b>asyncio:</b> a queue that a callback fills, by hand.
     * </ul>
     *
     * @param overflow what to do with events when there is no demand. {@code BUFFER} has no bound
     * @param listener makes a listener that passes on what it hears
     * @param register registers it. Its exception is the error of the Flux
     * @param unregister unregisters the same listener. It is not called if {@code register} has thrown
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
     * Makes a Flux of a listener whose registration returns a handle, by which it is unregistered, as {@link
     * #listener(FluxSink.OverflowStrategy, Function, Action, CancelHook) the other listener} does.
     *
     * <pre>{@code
     * Flux<Price> prices = From.listener(OverflowStrategy.LATEST,
     *         (Events<Price> events) -> feed.subscribe(events::next), Subscription::close);
     * }</pre>
     *
     * @param overflow what to do with events when there is no demand. {@code BUFFER} has no bound
     * @param register registers a listener and returns the handle. Its exception is the error of the Flux
     * @param unregister gets the handle once, when the Flux is cancelled or has ended. It is not called if {@code
     *     register} has thrown
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
     * Makes a Flux of a listener whose registration completes later, as opening a WebSocket does. Events may come
     * before it has completed.
     *
     * <p>An empty registration has no handle, and nothing is unregistered.
     *
     * <ul>
     *   <li><b>Suspends:</b> {@code each} does while there is no event.
     *   <li><b>Cancellation:</b> leaves the registration alone, and unregisters its handle. A handle that comes after
     *       the cancel, or after the end, is unregistered then.
     *   <li><b>Order:</b> that in which the events come.
     *   <li><b>Signals on:</b> the thread that brings the event, or, for an event that was kept, the thread that
     *       requests it.
     *   <li><b>Errors:</b> an error of the registration is the error of the Flux.
     *   <li><b>asyncio:</b> a queue that a callback fills, by hand.
     * </ul>
     *
     * @param overflow what to do with events when there is no demand. {@code BUFFER} has no bound
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
     * Makes a Flux of a source that sends as much as it was asked for, as gRPC's calls and the JDK's WebSocket do. It
     * is asked for what the subscriber requests, in portions. So nothing is lost and nothing piles up.
     *
     * <pre>{@code
     * Flux<Reply> replies = From.pull((Events<Reply> events) -> call(stub, events), ClientCallStreamObserver::request, Call::cancel);
     * }</pre>
     *
     * <p>See {@link Events#onRequest(int, Events.Request)} for a source that has its handle later, for a limit, and for
     * a source that throws or sends more.
     *
     * <ul>
     *   <li><b>Suspends:</b> {@code each} does while there is no value.
     *   <li><b>Cancellation:</b> calls {@code cancel} with the handle, a single time.
     *   <li><b>Order:</b> that of the source.
     *   <li><b>Signals on:</b> the thread that brings the value, or, for a value that was kept, the thread that
     *       requests it.
     *   <li><b>Errors:</b> those of the source, as they are.
     *   <li><b>asyncio:</b> an asynchronous iterator that a client brings.
     * </ul>
     *
     * @param start starts the source, which sends nothing before it is asked, and returns the handle. Its exception is
     *     the error of the Flux
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
     * Makes a Flux of a source that is read by blocking calls, as {@code KafkaConsumer.poll}. A single thread opens it,
     * reads it while there is demand, and closes it. That is a daemon thread of a cache, never a thread of a Scheduler.
     *
     * <pre>{@code
     * Flux<Record> records = From.blocking(this::open, (consumer, n) -> consumer.poll(Duration.ofSeconds(1)), Consumer::wakeup, Consumer::close);
     * }</pre>
     *
     * <ul>
     *   <li><b>Suspends:</b> {@code each} does while there is no value. Only the reading thread is blocked.
     *   <li><b>Cancellation:</b> interrupts the read that is under way. The reading thread closes the source.
     *   <li><b>Order:</b> that of the reads.
     *   <li><b>Signals on:</b> the reading thread.
     *   <li><b>Errors:</b> those of {@code open} and {@code read} are the error of the Flux, unless it is cancelled. An
     *       error of {@code close} goes to {@link reactor.core.publisher.Operators#onErrorDropped}.
     *   <li><b>asyncio:</b> {@code asyncio.to_thread} in a loop.
     * </ul>
     *
     * @param open opens the source at each subscription. Its exception is the error of the Flux
     * @param read reads a batch, when there is demand
     * @param cancel is called besides the interrupt, on another thread, while a read is under way, {@link
     *     CancelHook#none()} for none
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
     * Makes a Flux of an iterator that blocks, and reads it on a thread, as {@link #blocking} does. It reads a value
     * for each that is requested. An iterator that is {@link AutoCloseable} is closed.
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
     * Makes a Flux of a stream, and reads it on a thread, as {@link #blocking} does. It reads an array for each that is
     * requested. A cancel closes the stream on another thread, so that a read from a socket ends.
     *
     * @param open opens the stream at each subscription
     * @param size how many bytes an array has at most
     * @return a cold Flux
     * @throws IllegalArgumentException if the size is below 1
     */
    @CheckReturnValue
    public static Flux<byte[]> inputStream(Callable<? extends InputStream> open, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("inputStream(..., " + size + "): at least one byte must be asked for");
        }
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
     * Makes a Flux of a publisher of the JDK. The two interfaces are the same, so each signal and request passes as it
     * is.
     *
     * <ul>
     *   <li><b>Suspends:</b> {@code each} does while there is no value.
     *   <li><b>Cancellation:</b> cancels the publisher.
     *   <li><b>Signals on:</b> the threads of the publisher.
     *   <li><b>Errors:</b> those of the publisher, as they are.
     *   <li><b>asyncio:</b> none. An asynchronous iterator is the nearest.
     * </ul>
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

    /** Says whether a cancel of the Mono reaches its source. */
    public enum OnCancel {
        /** The source is cancelled too: no other code uses it. */
        CANCEL_SOURCE,
        /** The source is left alone, for other code that waits for it. */
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
     * Cancels an operation.
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
         * Gives no hook: a cancel leaves the operation alone, and a failure that comes after it is not taken for an
         * answer.
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
         * @param n how many are wanted. A batch may be larger, and waits until its values are requested
         * @return the values, none if there are none yet, null at the end
         * @throws Exception anything: the error of the Flux
         */
        @Nullable
        Iterable<? extends T> read(S source, int n) throws Exception;
    }

    /**
     * Gives back a value that no subscriber gets, as a connection to its pool.
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
