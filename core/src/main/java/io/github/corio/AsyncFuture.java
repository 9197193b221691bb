package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.util.context.Context;

/**
 * A value that comes later, set a single time. It belongs to a loop, on which its callbacks run and its waiters
 * wake. Any thread may set, cancel and read it.
 *
 * <p>As a Mono it is hot: each subscriber gets the outcome of the future. A result of null makes the Mono empty.
 *
 * <ul>
 *   <li><b>Suspends:</b> an await does, while the future is pending. All other methods return immediately, except those
 *       named {@code block}.
 *   <li><b>Cancellation:</b> of a subscriber cancels the future, as that of an awaiting task does. {@code shield}
 *       protects it.
 *   <li><b>Signals on:</b> the loop. A subscriber that comes or requests later gets its signal on its own thread.
 *   <li><b>Errors:</b> an error that no code observes goes to the exception handler of the loop, when the future is
 *       collected or the loop is closed.
 *   <li><b>asyncio:</b> {@code asyncio.Future}.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public class AsyncFuture<T> extends Completable<T> implements Scannable {
    private final EventLoop loop;
    private final @Nullable Throwable creationSite;

    /** Makes a pending future of the running loop. */
    public AsyncFuture() {
        this(EventLoop.current());
    }

    /**
     * Makes a pending future of a loop.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code loop.create_future()}.
     * </ul>
     *
     * @param loop the loop it belongs to
     */
    public AsyncFuture(EventLoop loop) {
        this.loop = Objects.requireNonNull(loop, "loop");
        this.creationSite = loop.isDebug() && Loops.access(loop).recordsSites() ? new Throwable("created here") : null;
    }

    // ---- state ----

    /**
     * The loop it belongs to.
     *
     * @return the loop
     */
    @Override
    public final EventLoop loop() {
        return loop;
    }

    /**
     * Says whether it has a result, an error, or is cancelled.
     *
     * @return true once it is done, and from then on always
     */
    public final boolean isDone() {
        return ended() != null;
    }

    /**
     * Says whether it was cancelled.
     *
     * @return true if that is how it ended
     */
    public final boolean isCancelled() {
        return ended() instanceof Outcome.Cancelled;
    }

    /**
     * Gives the way in which it ended. Its error does not count as observed by this.
     *
     * @return the outcome, null while it is pending
     */
    public final @Nullable Outcome<T> outcome() {
        return ended();
    }

    /**
     * Gives the result. Never suspends.
     *
     * @return the value
     * @throws InvalidStateException if it is pending
     * @throws CancelledError if it was cancelled. If it has an error, that is thrown as it is
     */
    @Override
    public final @Nullable T result() {
        Outcome<T> outcome = requireDone("result");
        if (outcome instanceof Outcome.Success<T> success) {
            return success.value();
        }
        observe();
        return outcome.get();
    }

    /**
     * Gives the error, which then counts as observed. Never suspends.
     *
     * @return the error, null if it has a result
     * @throws InvalidStateException if it is pending
     * @throws CancelledError if it was cancelled
     */
    public final @Nullable Throwable exception() {
        Outcome<T> outcome = requireDone("exception");
        observe();
        if (outcome instanceof Outcome.Cancelled<?> cancelled) {
            throw cancelled.error();
        }
        return outcome instanceof Outcome.Failure<?> failure ? failure.error() : null;
    }

    private Outcome<T> requireDone(String what) {
        Outcome<T> outcome = outcome();
        if (outcome == null) {
            throw new InvalidStateException(
                    "The " + what + " of " + Foreign.text(this) + " is not there yet. Await it, or ask isDone() first");
        }
        return outcome;
    }

    /**
     * Sets the result. Callbacks and waiters are queued, none runs inside this call.
     *
     * @param value the value, may be null
     * @throws InvalidStateException if it is done
     */
    public void setResult(@Nullable T value) {
        requireSet(complete(new Outcome.Success<>(value)));
    }

    /**
     * Sets the error. Callbacks and waiters are queued, none runs inside this call.
     *
     * @param error the error, thrown as it is at each await
     * @throws InvalidStateException if it is done
     */
    public void setException(Throwable error) {
        requireSet(complete(new Outcome.Failure<>(Objects.requireNonNull(error, "error"))));
    }

    /**
     * Sets the result, if it is not done: for several who may set it, and for a callback that may come after a cancel.
     *
     * @param value the value, may be null
     * @return false if it was done already, and nothing has changed
     * @since 0.1.0
     */
    public boolean trySetResult(@Nullable T value) {
        return complete(new Outcome.Success<>(value));
    }

    /**
     * Sets the error, if it is not done, as {@link #trySetResult} does.
     *
     * @param error the error
     * @return false if it was done already, and nothing has changed
     * @since 0.1.0
     */
    public boolean trySetException(Throwable error) {
        return complete(new Outcome.Failure<>(Objects.requireNonNull(error, "error")));
    }

    private void requireSet(boolean set) {
        if (!set) {
            throw new InvalidStateException(
                    Foreign.text(this) + " was set or cancelled before, and is done for good. Where"
                            + " several may set it, ask isDone() first, on its loop, or use trySetResult(...)");
        }
    }

    /**
     * Cancels it.
     *
     * @return false if it was done already
     */
    public final boolean cancel() {
        return cancel(null);
    }

    /**
     * Cancels it, with a message for the {@link CancelledError}. Callbacks and waiters are queued. If it has failed
     * already, its error counts as observed from now on.
     *
     * @param message the message, or null
     * @return false if it was done already
     */
    @Override
    public boolean cancel(@Nullable String message) {
        if (complete(new Outcome.Cancelled<>(new CancelledError(message)))) {
            return true;
        }
        observe();
        return false;
    }

    /** The futures whose end this one waits for at this moment. Asked on the loop. */
    Collection<? extends AsyncFuture<?>> waitsForAll() {
        return List.of();
    }

    // ---- callbacks ----

    /**
     * Queues a callback for the moment at which it is done, behind the callbacks added before. If it is done already,
     * the callback is queued immediately. It runs on the loop, in the Context that is current here, and not inside this
     * call. Any thread may add one. A loop that is closed runs nothing: the thread that finds it closed calls the
     * callback, which may be inside this call.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Future.add_done_callback}. On a closed loop asyncio raises an error, or forgets a
     *       callback that was queued.
     * </ul>
     *
     * @param callback gets this future
     */
    public final void addDoneCallback(Consumer<? super AsyncFuture<T>> callback) {
        LoopHandle unused = follow(callback);
    }

    /**
     * Takes out all callbacks that are equal to the given callback and are not queued yet.
     *
     * @param callback what was added
     * @return how many there were
     */
    public final int removeDoneCallback(Consumer<? super AsyncFuture<T>> callback) {
        return removeAll(handle -> handle instanceof DoneCallback<?> added && added.callback.equals(callback));
    }

    /** {@link #addDoneCallback}, which gives what {@link #forget} takes. */
    final LoopHandle follow(Consumer<? super AsyncFuture<T>> callback) {
        LoopHandle follower = new DoneCallback.Independent<>(this, callback, AsyncContext.now());
        whenDone(follower);
        return follower;
    }

    /** {@link #addDoneCallback} for code that belongs to the loop and ends with it: a loop that is closed forgets the callback, as in asyncio. */
    final void addLoopCallback(Consumer<? super AsyncFuture<T>> callback) {
        LoopHandle unused = followOnLoop(callback);
    }

    /** {@link #addLoopCallback}, which gives what {@link #forget} takes. */
    final LoopHandle followOnLoop(Consumer<? super AsyncFuture<T>> callback) {
        LoopHandle follower = new DoneCallback<>(this, callback, AsyncContext.now());
        whenDone(follower);
        return follower;
    }

    /** What to call it where what runs is shown. From any thread; never calls others' code. */
    String label() {
        return getClass() == AsyncFuture.class
                ? "AsyncFuture"
                : "future " + getClass().getName();
    }

    // ---- awaiting and subscribing ----

    @Override
    public @Nullable T awaitDirect() {
        if (isDone()) {
            if (Loops.access(loop).urgent().any()) {
                heedCancel();
            }
            if (outcome() instanceof Outcome.Failure<T> failure && Loops.running() instanceof TaskHandle here) {
                showAwait(failure.error(), here);
            }
            return result();
        }
        TaskHandle task = TaskHandle.current();
        task.checkpoint();
        return task.await(begin(task, task.context()));
    }

    @Override
    final void showAwait(Throwable error, TaskHandle waiter) {
        if (!(error instanceof CancelledError)) {
            String name = waiter.task() instanceof AsyncFuture<?> task ? task.label() : "a task";
            AwaitedHere.addTo(error, waiter.task(), name, origin());
        }
    }

    /** The task whose error this future has passed on, as far as that is known. */
    @Nullable
    AsyncFuture<?> origin() {
        return null;
    }

    /** {@link #origin()} for one that ends as the first failed one of several: which that is. */
    static @Nullable AsyncFuture<?> originAmong(Collection<? extends AsyncFuture<?>> futures, Throwable error) {
        for (AsyncFuture<?> future : futures) {
            if (future.outcome() instanceof Outcome.Failure<?> failure && failure.error() == error) {
                return future.origin();
            }
        }
        return null;
    }

    private void heedCancel() {
        try {
            TaskHandle.checkpoint(loop);
        } catch (CancelledError e) { // it would have been taken
            boolean unused = observe();
            abandoned(TaskHandle.current().context());
            throw e;
        }
    }

    @Override
    final boolean needsStack() {
        return false;
    }

    @Override
    final Wait<T> begin(TaskHandle task, Context context) {
        if (task.loop != loop) {
            throw new IllegalStateException(
                    task.task() + ", on " + Thread.currentThread() + ", which runs " + task.loop + ", cannot await "
                            + Foreign.text(this) + ", which belongs to " + loop
                            + ". Await it through an operator, which may cross loops: await(future.hide())");
        }
        if (task.task() == this) {
            throw new IllegalStateException(Foreign.text(this) + " cannot await itself, on " + Thread.currentThread()
                    + ": it would never end. Await it in another task, or return the value");
        }
        return new FutureWait<>(this, task);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        FutureSubscription<T> subscription = subscription(actual);
        actual.onSubscribe(subscription);
        subscription.connect();
    }

    /** A subscription that has not been handed to its subscriber. */
    final FutureSubscription<T> subscription(CoreSubscriber<? super T> actual) {
        return new FutureSubscription<>(this, actual);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED) {
            return isDone() && !isCancelled();
        }
        if (key == Attr.CANCELLED) {
            return isCancelled();
        }
        if (key == Attr.ERROR) {
            return outcome() instanceof Outcome.Failure<?> failure ? failure.error() : null;
        }
        if (key == Attr.RUN_STYLE) {
            return Attr.RunStyle.ASYNC;
        }
        return null;
    }

    /**
     * Debug mode: where it was created.
     *
     * @return a Throwable whose stack trace says so, null if the loop was not in debug mode then
     */
    public final @Nullable Throwable creationSite() {
        return creationSite;
    }

    final String stateName() {
        Outcome<T> outcome = outcome();
        return outcome == null
                ? "pending"
                : outcome instanceof Outcome.Success
                        ? "finished"
                        : outcome instanceof Outcome.Failure<?> failure
                                ? "failed with " + Foreign.text(failure.error())
                                : "cancelled";
    }

    @Override
    public String toString() {
        return "AsyncFuture[" + stateName() + "]";
    }
}
