package io.github.corio;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import reactor.util.function.Tuple2;
import reactor.util.function.Tuple3;
import reactor.util.function.Tuple4;
import reactor.util.function.Tuple5;
import reactor.util.function.Tuple6;
import reactor.util.function.Tuple7;
import reactor.util.function.Tuple8;
import reactor.util.function.Tuples;

/**
 * The functions of asyncio, for {@code import static}. Two verbs suspend: {@code await} for one value, {@code each} for
 * many. Everything else that may take time gives a Mono or a Flux.
 *
 * <p>asyncio: the functions of the module {@code asyncio}, in camelCase.
 *
 * @since 0.1.0
 */
public final class Asyncio {
    private Asyncio() {}

    // ---- run ----

    /**
     * Runs a main on a fresh loop and blocks until it has ended; then cancels and awaits what it has left behind and closes
     * the loop. An interrupt of the calling thread, or the end of the JVM, cancels the main and waits for its cleanup.
     *
     * <p>asyncio: {@code asyncio.run}.
     *
     * @param main what to run
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws IllegalStateException on a thread that runs a loop, and on one that must not block; errors of the main come out
     *     as they are
     */
    public static <T> @Nullable T run(Mono<? extends T> main) {
        try (Runner runner = new Runner()) {
            return runner.run(main);
        }
    }

    /**
     * Runs the body of a coroutine as {@link #run(Mono)} does.
     *
     * @param main the body
     * @param <T> the type of its value
     * @return its value
     */
    public static <T> @Nullable T run(CoroutineBody<? extends T> main) {
        return run(Coroutine.<T>of(main));
    }

    /**
     * Runs a main on a given loop, which stays open, and blocks until it has ended.
     *
     * <p>asyncio: {@code loop.run_until_complete}.
     *
     * @param loop the loop
     * @param main what to run
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws IllegalStateException as {@link #run(Mono)}, and if the loop is closed, or stopped before the main has ended
     */
    public static <T> @Nullable T run(EventLoop loop, Mono<? extends T> main) {
        EventLoop.requireBlockingAllowed("run " + main);
        return Runner.runOn(loop, main, AsyncContext.copy(), thread -> {});
    }

    // ---- write ----

    /**
     * A coroutine with a value. Nothing runs yet.
     *
     * <p>asyncio: {@code async def}.
     *
     * @param body its body, run afresh each time it is awaited or subscribed to
     * @param <T> the type of the value
     * @return a cold Mono
     */
    public static <T> Coroutine<T> async(CoroutineBody<? extends T> body) {
        return Coroutine.of(body);
    }

    /**
     * A coroutine without a value. Nothing runs yet.
     *
     * @param body its body, run afresh each time it is awaited or subscribed to
     * @return a cold Mono
     */
    public static Coroutine<Void> async(CoroutineAction body) {
        return Coroutine.ofAction(body);
    }

    /**
     * Waits for a Mono, in a coroutine. Suspends only if it is not there already: a coroutine is run in place, a done future
     * is read, anything else is subscribed to with the task's Context. While it is suspended, no scheduler thread is blocked
     * and others run on the loop. A cancel of the task cancels what it waits for and is thrown here.
     *
     * <p>asyncio: {@code await}.
     *
     * @param awaitable what to wait for
     * @param <T> the type of the value
     * @return the value, null if the Mono is empty
     * @throws CancelledError if the task is cancelled; the errors of the Mono come out as they are, checked ones too
     * @throws IllegalStateException outside of a coroutine; for a future of another loop; where the stack cannot be left
     */
    public static <T> @Nullable T await(Mono<? extends T> awaitable) {
        if (awaitable instanceof Awaitable<? extends T> direct) {
            return direct.awaitDirect();
        }
        return awaitOther(awaitable);
    }

    private static <T> @Nullable T awaitOther(Mono<? extends T> awaitable) {
        TaskStrand task = TaskStrand.current();
        if (awaitable instanceof Callable<?> callable) { // just, empty, error, fromCallable, fromSupplier, fromRunnable
            return call(callable);
        }
        SubscriberWait<T> wait = SubscriberWait.subscribe(task, awaitable, task.context());
        return wait.ready() ? wait.take() : task.await(wait);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> @Nullable T call(Callable<?> callable) {
        try {
            return (T) callable.call();
        } catch (Exception e) {
            throw Unchecked.raise(Exceptions.unwrap(e));
        }
    }

    /**
     * Waits for a Mono, as {@link #await(Mono)} does, and declares one checked exception, so that it can be caught.
     *
     * @param awaitable what to wait for
     * @param declared the exception that the caller wants to catch
     * @param <T> the type of the value
     * @param <X> the type of the exception
     * @return the value, null if the Mono is empty
     * @throws X if that is the error of the Mono
     */
    @SuppressWarnings("unused") // the class is there for the compiler
    public static <T, X extends Throwable> @Nullable T await(Mono<? extends T> awaitable, Class<X> declared) throws X {
        return await(awaitable);
    }

    /**
     * Waits for a stage of the JDK, as {@link #await(Mono)} does for a Mono. A cancel of the task cancels the stage.
     *
     * @param stage what to wait for
     * @param <T> the type of the value
     * @return the value
     * @throws CancelledError if the task is cancelled, or the stage was; errors come out unwrapped
     */
    public static <T> @Nullable T await(CompletionStage<? extends T> stage) {
        TaskStrand task = TaskStrand.current();
        return new WrappedStage<T>(task.loop, stage).awaitDirect();
    }

    /**
     * Waits for a Mono that has a value, as {@link #await(Mono)} does.
     *
     * @param awaitable what to wait for
     * @param <T> the type of the value
     * @return the value
     * @throws NoSuchElementException if the Mono is empty
     */
    public static <T> T awaitRequired(Mono<? extends T> awaitable) {
        T value = await(awaitable);
        if (value == null) {
            throw new NoSuchElementException("awaitRequired: " + awaitable + " was empty");
        }
        return value;
    }

    // ---- time ----

    /**
     * Waits for a time. Zero or less gives up exactly one turn. A cancel cancels its timer. Signals on the loop.
     *
     * <p>asyncio: {@code asyncio.sleep}.
     *
     * @param duration how long, to the nanosecond, on the clock of the loop
     * @return a cold Mono that completes then
     */
    public static Mono<Void> sleep(Duration duration) {
        return Sleep.of(duration);
    }

    /**
     * Waits for a time, as {@link #sleep(Duration)} does.
     *
     * @param duration how long
     * @param result the value it then has
     * @param <T> the type of the value
     * @return a cold Mono
     */
    public static <T> Mono<T> sleep(Duration duration, T result) {
        return Sleep.of(duration, result);
    }

    // ---- time limits ----

    // ---- tasks ----

    /**
     * Starts a Mono as a task of the running loop, in a copy of the running context. Its first step is queued.
     *
     * <p>asyncio: {@code asyncio.create_task}.
     *
     * @param awaitable a coroutine or any other Mono
     * @param <T> the type of the value
     * @return the task
     * @throws IllegalStateException if no loop is running here
     */
    public static <T> Task<T> createTask(Mono<? extends T> awaitable) {
        return createTask(awaitable, nameOf(awaitable), AsyncContext.copy(), false);
    }

    /**
     * Starts a Mono as a task with a name.
     *
     * @param awaitable a coroutine or any other Mono
     * @param name the name of the task
     * @param <T> the type of the value
     * @return the task
     */
    public static <T> Task<T> createTask(Mono<? extends T> awaitable, String name) {
        return createTask(awaitable, name, AsyncContext.copy(), false);
    }

    /**
     * Starts a Mono as a task in a given context.
     *
     * @param awaitable a coroutine or any other Mono
     * @param context the context itself: changes that the task makes are seen in it
     * @param <T> the type of the value
     * @return the task
     */
    public static <T> Task<T> createTask(Mono<? extends T> awaitable, AsyncContext context) {
        return createTask(awaitable, nameOf(awaitable), context, false);
    }

    /**
     * Starts a Mono as a task.
     *
     * @param awaitable a coroutine or any other Mono
     * @param name the name of the task, null for a number
     * @param context the context itself: changes that the task makes are seen in it
     * @param eagerStart true to run the first step of a coroutine now, if a coroutine is running here; one that never suspends
     *     is then done when this returns
     * @param <T> the type of the value
     * @return the task
     */
    public static <T> Task<T> createTask(
            Mono<? extends T> awaitable, @Nullable String name, AsyncContext context, boolean eagerStart) {
        Task<T> task = new Task<>(EventLoop.current(), awaitable, name, context);
        return eagerStart ? task.startNow() : task.start();
    }

    private static @Nullable String nameOf(Mono<?> awaitable) {
        return awaitable instanceof Coroutine<?> coroutine ? coroutine.taskName() : null;
    }

    /**
     * A future for a Mono: a future or task as it is, anything else started as a task.
     *
     * <p>asyncio: {@code asyncio.ensure_future}.
     *
     * @param awaitable a future, a coroutine, or any other Mono
     * @param <T> the type of the value
     * @return the future
     */
    @SuppressWarnings("unchecked")
    public static <T> AsyncFuture<T> ensureFuture(Mono<T> awaitable) {
        return awaitable instanceof AsyncFuture<?> future ? (AsyncFuture<T>) future : createTask(awaitable);
    }

    /**
     * A future of the running loop for a stage of the JDK. A cancel of it cancels the stage, a turn later.
     *
     * <p>asyncio: {@code asyncio.wrap_future}.
     *
     * @param stage the stage
     * @param <T> the type of the value
     * @return a future
     */
    public static <T> AsyncFuture<T> wrapFuture(CompletionStage<? extends T> stage) {
        return new WrappedStage<>(EventLoop.current(), stage);
    }

    /**
     * The task that runs here.
     *
     * <p>asyncio: {@code asyncio.current_task}.
     *
     * @return the task, null in a plain callback
     * @throws IllegalStateException if no loop is running here
     */
    public static @Nullable Task<?> currentTask() {
        EventLoop unused = EventLoop.current();
        return EventLoop.running() instanceof TaskStrand strand ? (Task<?>) strand.task() : null;
    }

    /**
     * The tasks of the running loop that are not done.
     *
     * <p>asyncio: {@code asyncio.all_tasks}.
     *
     * @return a snapshot, oldest first
     */
    public static Set<Task<?>> allTasks() {
        return allTasks(EventLoop.current());
    }

    /**
     * The tasks of a loop that are not done. From any thread.
     *
     * @param loop the loop
     * @return a snapshot, oldest first
     */
    public static Set<Task<?>> allTasks(EventLoop loop) {
        return new LinkedHashSet<>(Leftovers.of(loop));
    }

    /**
     * The Reactor Context of the running task or callback.
     *
     * @return the entries, empty outside of a loop
     */
    public static ContextView context() {
        return AsyncContext.now();
    }

    // ---- combine ----

    /**
     * Runs all concurrently, each as a task of the loop; a future stands for itself. The first failure comes out at once while
     * the others go on. A cancel cancels all of them, and ends when they have ended. Signals on the loop.
     *
     * <p>asyncio: {@code asyncio.gather}. It is built on {@link Mono#zip}, but an empty one counts as null.
     *
     * @param awaitables what to run
     * @param <T> the type of the values
     * @return a cold Mono of the values, in the order of the arguments, null for an empty one
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Mono<List<T>> gather(Mono<? extends T>... awaitables) {
        return gather(Arrays.asList(awaitables));
    }

    /**
     * Runs all concurrently, as {@link #gather(Mono[])} does.
     *
     * @param awaitables what to run
     * @param <T> the type of the values
     * @return a cold Mono of the values, in their order, null for an empty one
     */
    public static <T> Mono<List<T>> gather(Iterable<? extends Mono<? extends T>> awaitables) {
        return Gather.all(Integer.MAX_VALUE, awaitables);
    }

    /**
     * Runs all concurrently, as {@link #gather(Mono[])} does, but only some at a time. After a failure, no more are begun.
     *
     * @param limit how many may run at once
     * @param awaitables what to run
     * @param <T> the type of the values
     * @return a cold Mono of the values, in their order, null for an empty one
     * @throws IllegalArgumentException if the limit is below one
     */
    public static <T> Mono<List<T>> gather(int limit, Iterable<? extends Mono<? extends T>> awaitables) {
        return Gather.all(limit, awaitables);
    }

    /**
     * Runs all concurrently and tells how each has ended. Only a cancel from outside is an error of the whole.
     *
     * <p>asyncio: {@code asyncio.gather(..., return_exceptions=True)}.
     *
     * @param awaitables what to run
     * @param <T> the type of the values
     * @return a cold Mono of the outcomes, in their order
     */
    public static <T> Mono<List<Outcome<T>>> gatherOutcomes(Iterable<? extends Mono<? extends T>> awaitables) {
        return Gather.outcomes(awaitables);
    }

    /**
     * Runs 2 concurrently, as {@link #gather(Mono[])} does.
     *
     * @param a the first
     * @param b the second
     * @param <A> its type
     * @param <B> its type
     * @return a cold Mono of the values; an error that names the index if one is empty
     */
    @SuppressWarnings("unchecked")
    public static <A, B> Mono<Tuple2<A, B>> gather(Mono<? extends A> a, Mono<? extends B> b) {
        return Gather.typed(values -> (Tuple2<A, B>) Tuples.fromArray(values), a, b);
    }

    /**
     * Runs 3 concurrently, as {@link #gather(Mono[])} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @return a cold Mono of the values; an error that names the index if one is empty
     */
    @SuppressWarnings("unchecked")
    public static <A, B, C> Mono<Tuple3<A, B, C>> gather(
            Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c) {
        return Gather.typed(values -> (Tuple3<A, B, C>) Tuples.fromArray(values), a, b, c);
    }

    /**
     * Runs 4 concurrently, as {@link #gather(Mono[])} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @param <D> its type
     * @return a cold Mono of the values; an error that names the index if one is empty
     */
    @SuppressWarnings("unchecked")
    public static <A, B, C, D> Mono<Tuple4<A, B, C, D>> gather(
            Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c, Mono<? extends D> d) {
        return Gather.typed(values -> (Tuple4<A, B, C, D>) Tuples.fromArray(values), a, b, c, d);
    }

    /**
     * Runs 5 concurrently, as {@link #gather(Mono[])} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param e the fifth
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @param <D> its type
     * @param <E> its type
     * @return a cold Mono of the values; an error that names the index if one is empty
     */
    @SuppressWarnings("unchecked")
    public static <A, B, C, D, E> Mono<Tuple5<A, B, C, D, E>> gather(
            Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c, Mono<? extends D> d, Mono<? extends E> e) {
        return Gather.typed(values -> (Tuple5<A, B, C, D, E>) Tuples.fromArray(values), a, b, c, d, e);
    }

    /**
     * Runs 6 concurrently, as {@link #gather(Mono[])} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param e the fifth
     * @param f the sixth
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @param <D> its type
     * @param <E> its type
     * @param <F> its type
     * @return a cold Mono of the values; an error that names the index if one is empty
     */
    @SuppressWarnings("unchecked")
    public static <A, B, C, D, E, F> Mono<Tuple6<A, B, C, D, E, F>> gather(
            Mono<? extends A> a,
            Mono<? extends B> b,
            Mono<? extends C> c,
            Mono<? extends D> d,
            Mono<? extends E> e,
            Mono<? extends F> f) {
        return Gather.typed(values -> (Tuple6<A, B, C, D, E, F>) Tuples.fromArray(values), a, b, c, d, e, f);
    }

    /**
     * Runs 7 concurrently, as {@link #gather(Mono[])} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param e the fifth
     * @param f the sixth
     * @param g the seventh
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @param <D> its type
     * @param <E> its type
     * @param <F> its type
     * @param <G> its type
     * @return a cold Mono of the values; an error that names the index if one is empty
     */
    @SuppressWarnings("unchecked")
    public static <A, B, C, D, E, F, G> Mono<Tuple7<A, B, C, D, E, F, G>> gather(
            Mono<? extends A> a,
            Mono<? extends B> b,
            Mono<? extends C> c,
            Mono<? extends D> d,
            Mono<? extends E> e,
            Mono<? extends F> f,
            Mono<? extends G> g) {
        return Gather.typed(values -> (Tuple7<A, B, C, D, E, F, G>) Tuples.fromArray(values), a, b, c, d, e, f, g);
    }

    /**
     * Runs 8 concurrently, as {@link #gather(Mono[])} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param e the fifth
     * @param f the sixth
     * @param g the seventh
     * @param h the eighth
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @param <D> its type
     * @param <E> its type
     * @param <F> its type
     * @param <G> its type
     * @param <H> its type
     * @return a cold Mono of the values; an error that names the index if one is empty
     */
    @SuppressWarnings("unchecked")
    public static <A, B, C, D, E, F, G, H> Mono<Tuple8<A, B, C, D, E, F, G, H>> gather(
            Mono<? extends A> a,
            Mono<? extends B> b,
            Mono<? extends C> c,
            Mono<? extends D> d,
            Mono<? extends E> e,
            Mono<? extends F> f,
            Mono<? extends G> g,
            Mono<? extends H> h) {
        return Gather.typed(
                values -> (Tuple8<A, B, C, D, E, F, G, H>) Tuples.fromArray(values), a, b, c, d, e, f, g, h);
    }

    // ---- waiting, racing, groups ----

    // ---- many values ----

    /**
     * Iterates over a Publisher, in a coroutine: {@code for (T t : each(flux)) { ... }}. Subscribes at the first step, and
     * suspends at each one whose value is not there yet. Requests at most 32 values ahead; of what {@link #generate} gives only
     * the one that is asked for. A cancel of the task while it waits cancels the source, as does a close, and at the latest the
     * end of the task. The source may signal on any thread; its error comes out of the step as it is.
     *
     * <p>asyncio: {@code async for}.
     *
     * @param source a Flux or any other Publisher
     * @param <T> the type of the values
     * @return an iterator to use once, in one task
     */
    public static <T> AsyncIterator<T> each(Publisher<? extends T> source) {
        return AsyncIterator.of(source);
    }

    /**
     * Iterates over a Publisher, as {@link #each(Publisher)} does.
     *
     * @param source a Flux or any other Publisher
     * @param prefetch how many values to request ahead at most; 1 asks for each only when it is needed;
     *     {@link Integer#MAX_VALUE} for all
     * @param <T> the type of the values
     * @return an iterator to use once, in one task
     * @throws IllegalArgumentException if the prefetch is below one
     */
    public static <T> AsyncIterator<T> each(Publisher<? extends T> source, int prefetch) {
        return AsyncIterator.of(source, prefetch);
    }

    /**
     * A Flux written as direct-style code. Each subscription runs the body afresh, as a task, from the first request on: on the
     * loop that the subscriber's Context names, else on a fresh one that ends with it. {@link Emitter#emit} suspends until the
     * next value is requested. A cancel of the subscription cancels the task: the body's {@code finally} runs to its end, on the
     * loop. Signals on the loop. An error of the body is the error of the Flux; after a cancel it goes to
     * {@link reactor.core.publisher.Operators#onErrorDropped}.
     *
     * <p>As in asyncio nothing runs ahead of demand, not even the code between the last value and the end: completion comes with
     * the request for one more value.
     *
     * <p>asyncio: an asynchronous generator.
     *
     * @param body the body
     * @param <T> the type of the values
     * @return a cold Flux
     */
    public static <T> Flux<T> generate(GeneratorBody<T> body) {
        return Generator.of(body);
    }

    // ---- threads ----

    /**
     * Makes a blocking call on {@link reactor.core.scheduler.Schedulers#boundedElastic()}, in a copy of the context. A cancel
     * interrupts it and does not wait for its end. Signals on the loop.
     *
     * <p>asyncio: {@code asyncio.to_thread}.
     *
     * @param blocking the call
     * @param <T> the type of its value
     * @return a cold Mono
     */
    public static <T> Mono<T> toThread(Callable<? extends T> blocking) {
        return ToThread.of(blocking);
    }

    /**
     * Starts a Mono as a task of a loop, from any thread.
     *
     * <p>asyncio: {@code asyncio.run_coroutine_threadsafe}.
     *
     * @param awaitable a coroutine or any other Mono
     * @param loop the loop
     * @param <T> the type of the value
     * @return a future of the JDK; its cancel cancels the task, whose cancellation is its
     *     {@link java.util.concurrent.CancellationException}
     * @throws IllegalStateException if the loop is closed
     */
    public static <T> CompletableFuture<T> runCoroutineThreadsafe(Mono<? extends T> awaitable, EventLoop loop) {
        return TaskCompletableFuture.of(new Task<T>(loop, awaitable, nameOf(awaitable), AsyncContext.copy()));
    }
}
