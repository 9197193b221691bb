package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.Handle;
import io.github.corio.loop.Headroom;
import io.github.corio.loop.Strand;
import java.util.ArrayDeque;
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
 */
abstract class TaskStrand extends Strand {
    final EventLoop loop;
    private final AsyncContext context;
    private @Nullable Wait<?> waiter;
    /** What ends with the task, oldest first. */
    private @Nullable ArrayDeque<Disposable> open;

    /** The last sweep of cancels that came deep down in a chain to this task. */
    int sweep;

    /** True while a cancel that came to it there has not been everywhere behind it. */
    boolean passing;

    private boolean mustCancel;
    private @Nullable String cancelMessage;
    /** Written on the loop, read anywhere. */
    private volatile int cancelRequests;
    /** Where the body runs, from its beginning on; on its kind of fiber a body may be the only way to that thread. */
    private @Nullable Thread thread;
    /** Debug mode: where the task suspended last. */
    private volatile @Nullable Throwable awaitSite;

    TaskStrand(EventLoop loop, AsyncContext context, boolean stackful) {
        super(Context.empty(), stackful);
        this.loop = loop;
        this.context = context;
    }

    /** The task this is the strand of. */
    abstract Object task();

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
     * The strand of the coroutine that runs here.
     *
     * @throws IllegalStateException if there is none
     */
    static TaskStrand current() {
        if (EventLoop.running() instanceof TaskStrand strand) {
            return strand;
        }
        throw outside();
    }

    private static IllegalStateException outside() {
        Handle running = EventLoop.running();
        return new IllegalStateException(
                "await outside of a coroutine, on " + Thread.currentThread()
                        + (running == null ? "" : ", in the callback " + running)
                        + ". Wrap the code in async(() -> ...) and subscribe to it, or start it with run(...) or createTask(...)");
    }

    // ---- waiting ----

    /** Suspends until the wait is over, however it ends; then takes what came of it, or throws the cancel that is due. */
    final <T> @Nullable T await(Wait<T> wait) {
        Headroom.toSuspend();
        return awaitWithRoom(wait);
    }

    /** {@link #await} for whoever has asked for the room himself. */
    final <T> @Nullable T awaitWithRoom(Wait<T> wait) {
        wait.wake(this);
        begin(wait);
        if (loop.getDebug()) {
            awaitSite = new Throwable("awaits");
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
        end(wait);
        return wait.take();
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
            } catch (
                    RecursionError
                            circle) { // there is nobody to whom it could be thrown: the body has asked for it itself
                loop.callExceptionHandler(
                        new ExceptionContext("A task that is to be cancelled waits for itself", circle, task()));
            }
        }
    }

    /** The wait is over. Throws the cancel that came when it was over already. */
    final void end(Wait<?> wait) {
        waiter = null;
        if (mustCancel) {
            if (wait.cancelled()) {
                mustCancel = false;
            } else {
                wait.abandon();
                throwIfCancelled();
            }
        }
    }

    final @Nullable Wait<?> waiter() {
        return waiter;
    }

    /** A body begins on this thread. */
    final void runsHere() {
        thread = Thread.currentThread();
    }

    /** The body has ended: the thread is somebody else's. */
    final void endsHere() {
        thread = null;
    }

    /** The thread that the body has begun on, for who sees the writes of that thread. */
    final @Nullable Thread thread() {
        return thread;
    }

    final @Nullable Throwable awaitSite() {
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

    /** One more cancel was asked for. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer: the loop
    final void countCancel() {
        cancelRequests = cancelRequests + 1;
    }

    /** Cancels what the task waits for, or else its next await. */
    final void cancelNow(@Nullable String message) {
        Wait<?> now = waiter;
        if (now == null || !now.cancel(message)) {
            mustCancel = true;
            cancelMessage = message;
        }
    }

    final int cancelling() {
        return cancelRequests;
    }

    final int uncancelOnLoop() {
        int requests = cancelRequests;
        if (requests > 0) {
            cancelRequests = --requests;
            if (requests == 0) {
                mustCancel = false;
            }
        }
        return requests;
    }

    /** Throws the cancel that is due, and counts it as delivered. */
    final void throwIfCancelled() {
        if (mustCancel) {
            mustCancel = false;
            throw new CancelledError(cancelMessage);
        }
    }
}
