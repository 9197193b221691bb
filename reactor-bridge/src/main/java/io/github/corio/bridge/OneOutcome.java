package io.github.corio.bridge;

import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One run of the call of a {@link CallbackMono}. Its outcome, the request, the cancel and the end of the call may come from four
 * threads at once: each sets its bit, and the bits before say what is left for it to do.
 *
 * <pre>{@code
 *   DONE      with REQUESTED: emit; after CANCELLED: too late
 *   REQUESTED after DONE: emit
 *   CANCELLED before DONE, after STARTED: call the hook; after DONE, before REQUESTED: too late
 *   STARTED   after CANCELLED, before DONE: call the hook
 *   ASKED     set before the hook is called: the first failure that comes from then on is its answer
 * }</pre>
 */
final class OneOutcome<T, H> implements Outcome<T>, Subscription, Scannable {
    private static final int REQUESTED = 1;
    private static final int DONE = 2;
    private static final int CANCELLED = 4;
    private static final int STARTED = 8;
    private static final int ASKED = 16;
    private static final Object NOTHING = new Object();
    private static final String DISCARD_HOOK = "reactor.onDiscard.local"; // Reactor's name of it, which is not public

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<OneOutcome> STATE =
            AtomicIntegerFieldUpdater.newUpdater(OneOutcome.class, "state");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<OneOutcome, @Nullable Object> OUTCOME =
            AtomicReferenceFieldUpdater.newUpdater(OneOutcome.class, Object.class, "outcome");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<OneOutcome, @Nullable Throwable> ANSWER =
            AtomicReferenceFieldUpdater.newUpdater(OneOutcome.class, Throwable.class, "answer");

    private final CoreSubscriber<? super T> actual;
    private final CancelHook<? super H> hook;
    private final @Nullable Release<? super T> release;
    private volatile int state;
    /** The value, {@link #NOTHING}, or a {@link Failed}; null before there is one. Set once. */
    private volatile @Nullable Object outcome;
    /** The failure that the client has answered our hook with. Set once. */
    private volatile @Nullable Throwable answer;
    /** Written before STARTED is set, read after. */
    private @Nullable H handle;

    private record Failed(Throwable error) {}

    OneOutcome(CoreSubscriber<? super T> actual, CancelHook<? super H> hook, @Nullable Release<? super T> release) {
        this.actual = actual;
        this.hook = hook;
        this.release = release;
    }

    private static boolean has(int bits, int bit) {
        return (bits & bit) != 0;
    }

    boolean isCancelled() {
        return has(state, CANCELLED);
    }

    // ---- the client's side ----

    @Override
    public void success(@Nullable T value) {
        settle(value == null ? NOTHING : value);
    }

    @Override
    public void failure(@Nullable Throwable error) {
        settle(new Failed(
                error == null
                        ? new NullPointerException("The call failed without an error: it gave null for it")
                        : error));
    }

    @Override
    public void either(@Nullable T value, @Nullable Throwable error) {
        if (error == null) {
            success(value);
            return;
        }
        failure(error);
        if (value != null && value != outcome) {
            lose(value);
        }
    }

    /** An error that can only mean that the call was cancelled: false if it is not known to have been, and nothing is done. */
    boolean answersCancel(Throwable error) {
        boolean cancelled = isCancelled();
        if (cancelled) {
            boolean unused = ANSWER.compareAndSet(this, null, error);
        }
        return cancelled;
    }

    /** Says whether a value that comes too late has somewhere to go. */
    boolean wantsLateValue() {
        return release != null || actual.currentContext().hasKey(DISCARD_HOOK);
    }

    private void settle(Object how) {
        if (!OUTCOME.compareAndSet(this, null, how)) {
            surplus(how);
            return;
        }
        int bits = how == NOTHING || how instanceof Failed ? DONE | REQUESTED : DONE; // an end needs no request
        int before = STATE.getAndUpdate(this, now -> now | bits);
        if (has(before, CANCELLED)) {
            tooLate(how);
        } else if (has(before | bits, REQUESTED)) {
            emit(how);
        }
    }

    /** An outcome of one that is cancelled. */
    private void tooLate(Object how) {
        if (how instanceof Failed failed) {
            report(failed.error);
        } else if (how != NOTHING) {
            lose(how);
        }
    }

    /** A callback that comes twice. The object that was given before may be in use: it is not taken away from who has it. */
    private void surplus(Object how) {
        if (how instanceof Failed failed) {
            if (!(outcome instanceof Failed first && first.error == failed.error)) {
                report(failed.error);
            }
        } else if (how != NOTHING) {
            Context context = actual.currentContext();
            ForeignCall.guard(context, () -> Operators.onNextDropped(how, context));
            if (how != outcome) {
                lose(how);
            }
        }
    }

    /** Quiet is the first failure after our hook was called, however often the client says it. */
    private void report(Throwable error) {
        if (has(state, ASKED)) {
            if (ANSWER.compareAndSet(this, null, error) || answer == error) {
                return;
            }
        }
        ForeignCall.drop(error, actual.currentContext());
    }

    /** A value that nobody will have. */
    @SuppressWarnings("unchecked")
    private void lose(Object value) {
        Context context = actual.currentContext();
        if (release == null) {
            ForeignCall.guard(context, () -> Operators.onDiscard(value, context));
        } else {
            ForeignCall.makeAnyway(context, () -> release.release((T) value));
        }
    }

    // ---- the subscriber's side ----

    /** The subscriber may throw, which is no business of the client's thread. */
    @SuppressWarnings("unchecked")
    private void emit(@Nullable Object how) {
        boolean over = false;
        try {
            if (how instanceof Failed failed) {
                over = true;
                actual.onError(failed.error);
                return;
            }
            if (how != null && how != NOTHING) {
                actual.onNext((T) how);
                if (isCancelled()) {
                    return;
                }
            }
            over = true;
            actual.onComplete();
        } catch (Throwable e) {
            if (over) {
                ForeignCall.drop(e, actual.currentContext());
            } else {
                emit(new Failed(e)); // as the sink of Mono.create does
            }
        }
    }

    @Override
    public void request(long n) {
        if (!Operators.validate(n)) {
            if (endsBy(CANCELLED)) {
                emit(new Failed(Exceptions.nullOrNegativeRequestException(n)));
            }
            return;
        }
        int before = STATE.getAndUpdate(this, now -> now | REQUESTED);
        if (has(before, DONE) && !has(before, REQUESTED | CANCELLED)) {
            emit(outcome);
        }
    }

    @Override
    public void cancel() {
        boolean unused = endsBy(CANCELLED);
    }

    /** The call has returned. */
    void started(@Nullable H given) {
        handle = given;
        int before = STATE.getAndUpdate(this, now -> now | STARTED);
        if (has(before, CANCELLED) && !has(before, DONE)) {
            ask(given);
        }
    }

    /** False if it was over. */
    private boolean endsBy(int bit) {
        int before = STATE.getAndUpdate(this, now -> now | bit);
        if (has(before, CANCELLED) || (has(before, DONE) && has(before, REQUESTED))) {
            return false;
        }
        Object how = outcome;
        if (has(before, DONE) && how != null) {
            tooLate(how);
        } else if (has(before, STARTED)) {
            ask(handle);
        }
        return true;
    }

    /** Calls the hook. Its answer may come from inside of it. */
    @SuppressWarnings("NullAway") // it is what the call has returned, null if that was
    private void ask(@Nullable H given) {
        if (!(hook instanceof CallbackMono.Leaving)) {
            int unused = STATE.getAndUpdate(this, now -> now | ASKED);
        }
        ForeignCall.makeAnyway(actual.currentContext(), () -> hook.cancel(given));
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.TERMINATED) {
            return has(state, DONE) && has(state, REQUESTED);
        }
        if (key == Attr.CANCELLED) {
            return isCancelled();
        }
        if (key == Attr.ERROR) {
            return outcome instanceof Failed failed ? failed.error : null;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
