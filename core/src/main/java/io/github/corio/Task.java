package io.github.corio;

import io.github.corio.internal.Wait;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.LoopClosedError;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.Tracing;
import io.github.corio.loop.internal.Track;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * A Mono, usually a {@link Coroutine}, that has been started and runs concurrently on its loop: an {@link
 * AsyncFuture} that sets itself. It waits for a single thing at a time. A coroutine runs on a fiber. Any other Mono
 * is subscribed to, and needs none.
 *
 * <p>Any thread may cancel and read it.
 *
 * <ul>
 *   <li><b>Suspends:</b> an await of the task does, until it is done. All other methods return immediately, except
 *       those named {@code block}.
 *   <li><b>Cancellation:</b> {@link #cancel} is a request. It cancels the thing that the task waits for, and {@link
 *       CancelledError} is thrown there. The task may catch it, to clean up or to go on. From a thread that does not
 *       run the loop, the request is queued on the loop.
 *   <li><b>Signals on:</b> the loop.
 *   <li><b>Errors:</b> an error that no code observes goes to the exception handler of the loop.
 *   <li><b>asyncio:</b> {@code asyncio.Task}.
 * </ul>
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public final class Task<T> extends AsyncFuture<T> {
    private static final AtomicLong COUNT = new AtomicLong();

    static {
        Observed.begin();
    }

    private static final String SETS_ITSELF =
            " gets its result or error from what it runs, and from nobody else. Complete an"
                    + " AsyncFuture instead, or end the task by cancel()";

    private final Step handle;
    /** What it runs; from its end on an empty Mono in place of any that is no coroutine, so that what is over holds nothing. */
    private Mono<? extends T> awaitable;

    private final long number = COUNT.incrementAndGet();
    private volatile @Nullable String name;
    /** Where it was created, of those that nothing waits for by itself. */
    private StackWalker.@Nullable StackFrame place;

    Task(EventLoop loop, Mono<? extends T> awaitable, @Nullable String name, AsyncContext context) {
        super(loop);
        this.awaitable = Objects.requireNonNull(awaitable, "awaitable");
        this.name = name;
        this.handle = new Step(loop, Objects.requireNonNull(context, "context").on(loop), hasBody(awaitable));
    }

    private static boolean hasBody(Mono<?> awaitable) {
        return awaitable instanceof Awaitable<?> direct && direct.needsStack();
    }

    /** Queues the first step. */
    Task<T> start() {
        Loops.access(loop()).start(handle);
        return this;
    }

    /** Runs the first step now, if a coroutine is running here; else queues it. */
    Task<T> startNow() {
        TaskHandle starter = Loops.running() instanceof TaskHandle running ? running : null;
        Loops.access(loop()).startNow(handle);
        if (starter != null) {
            starter.wentOn();
        }
        return this;
    }

    /** Notes the caller, for the warning about a task that is left behind. */
    void createdHere() {
        if (Loops.access(loop()).recordsSites()) {
            place = CreationSite.here();
        }
    }

    /** Where it was created, in words. */
    String createdAt() {
        StackWalker.StackFrame frame = place;
        Throwable site = creationSite();
        if (frame != null) {
            return frame.toStackTraceElement().toString();
        }
        return site == null || site.getStackTrace().length == 0
                ? "a place that only debug mode records"
                : site.getStackTrace()[site.getStackTrace().length - 1].toString();
    }

    /** Where it was created, if that is known. */
    @Nullable
    String createdHereAt() {
        StackWalker.StackFrame frame = place;
        return frame == null ? null : frame.toStackTraceElement().toString();
    }

    // ---- cancelling ----

    /**
     * Asks the task to end. The thing that it waits for is cancelled, or else its next await that would suspend.
     *
     * <p>From a thread that does not run its loop, the request is made there. Once this has returned, the task begins
     * nothing new. Its next await throws, also if the awaited value is there. A body that has not begun does not run.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>asyncio:</b> {@code Task.cancel}.
     * </ul>
     *
     * @param message the message for the {@link CancelledError}, or null
     * @return false if the task is done already, or its loop is closed. True says only that the request was made
     */
    @Override
    public boolean cancel(@Nullable String message) {
        if (isDone()) {
            observe();
            return false;
        }
        if (loop().inLoop()) {
            Cancels.pass(handle, message);
            return true;
        }
        if (loop().isClosed()) {
            return false;
        }
        Cancels.passFromElsewhere(handle, message);
        return true;
    }

    @Override
    boolean leave(@Nullable String message) {
        boolean unused = handle.endsFrom();
        return cancel(message);
    }

    /** Because its loop ends: what a subscriber or this has told to end cleans up, and is not interrupted in that. */
    boolean end(@Nullable String message) {
        return !handle.endsFrom() || cancel(message);
    }

    /** True once it was told to end, by {@link #leave} or {@link #end}. */
    boolean ending() {
        return handle.ending();
    }

    /** On the loop: true if a task that was told to end has started this one, in its cleanup. */
    boolean partOfCleanup() {
        return handle.partOfCleanup();
    }

    @Override
    Collection<? extends AsyncFuture<?>> waitsForAll() {
        return waitsFor() instanceof AsyncFuture<?> future ? List.of(future) : List.of();
    }

    /**
     * Gives the number of cancel requests that {@link #uncancel} has not taken back.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Task.cancelling}.
     * </ul>
     *
     * @return the number, 0 at first
     */
    public int cancelling() {
        return handle.cancelling();
    }

    /**
     * Takes back a cancel request. With the last one, a cancel that was not delivered yet is forgotten. It is called on
     * the loop, usually by the task itself.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Task.uncancel}.
     * </ul>
     *
     * @return how many are left, never negative
     * @throws IllegalStateException on a thread that does not run the loop
     */
    public int uncancel() {
        if (!loop().inLoop()) {
            throw new IllegalStateException("uncancel() of " + this + " from " + Thread.currentThread()
                    + ", which does not run its loop. Call it in the task itself, or by loop.callSoon(...)");
        }
        return handle.uncancelOnLoop();
    }

    /** The message of a cancel that was thrown together with an earlier one; null if there was none. */
    @Nullable
    String mergedMessage() {
        return handle.mergedMessage();
    }

    /** On the loop: how many cancel requests the task has seen. */
    int seenRequests() {
        return handle.seenRequests();
    }

    // ---- what it is ----

    /**
     * The name: the one it was given, else {@code Task-N}.
     *
     * @return the name
     */
    @Override
    public String name() {
        String given = name;
        return given == null ? "Task-" + number : given;
    }

    /**
     * Gives it another name.
     *
     * @param changed the new name
     */
    public void setName(String changed) {
        this.name = Objects.requireNonNull(changed, "changed");
    }

    /**
     * Gives the context in which its steps run.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Task.get_context}.
     * </ul>
     *
     * @return the context, the very one that was given at creation
     */
    public AsyncContext context() {
        return handle.asyncContext();
    }

    /**
     * Gives the Mono that this task runs. A task that has ended lets go of it, unless it is a coroutine.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Task.get_coro}.
     * </ul>
     *
     * @return the Mono, or an empty Mono if the task has ended and it was no coroutine
     */
    @CheckReturnValue
    public Mono<? extends T> awaitable() {
        return awaitable;
    }

    /**
     * Gives the future, task or Mono that the task waits for now.
     *
     * @return what it waits for, null if it runs, is ready to run, or is done
     */
    public @Nullable Object waitsFor() {
        Wait<?> wait = handle.waiter();
        return wait == null ? null : wait.source();
    }

    /**
     * Gives the subscriber by which the task waits for a Mono, so that you can scan upwards from there. Any thread may
     * ask.
     *
     * @return the subscriber, {@link Scannable#isScanAvailable() not available} if the task waits for nothing, or for
     *     something else
     */
    public Scannable waiting() {
        return Scannable.from(handle.waiter());
    }

    /**
     * Gives the place where the task suspended last, if the loop is in debug mode.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Task.get_stack}.
     * </ul>
     *
     * @return a Throwable whose stack trace says so, null if it never did, or the loop was not in debug mode
     */
    public @Nullable Throwable awaitSite() {
        return handle.awaitSite();
    }

    /** Its number among all tasks of this JVM. */
    long number() {
        return number;
    }

    /** For those who look at what runs. */
    TaskHandle handle() {
        return handle;
    }

    @Override
    String label() {
        return name();
    }

    @Override
    AsyncFuture<?> origin() {
        return this;
    }

    @Override
    Context failureContext() {
        return handle.context();
    }

    @Override
    String kind() {
        return "Task";
    }

    /**
     * A task sets its own result.
     *
     * @throws IllegalStateException always
     * @deprecated only what was made by {@code new AsyncFuture()} can be set
     */
    @Override
    @Deprecated
    public void setResult(@Nullable T value) {
        throw new IllegalStateException(this + SETS_ITSELF);
    }

    /**
     * A task sets its own error.
     *
     * @throws IllegalStateException always
     * @deprecated only what was made by {@code new AsyncFuture()} can be set
     */
    @Override
    @Deprecated
    public void setException(Throwable error) {
        throw new IllegalStateException(this + SETS_ITSELF);
    }

    /**
     * A task sets its own result.
     *
     * @throws IllegalStateException always
     * @deprecated only what was made by {@code new AsyncFuture()} can be set
     */
    @Override
    @Deprecated
    public boolean trySetResult(@Nullable T value) {
        throw new IllegalStateException(this + SETS_ITSELF);
    }

    /**
     * A task sets its own error.
     *
     * @throws IllegalStateException always
     * @deprecated only what was made by {@code new AsyncFuture()} can be set
     */
    @Override
    @Deprecated
    public boolean trySetException(Throwable error) {
        throw new IllegalStateException(this + SETS_ITSELF);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.NAME ? name() : key == Attr.PARENT ? awaitable : super.scanUnsafe(key);
    }

    @Override
    public String toString() {
        String state = !isDone() && cancelling() > 0 ? "cancelling" : stateName();
        Object waited = isDone() ? null : waitsFor();
        String waits = waited == null
                ? ""
                : ", waits for " + (waited instanceof Task<?> other ? other.name() : Foreign.text(waited));
        return "Task[" + name() + ", " + state + waits + "]";
    }

    // ---- its steps ----

    private final class Step extends TaskHandle {
        Step(EventLoop loop, AsyncContext context, boolean stackful) {
            super(loop, context, stackful);
        }

        @Override
        public Task<T> task() {
            return Task.this;
        }

        @Override
        boolean over() {
            return isDone();
        }

        @Override
        public String traced() {
            return name();
        }

        @Override
        public long number() {
            return number;
        }

        /** A coroutine: all of it. Any other Mono: one step, after which it may be waiting. */
        @Override
        protected void run() {
            try {
                if (awaitable instanceof Awaitable<? extends T> direct && direct.needsStack()) {
                    throwIfCancelled();
                    succeed(direct.awaitDirect());
                } else {
                    step();
                }
            } catch (CancelledError e) {
                explain(e);
                end(new Outcome.Cancelled<>(e));
            } catch (LoopClosedError e) {
                destroyed(e.getMessage());
            } catch (Throwable e) {
                end(new Outcome.Failure<>(e));
            }
        }

        @SuppressWarnings("unchecked") // without a stack it waits for nothing but what it runs
        private @Nullable Wait<? extends T> begun() {
            return (Wait<? extends T>) waiter();
        }

        private void step() {
            Wait<? extends T> now = begun();
            if (now == null) {
                if (isDone()) {
                    return; // woken for nothing
                }
                throwIfCancelled();
                Wait<? extends T> begun = awaitable instanceof Awaitable<? extends T> direct
                        ? direct.begin(this, context())
                        : AwaitSubscriber.subscribe(this, awaitable, context());
                if (!begun.ready()) {
                    if (Tracing.on()) {
                        waits(begun);
                    }
                    begun.wake(this);
                    begin(begun);
                    return;
                }
                now = begun;
            } else if (!now.ready()) {
                return; // likewise
            } else {
                if (track != null) {
                    goesOn(now);
                }
                end(now);
            }
            succeed(now.take());
        }

        private void succeed(@Nullable T value) {
            try {
                throwIfCancelled(); // a cancel that came so late that there was no await left for it
            } catch (CancelledError e) {
                Foreign.discard(value, context(), loop);
                throw e;
            }
            end(new Outcome.Success<>(value));
        }

        private void end(Outcome<? extends T> outcome) {
            closeAll();
            forget();
            if (track != null) {
                tell(outcome);
            }
            if (!hasBody(awaitable)) {
                awaitable = Mono.empty();
            }
            try {
                boolean unused = complete(outcome);
            } finally {
                Loops.access(loop).ended(this);
            }
        }

        private void tell(Outcome<? extends T> outcome) {
            if (outcome instanceof Outcome.Failure<?> failure) {
                ended(Track.End.FAILED, failure.error());
            } else {
                ended(outcome instanceof Outcome.Success ? Track.End.SUCCEEDED : Track.End.CANCELLED, null);
            }
        }

        @Override
        protected void dropped() {
            Wait<? extends T> abandoned = begun();
            if (abandoned != null) {
                abandoned.abandon();
            }
            destroyed("The event loop was closed before this task had ended");
        }

        private void destroyed(@Nullable String why) {
            loop.callExceptionHandler(new ExceptionContext("Task was destroyed but it is pending", null, Task.this));
            end(new Outcome.Cancelled<>(new CancelledError(why)));
        }

        /** A step over plain Monos only takes what has come, once it was begun. */
        @Override
        protected boolean inner() {
            return waiter() != null && !hasBody(awaitable) && !hasOpen();
        }

        @Override
        protected void failed(Throwable reason) {
            Wait<? extends T> begun = begun();
            if (begun != null) {
                begun.abandon();
            }
            end(new Outcome.Failure<>(reason));
        }

        @Override
        public String toString() {
            return Task.this.toString();
        }
    }
}
