package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopAccess;
import io.github.corio.loop.internal.Loops;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
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
 * <ul>
 *   <li><b>Suspends:</b> {@code await}, and a step of an iterator of {@code each}, where the value is not there yet.
 *       All other functions return immediately, except {@code run}, which blocks the calling thread.
 *   <li><b>Cancellation:</b> of a task cancels the thing that it waits for, and is thrown there as {@link
 *       CancelledError}.
 *   <li><b>asyncio:</b> the functions of the module {@code asyncio}, in camelCase.
 * </ul>
 *
 * @since 0.1.0
 */
public final class Asyncio {
    private Asyncio() {}

    // ---- run ----

    /**
     * Runs a main coroutine on a new loop, and blocks the calling thread until it ends. Then it cancels and awaits
     * the tasks that are left, and closes the loop, as {@link Runner#close()} says.
     *
     * <ul>
     *   <li><b>Cancellation:</b> an interrupt of the calling thread, or the end of the JVM, cancels the main and
     *       waits for its cleanup.
     *   <li><b>Errors:</b> those of the main, as they are.
     *   <li><b>asyncio:</b> {@code asyncio.run}.
     * </ul>
     *
     * @param main what to run
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws IllegalStateException on a thread that runs a loop, and on one that must not block. Errors of the main
     *     are thrown as they are
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
     * Runs the body of a coroutine without a value as {@link #run(Mono)} does.
     *
     * @param main the body
     */
    public static void run(CoroutineAction main) {
        Void unused = run(Coroutine.ofAction(main));
    }

    /**
     * Runs a main on a given loop, which stays open, and blocks until it has ended.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.run_until_complete}.
     * </ul>
     *
     * @param main what to run
     * @param loop the loop
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws IllegalStateException as {@link #run(Mono)}, and if the loop is closed, or stopped before the main has ended
     */
    public static <T> @Nullable T run(Mono<? extends T> main, EventLoop loop) {
        LoopAccess.requireBlockingAllowed("run " + Foreign.text(main));
        return Runner.runOn(loop, main, AsyncContext.ofCaller(), thread -> {});
    }

    // ---- write ----

    /**
     * Makes a coroutine with a value. Nothing runs before it is awaited or subscribed to. Each time runs the body
     * afresh.
     *
     * <ul>
     *   <li><b>Signals on:</b> the loop of the coroutine.
     *   <li><b>asyncio:</b> {@code async def}.
     * </ul>
     *
     * @param body its body, run afresh each time it is awaited or subscribed to
     * @param <T> the type of the value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Coroutine<T> async(CoroutineBody<? extends T> body) {
        return Coroutine.of(body);
    }

    /**
     * Makes a coroutine without a value, as {@link #async(CoroutineBody)} does with a value.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code async def}.
     * </ul>
     *
     * @param body its body, run afresh each time it is awaited or subscribed to
     * @return a cold Mono
     */
    @CheckReturnValue
    public static Coroutine<Void> async(CoroutineAction body) {
        return Coroutine.ofAction(body);
    }

    /**
     * Waits for a Mono in the body of a coroutine, and gives its value. A coroutine runs inline, in the same task.
     * Any other Mono is subscribed to, with the Context of the task.
     *
     * <ul>
     *   <li><b>Suspends:</b> unless the value is there. No Scheduler thread is blocked meanwhile, and other tasks of
     *       the loop run.
     *   <li><b>Cancellation:</b> a cancel of the task cancels the awaited Mono, and is thrown here as {@link
     *       CancelledError}.
     *   <li><b>Errors:</b> those of the Mono, as they are, checked errors too.
     *   <li><b>asyncio:</b> {@code await}.
     * </ul>
     *
     * @param awaitable what to wait for
     * @param <T> the type of the value
     * @return the value, null if the Mono is empty
     * @throws CancelledError if the task is cancelled. The errors of the Mono are thrown as they are, checked ones too
     * @throws IllegalStateException outside of a coroutine, for a future of another loop, and where the stack cannot be
     *     left
     */
    public static <T> @Nullable T await(Mono<? extends T> awaitable) {
        if (awaitable instanceof Awaitable<? extends T> direct) {
            return direct.awaitDirect();
        }
        return AwaitSubscriber.awaitOther(awaitable);
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
    public static <T, X extends Throwable> @Nullable T awaitThrowing(Mono<? extends T> awaitable, Class<X> declared)
            throws X {
        return await(awaitable);
    }

    /**
     * Waits for a stage of the JDK, as {@link #await(Mono)} does for a Mono. A cancel of the task cancels the stage.
     *
     * @param stage what to wait for
     * @param <T> the type of the value
     * @return the value
     * @throws CancelledError if the task is cancelled, or the stage was. Errors of the stage are thrown without their
     *     wrapper
     */
    public static <T> @Nullable T await(CompletionStage<? extends T> stage) {
        TaskHandle task = TaskHandle.current();
        return new WrappedStage<T>(task.loop, stage).awaitDirect();
    }

    /**
     * Waits for a Mono, as {@link #await(Mono)} does, and declares two checked exceptions.
     *
     * @param awaitable what to wait for
     * @param first an exception that the caller wants to catch
     * @param second another one
     * @param <T> the type of the value
     * @param <X> the type of the first
     * @param <Y> the type of the second
     * @return the value, null if the Mono is empty
     * @throws X if that is the error of the Mono
     * @throws Y if that is the error of the Mono
     */
    @SuppressWarnings("unused") // the classes are there for the compiler
    public static <T, X extends Throwable, Y extends Throwable> @Nullable T awaitThrowing(
            Mono<? extends T> awaitable, Class<X> first, Class<Y> second) throws X, Y {
        return await(awaitable);
    }

    /**
     * Waits for a stage of the JDK, as {@link #await(CompletionStage)} does, and declares one checked exception.
     *
     * @param stage what to wait for
     * @param declared the exception that the caller wants to catch
     * @param <T> the type of the value
     * @param <X> the type of the exception
     * @return the value
     * @throws X if that is the error of the stage
     */
    @SuppressWarnings("unused") // the class is there for the compiler
    public static <T, X extends Throwable> @Nullable T awaitThrowing(
            CompletionStage<? extends T> stage, Class<X> declared) throws X {
        return await(stage);
    }

    /**
     * Waits for a Mono that must have a value, as {@link #await(Mono)} does.
     *
     * <ul>
     *   <li><b>Errors:</b> as {@link #await(Mono)}. An empty Mono is an error.
     * </ul>
     *
     * @param awaitable what to wait for
     * @param <T> the type of the value
     * @return the value
     * @throws NoSuchElementException if the Mono is empty
     */
    public static <T> T awaitSingle(Mono<? extends T> awaitable) {
        T value = await(awaitable);
        if (value == null) {
            throw new NoSuchElementException("awaitSingle: " + Foreign.text(awaitable) + " was empty");
        }
        return value;
    }

    // ---- time ----

    /**
     * Waits for a time, on the clock of the loop.
     *
     * <ul>
     *   <li><b>Suspends:</b> always. Zero or less gives up exactly a turn.
     *   <li><b>Cancellation:</b> cancels the timer.
     *   <li><b>Order:</b> sleepers with the same deadline wake in the order in which they fell asleep.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>asyncio:</b> {@code asyncio.sleep}.
     * </ul>
     *
     * @param duration how long, to the nanosecond, on the clock of the loop
     * @return a cold Mono that completes then
     */
    @CheckReturnValue
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
    @CheckReturnValue
    public static <T> Mono<T> sleep(Duration duration, T result) {
        return Sleep.of(duration, result);
    }

    // ---- time limits ----

    /**
     * Limits the time of a block. At the deadline the task that runs the block is cancelled. When that {@link
     * CancelledError} leaves the body, it becomes a {@link java.util.concurrent.TimeoutException}, which {@link
     * #awaitThrowing(Mono, Class)} lets you catch. The body runs inline, in the task that awaits the block. Blocks
     * may be nested.
     *
     * <ul>
     *   <li><b>Suspends:</b> as the body does. The block ends when the cleanup of the body has ended.
     *   <li><b>Cancellation:</b> a cancel from elsewhere passes through as it is.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> those of the body. If its cleanup fails, that error is thrown, with the timeout as
     *       suppressed.
     *   <li><b>asyncio:</b> {@code async with asyncio.timeout(delay)}.
     * </ul>
     *
     * @param delay how long from the moment the block begins, to the nanosecond. Zero or less fires at the first await.
     *     Null is no limit
     * @param body gets the {@link Timeout}
     * @param <T> the type of the value
     * @return a coroutine with the value of the body
     */
    @CheckReturnValue
    public static <T> Coroutine<T> timeout(@Nullable Duration delay, TimeoutBody<? extends T> body) {
        return TimeoutBlock.after(delay, body);
    }

    /**
     * Limits the time of a block without a value, as {@link #timeout(Duration, TimeoutBody)} does.
     *
     * @param delay how long from the moment the block begins, null for no limit
     * @param body gets the {@link Timeout}
     * @return a coroutine that ends with the body
     */
    @CheckReturnValue
    public static Coroutine<Void> timeout(@Nullable Duration delay, TimeoutAction body) {
        Objects.requireNonNull(body, "body");
        return TimeoutBlock.after(delay, limit -> {
            body.run(limit);
            return null;
        });
    }

    /**
     * Limits a block by a deadline, as {@link #timeout(Duration, TimeoutBody)} does by a time.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code async with asyncio.timeout_at(when)}.
     * </ul>
     *
     * @param loopTime the deadline, on the clock of {@link EventLoop#time()}, null for no limit
     * @param body gets the {@link Timeout}
     * @param <T> the type of the value
     * @return a coroutine with the value of the body
     */
    @CheckReturnValue
    public static <T> Coroutine<T> timeoutAt(@Nullable Duration loopTime, TimeoutBody<? extends T> body) {
        return TimeoutBlock.at(loopTime, body);
    }

    /**
     * Waits for a Mono, with a time limit. At the limit it cancels the Mono, and waits until that has ended: a
     * coroutine has run its {@code finally}, a task is done. {@link Mono#timeout(Duration)} does not wait for that.
     *
     * <ul>
     *   <li><b>Suspends:</b> as the awaited Mono does.
     *   <li><b>Cancellation:</b> cancels the awaited Mono.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> those of the Mono. A {@link java.util.concurrent.TimeoutException} if the limit has
     *       cancelled it.
     *   <li><b>asyncio:</b> {@code asyncio.wait_for}.
     * </ul>
     *
     * @param awaitable a coroutine, which runs inline, a future, or any other Mono, whose subscription is cancelled
     * @param timeout how long, to the nanosecond. Zero or less takes the result of a future that is done, and begins
     *     nothing. Null is no limit
     * @param <T> the type of the value
     * @return a cold Mono of its value, also if the value came after the cancel. It has the error of a Mono that
     *     failed. If the limit has cancelled the Mono, the error is a {@link java.util.concurrent.TimeoutException}
     *     with the cancellation as its cause
     */
    @CheckReturnValue
    public static <T> Mono<T> waitFor(Mono<? extends T> awaitable, @Nullable Duration timeout) {
        return WaitFor.of(awaitable, timeout);
    }

    // ---- tasks ----

    /**
     * Starts a Mono as a task of the running loop, in a copy of the running Context. The task ends at the latest with
     * its loop: work that has to go on belongs in a {@link Background}.
     *
     * <ul>
     *   <li><b>Suspends:</b> never. The first step of the task is queued.
     *   <li><b>Order:</b> tasks begin in the order in which they were created.
     *   <li><b>asyncio:</b> {@code asyncio.create_task}.
     * </ul>
     *
     * @param awaitable a coroutine or any other Mono
     * @param <T> the type of the value
     * @return the task
     * @throws IllegalStateException if no loop is running here
     */
    public static <T> Task<T> createTask(Mono<? extends T> awaitable) {
        return createTask(awaitable, EnsureFuture.nameOf(awaitable), AsyncContext.copy(), false);
    }

    /**
     * Starts a Mono as a task with a name, as {@link #createTask(Mono)} does.
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
     * Starts a Mono as a task in a given context, as {@link #createTask(Mono)} does in a copy of the running one.
     *
     * @param awaitable a coroutine or any other Mono
     * @param context the context itself: changes that the task makes are seen in it
     * @param <T> the type of the value
     * @return the task
     */
    public static <T> Task<T> createTask(Mono<? extends T> awaitable, AsyncContext context) {
        return createTask(awaitable, EnsureFuture.nameOf(awaitable), context, false);
    }

    /**
     * Starts a Mono as a task with a name and a context, as {@link #createTask(Mono)} does, and may run its first step
     * now.
     *
     * @param awaitable a coroutine or any other Mono
     * @param name the name of the task, null for a number
     * @param context the context itself: changes that the task makes are seen in it
     * @param eagerStart true to run the first step of a coroutine now, if a coroutine is running here. A coroutine that
     *     never suspends is then done when this returns
     * @param <T> the type of the value
     * @return the task
     */
    public static <T> Task<T> createTask(
            Mono<? extends T> awaitable, @Nullable String name, AsyncContext context, boolean eagerStart) {
        Task<T> task = new Task<>(EventLoop.current(), awaitable, name, context);
        task.createdHere();
        return eagerStart ? task.startNow() : task.start();
    }

    /**
     * Gives a future for a Mono: a future or task as it is, anything else started as a task.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Cancellation:</b> of the future cancels the given future, or the task.
     *   <li><b>asyncio:</b> {@code asyncio.ensure_future}.
     * </ul>
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
     * Gives a future of the running loop for a stage of the JDK.
     *
     * <ul>
     *   <li><b>Suspends:</b> never. An await of the future does, until the stage has completed.
     *   <li><b>Cancellation:</b> of the future cancels the stage, a turn later.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> those of the stage, without their wrapper.
     *   <li><b>asyncio:</b> {@code asyncio.wrap_future}.
     * </ul>
     *
     * @param stage the stage
     * @param <T> the type of the value
     * @return a future
     */
    public static <T> AsyncFuture<T> wrapFuture(CompletionStage<? extends T> stage) {
        return new WrappedStage<>(EventLoop.current(), stage);
    }

    /**
     * Gives the task that runs here.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code asyncio.current_task}.
     * </ul>
     *
     * @return the task, null in a plain callback
     * @throws IllegalStateException if no loop is running here
     */
    public static @Nullable Task<?> currentTask() {
        EventLoop unused = EventLoop.current();
        return Loops.running() instanceof TaskHandle handle ? (Task<?>) handle.task() : null;
    }

    /**
     * Gives the tasks of the running loop that are not done.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code asyncio.all_tasks}.
     * </ul>
     *
     * @return a snapshot, oldest first
     */
    public static Set<Task<?>> allTasks() {
        return allTasks(EventLoop.current());
    }

    /**
     * Gives the tasks of a loop that are not done. Any thread may ask.
     *
     * @param loop the loop
     * @return a snapshot, oldest first
     */
    public static Set<Task<?>> allTasks(EventLoop loop) {
        return new LinkedHashSet<>(RemainingTasks.of(loop));
    }

    // ---- what runs ----

    /**
     * Takes a picture of all loops of this JVM and their tasks. It shows what each waits for and where, the awaiting
     * tasks, and the circles among them. Any thread may ask. The loops go on meanwhile.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>asyncio:</b> {@code python -m asyncio pstree PID}.
     * </ul>
     *
     * @return the picture, which {@link TaskTree#toText()} prints
     */
    public static TaskTree taskTree() {
        return TreeCapture.ofAll();
    }

    /**
     * Takes a picture of the tasks of a loop, as {@link #taskTree()} does of all loops.
     *
     * @param loop the loop
     * @return the picture
     */
    public static TaskTree taskTree(EventLoop loop) {
        return TreeCapture.of(List.of(loop));
    }

    /**
     * Gives the stack of the task that runs here, and the chain of the tasks that await it.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>asyncio:</b> {@code asyncio.capture_call_graph}, of Python 3.14.
     * </ul>
     *
     * @return the graph, null outside of a task
     */
    public static @Nullable FutureCallGraph captureCallGraph() {
        return FutureCallGraph.ofCurrent();
    }

    /**
     * Gives the stack of a future, if that is a task, and the chain of the tasks that await it. Any thread may ask.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>asyncio:</b> {@code asyncio.capture_call_graph}, of Python 3.14.
     * </ul>
     *
     * @param future the future or task
     * @return the graph
     */
    public static FutureCallGraph captureCallGraph(AsyncFuture<?> future) {
        return FutureCallGraph.of(future);
    }

    /**
     * Gives {@link #captureCallGraph()} as text, in asyncio's form.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>asyncio:</b> {@code asyncio.format_call_graph}, of Python 3.14.
     * </ul>
     *
     * @return several lines, empty outside of a task
     */
    public static String formatCallGraph() {
        FutureCallGraph graph = captureCallGraph();
        return graph == null ? "" : graph.toText();
    }

    /**
     * Gives {@link #captureCallGraph(AsyncFuture)} as text, in asyncio's form.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>asyncio:</b> {@code asyncio.format_call_graph}, of Python 3.14.
     * </ul>
     *
     * @param future the future or task
     * @return several lines
     */
    public static String formatCallGraph(AsyncFuture<?> future) {
        return captureCallGraph(future).toText();
    }

    /**
     * Prints {@link #formatCallGraph()} to {@link System#out}.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code asyncio.print_call_graph}, of Python 3.14.
     * </ul>
     */
    public static void printCallGraph() {
        System.out.println(formatCallGraph());
    }

    /**
     * Prints {@link #formatCallGraph(AsyncFuture)} to {@link System#out}.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code asyncio.print_call_graph}, of Python 3.14.
     * </ul>
     *
     * @param future the future or task
     */
    public static void printCallGraph(AsyncFuture<?> future) {
        System.out.println(formatCallGraph(future));
    }

    /**
     * Gives the Reactor Context of the running task or callback.
     *
     * @return the entries, empty outside of a loop
     */
    public static ContextView currentContext() {
        return AsyncContext.now();
    }

    // ---- combine ----

    /**
     * Runs Monos concurrently, each as a task of the loop, and gives all values. A future stands for itself.
     *
     * <ul>
     *   <li><b>Suspends:</b> unless all are done futures.
     *   <li><b>Cancellation:</b> cancels all of them. The whole ends with the first that ends cancelled or fails,
     *       else when all have ended.
     *   <li><b>Order:</b> they begin in their order, and the values are in this order.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> the first failure is thrown immediately, as it is, while the others go on. Later failures
     *       count as observed.
     *   <li><b>asyncio:</b> {@code asyncio.gather}. It is built on {@link Mono#zip}, but an empty Mono counts as
     *       null.
     * </ul>
     *
     * @param awaitables what to run
     * @param <T> the type of the values
     * @return a cold Mono of the values, in their order, null for an empty one
     */
    @CheckReturnValue
    public static <T> Mono<List<T>> gather(Iterable<? extends Mono<? extends T>> awaitables) {
        return Gather.all(Integer.MAX_VALUE, awaitables);
    }

    /**
     * Runs Monos concurrently, as {@link #gather(Iterable)} does, but only some at a time. Each time a Mono has ended,
     * the next in order begins. After a failure or a cancel, no more are begun.
     *
     * <ul>
     *   <li><b>asyncio:</b> none. A semaphore limits them there.
     * </ul>
     *
     * @param awaitables what to run
     * @param limit how many may run at the same time
     * @param <T> the type of the values
     * @return a cold Mono of the values, in their order, null for an empty one
     * @throws IllegalArgumentException if the limit is below one
     */
    @CheckReturnValue
    public static <T> Mono<List<T>> gather(Iterable<? extends Mono<? extends T>> awaitables, int limit) {
        return Gather.all(limit, awaitables);
    }

    /**
     * Runs Monos concurrently, as {@link #gather(Iterable)} does, and tells how each has ended.
     *
     * <ul>
     *   <li><b>Suspends:</b> until all have ended.
     *   <li><b>Cancellation:</b> cancels all of them, and ends when all have ended.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> none but a cancel from outside.
     *   <li><b>asyncio:</b> {@code asyncio.gather(..., return_exceptions=True)}.
     * </ul>
     *
     * @param awaitables what to run
     * @param <T> the type of the values
     * @return a cold Mono of the outcomes, in their order
     */
    @CheckReturnValue
    public static <T> Mono<List<Outcome<T>>> gatherOutcomes(Iterable<? extends Mono<? extends T>> awaitables) {
        return Gather.outcomes(awaitables);
    }

    /**
     * Runs 2 concurrently, as {@link #gather(Iterable)} does.
     *
     * @param a the first
     * @param b the second
     * @param <A> its type
     * @param <B> its type
     * @return a cold Mono of the values. It is empty if all are. If only some are empty, it has an error that names an
     *     index
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B> Mono<Tuple2<A, B>> gather(Mono<? extends A> a, Mono<? extends B> b) {
        return Gather.typed(values -> (Tuple2<A, B>) Tuples.fromArray(values), a, b);
    }

    /**
     * Runs 3 concurrently, as {@link #gather(Iterable)} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @return a cold Mono of the values. It is empty if all are. If only some are empty, it has an error that names an
     *     index
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C> Mono<Tuple3<A, B, C>> gather(
            Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c) {
        return Gather.typed(values -> (Tuple3<A, B, C>) Tuples.fromArray(values), a, b, c);
    }

    /**
     * Runs 4 concurrently, as {@link #gather(Iterable)} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @param <D> its type
     * @return a cold Mono of the values. It is empty if all are. If only some are empty, it has an error that names an
     *     index
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C, D> Mono<Tuple4<A, B, C, D>> gather(
            Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c, Mono<? extends D> d) {
        return Gather.typed(values -> (Tuple4<A, B, C, D>) Tuples.fromArray(values), a, b, c, d);
    }

    /**
     * Runs 5 concurrently, as {@link #gather(Iterable)} does.
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
     * @return a cold Mono of the values. It is empty if all are. If only some are empty, it has an error that names an
     *     index
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C, D, E> Mono<Tuple5<A, B, C, D, E>> gather(
            Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c, Mono<? extends D> d, Mono<? extends E> e) {
        return Gather.typed(values -> (Tuple5<A, B, C, D, E>) Tuples.fromArray(values), a, b, c, d, e);
    }

    /**
     * Runs 6 concurrently, as {@link #gather(Iterable)} does.
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
     * @return a cold Mono of the values. It is empty if all are. If only some are empty, it has an error that names an
     *     index
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
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
     * Runs 7 concurrently, as {@link #gather(Iterable)} does.
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
     * @return a cold Mono of the values. It is empty if all are. If only some are empty, it has an error that names an
     *     index
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
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
     * Runs 8 concurrently, as {@link #gather(Iterable)} does.
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
     * @return a cold Mono of the values. It is empty if all are. If only some are empty, it has an error that names an
     *     index
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
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

    /**
     * Runs Monos concurrently, each as a task of the loop, and gives all values, or ends with the first that has
     * none. The first that fails, ends cancelled by itself, or is empty cancels the others, each a single time. When
     * they have ended, the whole ends with that error as it is, or empty. With no Monos at all it is empty.
     *
     * <p>It is for readers who come from {@link Mono#zip}, which does not wait. A {@code Mono<Void>} is empty, so it
     * ends the others: use {@link #gather(Iterable)} for these.
     *
     * <ul>
     *   <li><b>Suspends:</b> until all have ended, unless all are done futures.
     *   <li><b>Cancellation:</b> cancels all, and ends when they have ended. If a Mono fails before any other has
     *       ended cancelled, that error is thrown, and the cancel is thrown at the next await.
     *   <li><b>Order:</b> they begin in their order, and the values are in this order.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> the first. Later errors go to {@link reactor.core.publisher.Operators#onErrorDropped}.
     *       Values that are not delivered go to {@link reactor.core.publisher.Operators#onDiscard}, except those of
     *       given futures.
     *   <li><b>asyncio:</b> none. {@link #taskGroup(TaskGroupBody)} wraps the error in a group.
     * </ul>
     *
     * @param sources what to run
     * @param <T> the type of the values
     * @return a cold Mono of the values, in their order, empty if one of them is
     * @since 0.1.0
     */
    @CheckReturnValue
    public static <T> Mono<List<T>> zip(Iterable<? extends Mono<? extends T>> sources) {
        return Zip.all(sources);
    }

    /**
     * Runs 2 concurrently and cancels the others when one has no value, as {@link #zip(Iterable)} does.
     *
     * @param a the first
     * @param b the second
     * @param <A> its type
     * @param <B> its type
     * @return a cold Mono of the values, empty if one of them is
     * @since 0.1.0
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B> Mono<Tuple2<A, B>> zip(Mono<? extends A> a, Mono<? extends B> b) {
        return Zip.typed(values -> (Tuple2<A, B>) Tuples.fromArray(values), a, b);
    }

    /**
     * Runs 3 concurrently and cancels the others when one has no value, as {@link #zip(Iterable)} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @return a cold Mono of the values, empty if one of them is
     * @since 0.1.0
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C> Mono<Tuple3<A, B, C>> zip(Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c) {
        return Zip.typed(values -> (Tuple3<A, B, C>) Tuples.fromArray(values), a, b, c);
    }

    /**
     * Runs 4 concurrently and cancels the others when one has no value, as {@link #zip(Iterable)} does.
     *
     * @param a the first
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param <A> its type
     * @param <B> its type
     * @param <C> its type
     * @param <D> its type
     * @return a cold Mono of the values, empty if one of them is
     * @since 0.1.0
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C, D> Mono<Tuple4<A, B, C, D>> zip(
            Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c, Mono<? extends D> d) {
        return Zip.typed(values -> (Tuple4<A, B, C, D>) Tuples.fromArray(values), a, b, c, d);
    }

    /**
     * Runs 5 concurrently and cancels the others when one has no value, as {@link #zip(Iterable)} does.
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
     * @return a cold Mono of the values, empty if one of them is
     * @since 0.1.0
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C, D, E> Mono<Tuple5<A, B, C, D, E>> zip(
            Mono<? extends A> a, Mono<? extends B> b, Mono<? extends C> c, Mono<? extends D> d, Mono<? extends E> e) {
        return Zip.typed(values -> (Tuple5<A, B, C, D, E>) Tuples.fromArray(values), a, b, c, d, e);
    }

    /**
     * Runs 6 concurrently and cancels the others when one has no value, as {@link #zip(Iterable)} does.
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
     * @return a cold Mono of the values, empty if one of them is
     * @since 0.1.0
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C, D, E, F> Mono<Tuple6<A, B, C, D, E, F>> zip(
            Mono<? extends A> a,
            Mono<? extends B> b,
            Mono<? extends C> c,
            Mono<? extends D> d,
            Mono<? extends E> e,
            Mono<? extends F> f) {
        return Zip.typed(values -> (Tuple6<A, B, C, D, E, F>) Tuples.fromArray(values), a, b, c, d, e, f);
    }

    /**
     * Runs 7 concurrently and cancels the others when one has no value, as {@link #zip(Iterable)} does.
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
     * @return a cold Mono of the values, empty if one of them is
     * @since 0.1.0
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C, D, E, F, G> Mono<Tuple7<A, B, C, D, E, F, G>> zip(
            Mono<? extends A> a,
            Mono<? extends B> b,
            Mono<? extends C> c,
            Mono<? extends D> d,
            Mono<? extends E> e,
            Mono<? extends F> f,
            Mono<? extends G> g) {
        return Zip.typed(values -> (Tuple7<A, B, C, D, E, F, G>) Tuples.fromArray(values), a, b, c, d, e, f, g);
    }

    /**
     * Runs 8 concurrently and cancels the others when one has no value, as {@link #zip(Iterable)} does.
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
     * @return a cold Mono of the values, empty if one of them is
     * @since 0.1.0
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public static <A, B, C, D, E, F, G, H> Mono<Tuple8<A, B, C, D, E, F, G, H>> zip(
            Mono<? extends A> a,
            Mono<? extends B> b,
            Mono<? extends C> c,
            Mono<? extends D> d,
            Mono<? extends E> e,
            Mono<? extends F> f,
            Mono<? extends G> g,
            Mono<? extends H> h) {
        return Zip.typed(values -> (Tuple8<A, B, C, D, E, F, G, H>) Tuples.fromArray(values), a, b, c, d, e, f, g, h);
    }

    // ---- waiting, racing, groups ----

    /**
     * Waits until some or all of several futures have ended, and cancels none.
     *
     * <ul>
     *   <li><b>Suspends:</b> always.
     *   <li><b>Cancellation:</b> ends the wait and leaves the futures alone.
     *   <li><b>Order:</b> the results are in the order given.
     *   <li><b>Signals on:</b> their loop.
     *   <li><b>Errors:</b> none of theirs: ask each future.
     *   <li><b>asyncio:</b> {@code asyncio.wait}.
     * </ul>
     *
     * @param futures tasks and futures, of one loop. Each counts once
     * @param when what to wait for
     * @param <F> their type
     * @return a cold Mono of which have ended and which have not, in the order given
     * @throws IllegalArgumentException if there are none
     * @throws IllegalStateException if they belong to several loops
     */
    @CheckReturnValue
    public static <F extends AsyncFuture<?>> Mono<WaitResult<F>> waitTasks(
            Iterable<? extends F> futures, ReturnWhen when) {
        return WaitTasks.of(futures, when, null);
    }

    /**
     * Waits as {@link #waitTasks(Iterable, ReturnWhen)} does, but not longer than a time. That it is over is no error.
     *
     * @param futures tasks and futures, of one loop. Each counts once
     * @param when what to wait for
     * @param timeout how long at most, null for no limit
     * @param <F> their type
     * @return a cold Mono of which have ended and which have not, in the order given
     */
    @CheckReturnValue
    public static <F extends AsyncFuture<?>> Mono<WaitResult<F>> waitTasks(
            Iterable<? extends F> futures, ReturnWhen when, @Nullable Duration timeout) {
        return WaitTasks.of(futures, when, timeout);
    }

    /**
     * Runs Monos concurrently, and gives their tasks in the order in which they end. {@link AsCompleted} says where
     * they run and when it signals.
     *
     * <ul>
     *   <li><b>Cancellation:</b> a cancel, or leaving early, ends none of them.
     *   <li><b>Order:</b> that of their ends.
     *   <li><b>Errors:</b> those of a task are in the task.
     *   <li><b>asyncio:</b> {@code asyncio.as_completed}.
     * </ul>
     *
     * @param awaitables tasks, which are given as they are, and other Monos, which become tasks. Each counts once
     * @param <T> the type of the values
     * @return a cold Flux of the tasks, which {@link AsCompleted#iterate()} gives in direct style
     */
    @CheckReturnValue
    public static <T> AsCompleted<T> asCompleted(Iterable<? extends Mono<? extends T>> awaitables) {
        return AsCompleted.of(awaitables, null);
    }

    /**
     * Runs all concurrently, as {@link #asCompleted(Iterable)} does, with a limit for the time until the last has ended.
     *
     * @param awaitables tasks and other Monos
     * @param timeout how long, null for no limit
     * @param <T> the type of the values
     * @return a cold Flux of those that have ended in time, and then a {@link java.util.concurrent.TimeoutException}.
     *     The others go on
     */
    @CheckReturnValue
    public static <T> AsCompleted<T> asCompleted(
            Iterable<? extends Mono<? extends T>> awaitables, @Nullable Duration timeout) {
        return AsCompleted.of(awaitables, timeout);
    }

    /**
     * Protects a Mono from the cancel of its waiter.
     *
     * <ul>
     *   <li><b>Suspends:</b> unless the inner future is done.
     *   <li><b>Cancellation:</b> ends the wait only. The inner Mono goes on, until the end of its loop. Its value is then
     *       discarded, but that of a future that was given is not. If the inner Mono is cancelled itself, so is this.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> those of the inner Mono. An error after the cancel goes once to the exception handler of
     *       the loop.
     *   <li><b>asyncio:</b> {@code asyncio.shield}, with the report of late errors of Python 3.14.
     * </ul>
     *
     * @param awaitable a future. Anything else is started as a task, each time this is awaited or subscribed to
     * @param <T> the type of the value
     * @return a cold Mono of its value
     */
    @CheckReturnValue
    public static <T> Mono<T> shield(Mono<? extends T> awaitable) {
        return Shield.of(awaitable);
    }

    /**
     * Gives the value of the first candidate that has one. It starts the first candidate, and the next each time the
     * latest has failed or the delay has passed. When a candidate wins, the others are cancelled.
     *
     * <ul>
     *   <li><b>Suspends:</b> until a candidate has won and the others have ended.
     *   <li><b>Cancellation:</b> cancels all that have been started, and ends when they have ended.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> an {@link ExceptionGroup} of all errors, if no candidate wins.
     *   <li><b>asyncio:</b> {@code asyncio.staggered.staggered_race}.
     * </ul>
     *
     * @param candidates coroutines or other Monos, asked for one by one
     * @param delay how long each has for itself, null to start the next only after a failure
     * @param <T> the type of the value
     * @return a cold Mono of the value of the winner. If there is none, the error is an {@link ExceptionGroup} of all
     *     errors
     */
    @CheckReturnValue
    public static <T> Mono<T> staggeredRace(
            Iterable<? extends Mono<? extends T>> candidates, @Nullable Duration delay) {
        return StaggeredRace.winner(candidates, delay);
    }

    /**
     * Runs a race as {@link #staggeredRace} does, and tells who has won and how the others have failed. That nobody has won is no
     * error here.
     *
     * @param candidates coroutines or other Monos, asked for one by one
     * @param delay how long each has for itself, null to start the next only after a failure
     * @param <T> the type of the value
     * @return a cold Mono of the result
     */
    @CheckReturnValue
    public static <T> Mono<StaggeredResult<T>> staggeredRaceResult(
            Iterable<? extends Mono<? extends T>> candidates, @Nullable Duration delay) {
        return StaggeredRace.of(candidates, delay);
    }

    /**
     * Makes a block that ends when all tasks created in its group have ended. If a task or the body fails, the others
     * are cancelled. The body runs inline, in the task that awaits the block.
     *
     * <ul>
     *   <li><b>Suspends:</b> as the body does, and while there are tasks.
     *   <li><b>Cancellation:</b> cancels the body and all tasks, and is thrown when they have ended, unless there is
     *       an error. A task that is cancelled by itself is no error.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> an {@link ExceptionGroup} of all errors.
     *   <li><b>asyncio:</b> {@code async with asyncio.TaskGroup()}.
     * </ul>
     *
     * @param body gets the {@link TaskGroup}
     * @param <T> the type of the value
     * @return a coroutine with the value of the body, empty if {@link TaskGroup#cancel()} has ended the body
     */
    @CheckReturnValue
    public static <T> Coroutine<T> taskGroup(TaskGroupBody<? extends T> body) {
        return TaskGroupBlock.of(body);
    }

    /**
     * A block without a value, as {@link #taskGroup(TaskGroupBody)}.
     *
     * @param body gets the {@link TaskGroup}
     * @return a coroutine that ends with the block
     */
    @CheckReturnValue
    public static Coroutine<Void> taskGroup(TaskGroupAction body) {
        Objects.requireNonNull(body, "body");
        return TaskGroupBlock.of(group -> {
            body.run(group);
            return null;
        });
    }

    // ---- many values ----

    /**
     * Iterates over a Publisher, in a coroutine: {@code for (T t : each(flux)) { ... }}. It subscribes at the first
     * step, and requests at most 32 values ahead, of {@link #generate} only the value that is asked for. A loop that
     * is left early does not close the source: use try-with-resources.
     *
     * <ul>
     *   <li><b>Suspends:</b> at each step whose value is not there.
     *   <li><b>Cancellation:</b> of the task, while it waits, cancels the source. So do a close, and at the latest
     *       the end of the task.
     *   <li><b>Order:</b> that of the source, which may signal on any thread.
     *   <li><b>Errors:</b> those of the source are thrown at the step, as they are.
     *   <li><b>asyncio:</b> {@code async for}.
     * </ul>
     *
     * @param source a Flux or any other Publisher
     * @param <T> the type of the values
     * @return an iterator to use once, in one task
     */
    @CheckReturnValue
    public static <T> AsyncIterator<T> each(Publisher<? extends T> source) {
        return AsyncIterator.of(source);
    }

    /**
     * Iterates over a Publisher, as {@link #each(Publisher)} does.
     *
     * @param source a Flux or any other Publisher
     * @param prefetch how many values to request ahead at most: 1 asks for each only when it is needed, {@link
     *     Integer#MAX_VALUE} for all
     * @param <T> the type of the values
     * @return an iterator to use once, in one task
     * @throws IllegalArgumentException if the prefetch is below one
     */
    @CheckReturnValue
    public static <T> AsyncIterator<T> each(Publisher<? extends T> source, int prefetch) {
        return AsyncIterator.of(source, prefetch);
    }

    /**
     * Makes a Flux of direct-style code. Each subscription runs the body afresh, as a task, from the first request on.
     * The task runs on the loop in the subscriber's Context, else on a new loop that ends with it.
     *
     * <p>As in asyncio nothing runs ahead of demand, not even the code between the last value and the end. Completion
     * comes with the request for another value.
     *
     * <ul>
     *   <li><b>Suspends:</b> {@link Emitter#emit} does, until the next value is requested.
     *   <li><b>Cancellation:</b> of the subscription cancels the task. The {@code finally} of the body runs to its
     *       end, on the loop.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> an error of the body is the error of the Flux. After a cancel it goes to {@link
     *       reactor.core.publisher.Operators#onErrorDropped}.
     *   <li><b>asyncio:</b> an asynchronous generator.
     * </ul>
     *
     * @param body the body
     * @param <T> the type of the values
     * @return a cold Flux
     */
    @CheckReturnValue
    public static <T> Flux<T> generate(GeneratorBody<T> body) {
        return Generator.of(body);
    }

    // ---- threads ----

    /**
     * Makes a blocking call on {@link reactor.core.scheduler.Schedulers#boundedElastic()}, in a copy of the Context.
     *
     * <ul>
     *   <li><b>Suspends:</b> until the call has returned.
     *   <li><b>Cancellation:</b> interrupts the call and does not wait for its end.
     *   <li><b>Signals on:</b> the loop.
     *   <li><b>Errors:</b> those of the call, as they are. After a cancel they go to {@link
     *       reactor.core.publisher.Operators#onErrorDropped}, except an InterruptedException.
     *   <li><b>asyncio:</b> {@code asyncio.to_thread}. A cancel there leaves the call alone.
     * </ul>
     *
     * @param blocking the call
     * @param <T> the type of its value
     * @return a cold Mono
     */
    @CheckReturnValue
    public static <T> Mono<T> toThread(Callable<? extends T> blocking) {
        return ToThread.of(blocking);
    }

    /**
     * Makes a blocking call without a value, as {@link #toThread(Callable)} does.
     *
     * @param blocking the call
     * @return a cold Mono that completes when it has returned
     */
    @CheckReturnValue
    public static Mono<Void> toThread(CoroutineAction blocking) {
        Objects.requireNonNull(blocking, "blocking");
        return ToThread.of(() -> {
            blocking.run();
            return null;
        });
    }

    /**
     * Starts a Mono as a task of a loop, from any thread.
     *
     * <ul>
     *   <li><b>Suspends:</b> never. {@code get()} of the future blocks, and must not be called on that loop.
     *   <li><b>Cancellation:</b> of the future cancels the task. A cancelled task gives a {@link
     *       java.util.concurrent.CancellationException}.
     *   <li><b>asyncio:</b> {@code asyncio.run_coroutine_threadsafe}.
     * </ul>
     *
     * @param awaitable a coroutine or any other Mono
     * @param loop the loop
     * @param <T> the type of the value
     * @return a future of the JDK
     * @throws IllegalStateException if the loop is closed
     */
    public static <T> CompletableFuture<T> runCoroutineThreadsafe(Mono<? extends T> awaitable, EventLoop loop) {
        return TaskCompletableFuture.of(
                new Task<T>(loop, awaitable, EnsureFuture.nameOf(awaitable), AsyncContext.ofCaller()));
    }
}
