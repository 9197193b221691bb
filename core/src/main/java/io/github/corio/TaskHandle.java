package io.github.corio;

import io.github.corio.internal.AwaitingHandle;
import io.github.corio.internal.Wait;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.loop.internal.SuspendableHandle;
import io.github.corio.loop.internal.Tracing;
import io.github.corio.loop.internal.Track;
import io.github.corio.loop.internal.Urgent;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.util.context.Context;

/**
 * The part of a task that its loop runs: it waits for one thing at a time, and a cancel reaches it there.
 *
 * <p>All of it belongs to the loop. These are the states between two steps, and what {@code cancel()} does in each:
 *
 * <pre>{@code
 *   waiter == null, not started or runnable      mustCancel = true: CancelledError at its next step
 *   waiter != null, not over                     waiter.cancel(): its end wakes the task with CancelledError
 *   waiter != null, over, wake-up in the queue   waiter.cancel() is false: mustCancel = true
 *   running                                      mustCancel = true: what it awaits next is cancelled at once
 * }</pre>
 *
 * <p>A cancel from another thread is {@link Urgent}: it is passed on at the latest when the body that runs on the loop gets to its
 * next await. One that meets its task running, or reaches the task that runs by way of others, is {@code prompt}: it is thrown
 * there, before the await has begun, and so also at one that would not have suspended.
 */
abstract class TaskHandle extends AwaitingHandle {
    /** In {@link #cancelRequests}: one that another thread has made and that was not delivered. */
    private static final long PENDING = 1L << 32;

    private static final AtomicLongFieldUpdater<TaskHandle> CANCEL_REQUESTS =
            AtomicLongFieldUpdater.newUpdater(TaskHandle.class, "cancelRequests");

    private static final VarHandle ENDING;

    static {
        try {
            ENDING = MethodHandles.lookup().findVarHandle(TaskHandle.class, "ending", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AsyncContext context;
    /** Its loop's: looked at in every await. */
    private final Urgent urgent;

    private @Nullable Wait<?> waiter;
    /** What ends with the task, oldest first. */
    private @Nullable ArrayDeque<Disposable> open;

    /** The last sweep of cancels that came deep down in a chain to this task. */
    int sweep;

    /** True while a cancel that came to it there has not been everywhere behind it. */
    boolean passing;

    private boolean mustCancel;
    /** The cancel that is due came from another thread: it is thrown at the next await, also at one that is ready. */
    private boolean prompt;

    private @Nullable String cancelMessage;
    /** The delivered ones in the lower half, the pending ones in the upper: one counts from the moment it is made, once. */
    private volatile long cancelRequests;
    /** Told to end, by a subscriber that has left or by the end of the loop. Set by a CAS, on any thread. */
    private volatile boolean ending;

    private boolean partOfCleanup;
    /** Debug mode: where the task suspended last. */
    private volatile @Nullable AwaitSite awaitSite;
    /** Debug mode: where the last cancel came from. */
    private @Nullable CancelledHere cancelledAt;
    /** For those who hear what tasks do; null while nobody wants to. */
    @Nullable
    Track track;

    TaskHandle(EventLoop loop, AsyncContext context, boolean stackful) {
        super(loop, stackful);
        this.context = context;
        this.urgent = Loops.access(loop).urgent();
    }

    @Override
    protected final void startedBy(@Nullable LoopHandle starter) {
        partOfCleanup = starter instanceof TaskHandle creator && (creator.ending() || creator.partOfCleanup);
        if (Tracing.on()) {
            track = Tracing.track(loop, this, starter instanceof SuspendableHandle handle ? handle : null);
        }
    }

    @Override
    public final Context context() {
        return context.get();
    }

    @Override
    public final void context(Context changed) {
        context.set(changed);
    }

    final AsyncContext asyncContext() {
        return context;
    }

    /**
     * The handle of the coroutine that runs here.
     *
     * @throws IllegalStateException if there is none
     */
    static TaskHandle current() {
        if (Loops.running() instanceof TaskHandle handle) {
            return handle;
        }
        throw outside();
    }

    static IllegalStateException outside() {
        LoopHandle running = Loops.running();
        return new IllegalStateException(
                "await outside of a coroutine, on " + Thread.currentThread()
                        + (running == null ? "" : ", in the callback " + running)
                        + ". Wrap the code in async(() -> ...) and subscribe to it, or start it with run(...) or createTask(...)");
    }

    // ---- waiting ----

    @Override
    public final void checkpoint() {
        if (urgent.any()) {
            heed();
        }
    }

    private void heed() {
        urgent.run();
        if (prompt) {
            throwIfCancelled();
        }
    }

    /** A body of this loop awaits what is done already: as {@link #checkpoint()}. */
    static void checkpoint(EventLoop loop) {
        if (Loops.running() instanceof TaskHandle handle && handle.loop == loop) {
            handle.checkpoint();
        }
    }

    /** Another body has run on top of this one, which goes on: what has met it there must be seen by its next await. */
    final void wentOn() {
        promptly();
    }

    /** What is prompt is seen where an await looks: the one look is the whole price of it. */
    private void promptly() {
        if (prompt) {
            urgent.queue(() -> {});
        }
    }

    /** Suspends until the wait is over, however it ends; then takes what came of it, or throws the cancel that is due. */
    final <T> @Nullable T await(Wait<T> wait) {
        StackGuard.toSuspend();
        return awaitWithRoom(wait);
    }

    @Override
    public final <T> @Nullable T awaitWithRoom(Wait<T> wait) {
        if (Tracing.on()) {
            waits(wait);
        }
        wait.wake(this);
        begin(wait);
        if (loop.isDebug() && Loops.access(loop).recordsSites()) {
            awaitSite = new AwaitSite(Loops.access(loop).now());
        }
        try {
            do {
                suspend();
            } while (!wait.ready());
        } catch (Throwable cannotGoOn) { // the loop was closed, or the stack cannot be left
            waiter = null;
            wait.abandon();
            throw cannotGoOn;
        }
        if (track != null) {
            goesOn(wait);
        }
        end(wait);
        try {
            return wait.take();
        } catch (CancelledError e) {
            explain(e);
            throw e;
        }
    }

    // ---- for those who hear what tasks do ----

    final void waits(Wait<?> wait) {
        if (track == null) { // it is older than their wish
            track = Tracing.track(loop, this, null);
        }
        if (track != null) {
            track.waits(wait);
        }
    }

    final void goesOn(Wait<?> wait) {
        if (track != null) {
            track.goesOn(wait.isCancelled(), Loops.access(loop).wokenBy());
        }
    }

    final void ended(Track.End end, @Nullable Throwable error) {
        Track ending = track;
        track = null;
        if (ending != null) {
            ending.ended(end, error);
        }
    }

    /** Gives up exactly one turn. */
    @Override
    protected final void yieldTurn() {
        super.yieldTurn();
        throwIfCancelled();
    }

    /** From now on a cancel goes to the wait; one that is due goes there at once. */
    final void begin(Wait<?> wait) {
        waiter = wait;
        if (mustCancel) {
            try {
                mustCancel = !wait.cancel(cancelMessage);
                prompt &= mustCancel;
            } catch (CancelCycleException circle) {
                // There is nobody to whom it could be thrown: the body has asked for it itself.
                loop.callExceptionHandler(
                        new ExceptionContext("A task that is to be cancelled waits for itself", circle, task()));
            }
        }
    }

    /** The wait is over. Throws the cancel that came when it was over already. */
    final void end(Wait<?> wait) {
        waiter = null;
        if (urgent.any()) {
            urgent.run();
        }
        if (mustCancel) {
            if (wait.isCancelled()) {
                mustCancel = false;
                prompt = false;
            } else {
                wait.abandon();
                throwIfCancelled();
            }
        }
    }

    /** It has ended. */
    final void forget() {
        waiter = null;
    }

    final @Nullable Wait<?> waiter() {
        return waiter;
    }

    final @Nullable AwaitSite awaitSite() {
        return awaitSite;
    }

    // ---- what ends with the task ----

    /** At the latest when the task ends, this is disposed of. */
    final void opened(Disposable resource) {
        if (open == null) {
            open = new ArrayDeque<>(2);
        }
        open.addLast(resource);
    }

    final boolean hasOpen() {
        return open != null && !open.isEmpty();
    }

    /** It has ended earlier. */
    final void closed(Disposable resource) {
        if (open != null) {
            boolean unused = open.removeLastOccurrence(resource);
        }
    }

    /** The task is about to end: what is still open is disposed of, newest first. */
    final void closeAll() {
        while (open != null && !open.isEmpty()) {
            try {
                open.removeLast().dispose();
            } catch (Throwable e) {
                loop.callExceptionHandler(
                        new ExceptionContext("Exception while closing what a task has left open", e, task()));
            }
        }
        open = null;
    }

    // ---- cancelling ----

    /** One more cancel was asked for, on the loop. */
    final void countCancel() {
        long unused = CANCEL_REQUESTS.incrementAndGet(this);
    }

    /** Another thread asks for a cancel. The request counts from now on. */
    final void countPending() {
        long unused = CANCEL_REQUESTS.addAndGet(this, PENDING);
    }

    /** On the loop: a request of another thread is to be delivered. False if it was taken back, or the task is done. */
    final boolean takePending() {
        long before = CANCEL_REQUESTS.getAndUpdate(this, now -> now < PENDING ? now : now - PENDING + 1);
        return before >= PENDING && !over();
    }

    /** Debug mode: a cancel is about to be passed to it. */
    final void cancelledAt(@Nullable CancelledHere place) {
        if (place != null) {
            cancelledAt = place;
        }
    }

    /** Debug mode: shows where the cancel came from that has ended this. */
    final void explain(CancelledError error) {
        CancelledHere.addTo(error, cancelledAt);
    }

    /** Cancels what the task waits for, or else its next await. */
    final void cancelNow(@Nullable String message) {
        Wait<?> now = waiter;
        if (now == null || !now.cancel(message)) {
            mustCancel = true;
            cancelMessage = message;
            prompt |= urgent.running();
        }
    }

    /** On the loop: a cancel that was counted, and then gave way to an error, is due at the next await. */
    final void cancelAgain(@Nullable String message, boolean fromElsewhere) {
        if (cancelling() > 0) {
            mustCancel = true;
            cancelMessage = message;
            prompt |= fromElsewhere;
            promptly();
        }
    }

    /** True if the task is done. */
    abstract boolean over();

    final int cancelling() {
        return sum(cancelRequests);
    }

    private static int sum(long requests) {
        return (int) (requests / PENDING + requests % PENDING);
    }

    /** True the first time. */
    final boolean endsFrom() {
        return ENDING.compareAndSet(this, false, true);
    }

    final boolean ending() {
        return ending;
    }

    final boolean partOfCleanup() {
        return partOfCleanup;
    }

    final @Nullable String mergedMessage() {
        return cancelMessage;
    }

    /** On the loop: how many requests there are that this task has seen. The latest of several that are due together is not. */
    final int seenRequests() {
        return (int) (cancelRequests % PENDING) - (mustCancel ? 1 : 0);
    }

    final int uncancelOnLoop() {
        int requests = sum(
                CANCEL_REQUESTS.updateAndGet(this, now -> now % PENDING > 0 ? now - 1 : Math.max(0, now - PENDING)));
        if (requests == 0) {
            mustCancel = false;
            prompt = false;
        }
        return requests;
    }

    /** Throws the cancel that is due, and counts it as delivered. */
    final void throwIfCancelled() {
        if (urgent.any()) {
            urgent.run();
        }
        if (mustCancel) {
            mustCancel = false;
            prompt = false;
            String message = cancelMessage;
            cancelMessage = null;
            CancelledError cancel = new CancelledError(message);
            explain(cancel);
            throw cancel;
        }
    }
}
