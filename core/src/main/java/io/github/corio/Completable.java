package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.StackGuard;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * The life of a future, in one field: pending, with {@link WhenDone what is queued} when it is done; then its {@link Outcome}, for good. Every
 * change is a CAS, so whoever adds a handle sees either that it was taken up or that the future is done. From any thread.
 *
 * <p>An error that nobody looks at is reported when the future is collected, or its loop closed.
 */
abstract class Completable<T> extends Awaitable<T> {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Completable.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** An {@link Outcome}, or the handles in the form of {@link WhenDone}. */
    @SuppressWarnings("unused") // through STATE
    private volatile @Nullable Object state;
    /** Set when the error has been looked at. Meets {@link #report}: each writes its own and then reads the other. */
    private volatile boolean observed;

    private volatile @Nullable LoopHandle report;
    /** A shield around it was left: it tells of a late error, once. Belongs to the loop. */
    boolean tellsLateError;

    abstract EventLoop loop();

    // ---- the end ----

    /** How it has ended; null while it is pending. */
    @SuppressWarnings("unchecked")
    final @Nullable Outcome<T> ended() {
        return state instanceof Outcome<?> outcome ? (Outcome<T>) outcome : null;
    }

    /** Ends it. False if it was done already: nothing has changed then. */
    final boolean complete(Outcome<? extends T> outcome) {
        StackGuard.toWake();
        for (; ; ) {
            Object now = state;
            if (now instanceof Outcome) {
                return false;
            }
            if (STATE.compareAndSet(this, now, outcome)) {
                wake(now);
                if (outcome instanceof Outcome.Failure<?> failure) {
                    reportUnlessObserved(now, failure.error());
                }
                return true;
            }
        }
    }

    abstract boolean cancel(@Nullable String message);

    /** Cancels it for a subscriber that has left. */
    boolean leave(@Nullable String message) {
        return cancel(message);
    }

    /** The value, or the error thrown, which then counts as observed. */
    abstract @Nullable T result();

    // ---- who is told ----

    /** Queues the handle on the loop when it is done; at once if it is. */
    final void whenDone(LoopHandle handle) {
        StackGuard.toWake();
        for (; ; ) {
            Object now = state;
            if (now instanceof Outcome) {
                queue(handle);
                return;
            }
            if (STATE.compareAndSet(this, now, WhenDone.with(now, handle))) {
                return;
            }
        }
    }

    /** Takes out this very handle, which was added here only, if it is not queued yet. Any number of them may leave. */
    final void forget(LoopHandle handle) {
        if (handle instanceof TaskHandle) { // it is queued again and again, and cannot be cancelled for this
            int unused = removeAll(added -> added == handle);
            return;
        }
        for (; ; ) {
            Object now = state;
            if (now == null || now instanceof Outcome) {
                return;
            }
            handle.withdraw();
            if (STATE.compareAndSet(this, now, WhenDone.withOneCancelled(now))) {
                return;
            }
        }
    }

    final int removeAll(Predicate<LoopHandle> which) {
        for (; ; ) {
            Object now = state;
            if (now == null || now instanceof Outcome) {
                return 0;
            }
            ArrayDeque<LoopHandle> kept = WhenDone.inOrder(now);
            int all = kept.size();
            if (!kept.removeIf(which)) {
                return 0;
            }
            if (STATE.compareAndSet(this, now, WhenDone.of(kept))) {
                return all - kept.size();
            }
        }
    }

    /** What is queued when it is done, oldest first. */
    final List<LoopHandle> whenDone() {
        Object now = state;
        return now instanceof Outcome ? List.of() : List.copyOf(WhenDone.inOrder(now));
    }

    private void wake(@Nullable Object waiting) {
        if (waiting == null) {
            return;
        }
        if (waiting instanceof LoopHandle handle) {
            queue(handle);
            return;
        }
        for (LoopHandle handle : WhenDone.inOrder(waiting)) {
            try {
                queue(handle);
            } catch (Throwable e) { // the others are woken all the same
                loop().callExceptionHandler(new ExceptionContext("A waiter could not be woken", e, handle));
            }
        }
    }

    private void queue(LoopHandle handle) {
        if (handle instanceof TaskHandle waiter) {
            Loops.access(loop()).resume(waiter); // one that was dropped knows already
        } else {
            Loops.access(loop()).queue(handle);
        }
    }

    // ---- an error that nobody looks at ----

    private void reportUnlessObserved(@Nullable Object waiting, Throwable error) {
        if (observed || WhenDone.hasWaiter(waiting) || error instanceof CancelledError) {
            return;
        }
        report = Loops.access(loop())
                .reportUnlessObserved(
                        this,
                        new ExceptionContext(kind() + " exception was never retrieved", error, Foreign.text(this)),
                        failureContext());
        if (observed) {
            observe();
        }
    }

    /** Somebody has looked at the error, if there is one. True if that is news. */
    final boolean observe() {
        boolean news = !observed;
        observed = true;
        LoopHandle unseen = report;
        if (unseen != null) {
            unseen.cancel();
        }
        return news;
    }

    /** The Context that an unseen error is reported in. */
    Context failureContext() {
        return Context.empty();
    }

    String kind() {
        return "Future";
    }

    /** Adds to the error where the waiter has waited for it. */
    abstract void showAwait(Throwable error, TaskHandle waiter);

    // ---- a value that nobody gets ----

    /** The one that has waited for it leaves without a look. A value that nobody else can have is discarded. */
    void abandoned(Context context) {}

    /** Discards the value, in a turn of its own, since that calls others. */
    final void discardLater(Context context) {
        if (ended() instanceof Outcome.Success<T> success && success.value() != null) {
            Loops.access(loop()).queue(discarding(context));
        }
    }

    /** What discards the value, once there is one. */
    final LoopHandle discarding(Context context) {
        return new LoopHandle(context) {
            @Override
            protected void run() {
                if (ended() instanceof Outcome.Success<T> success) {
                    discard(success.value(), context);
                }
            }

            @Override
            protected void dropped() {
                run();
            }
        };
    }

    /** Discards the value that its only subscriber will not have. */
    void discard(@Nullable T value, Context context) {
        Foreign.discard(value, context, loop());
    }
}
