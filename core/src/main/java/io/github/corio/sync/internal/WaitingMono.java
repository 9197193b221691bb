package io.github.corio.sync.internal;

import io.github.corio.Awaitable;
import io.github.corio.internal.AwaitingHandle;
import io.github.corio.internal.QueuedWait;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.StackGuard;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * An operation that may have to wait in a {@link WaitQueue}: asyncio's {@code acquire}, {@code get} and the like, once, for
 * both of its forms. Internal: public only for the queues' package.
 *
 * <p>Awaited by a coroutine it follows asyncio step by step: what a waiter was given is taken, or passed on because of a
 * cancel, in the turn in which the coroutine runs. For a subscriber the same steps are taken when it is told, at once. Each
 * await, and each first request of a subscription, is one attempt.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public abstract class WaitingMono<T> extends Awaitable<T> implements Scannable {
    /** What the steps give if there is no value yet. */
    protected static final Object WAIT = new Object();

    static {
        try { // while there is room: a class whose initialization meets the end of a stack is lost for good
            MethodHandles.lookup().ensureInitialized(Turn.class);
            MethodHandles.lookup().ensureInitialized(Entry.class);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WaitQueue queue;

    /**
     * For subclasses.
     *
     * @param queue the one in which it waits
     */
    protected WaitingMono(WaitQueue queue) {
        this.queue = queue;
    }

    // ---- the steps of an operation: each takes the monitor itself, and tells nobody ----

    /**
     * Does it if that is possible now; else joins the queue.
     *
     * @param waiter who joins; null if nobody does
     * @return the value, null for none; or {@link #WAIT}
     */
    protected abstract @Nullable Object attempt(@Nullable Waiter waiter);

    /**
     * A hint, read outside of the monitor, which spares an attempt in vain.
     *
     * @return true if an attempt would probably have to wait
     */
    protected boolean likelyWaits() {
        return false;
    }

    /**
     * Goes on after it was woken.
     *
     * @param waiter who was woken
     * @return as {@link #attempt}
     */
    protected abstract @Nullable Object resumed(Waiter waiter);

    /**
     * Leaves the queue because of a cancel, and passes on what it was given.
     *
     * @param waiter who leaves: cancelled, or {@link Waiter#woken() woken} before. Of a cancelled one it may be called twice
     */
    protected abstract void gaveUp(Waiter waiter);

    /**
     * Learns that the task of one that waits in the queue, woken or not, was cancelled and has not run yet. On its loop; it will
     * {@link #gaveUp give up} in its turn.
     *
     * @param waiter who waits
     */
    protected void cancelled(Waiter waiter) {}

    /**
     * Takes a value back that a subscriber would not have. If it throws, it has taken the value all the same.
     *
     * @param value what it was given
     */
    protected void refused(T value) {}

    /**
     * Learns that the task that runs here was given a value.
     *
     * @param value what it was given, null if it is empty
     * @param task the task
     */
    protected void awaited(@Nullable T value, AwaitingHandle task) {}

    /**
     * Says whether a value is only lent to the subscription, so that a cancel that comes after it takes it back.
     *
     * @return false unless a subclass says otherwise
     */
    protected boolean lends() {
        return false;
    }

    // ---- awaited ----

    @Override
    @SuppressWarnings("unchecked")
    public final @Nullable T awaitDirect() {
        StackGuard.toSuspend(); // also for the release that comes later in the same frame
        AwaitingHandle task = QueuedWait.checkpoint();
        if (task == null) {
            throw outside();
        }
        try {
            Object value = likelyWaits() ? WAIT : attempt(null);
            while (value == WAIT) {
                Turn turn = new Turn(this, task);
                value = attempt(turn);
                if (value == WAIT) {
                    awaitTurn(turn);
                    value = turn.woken() ? resumed(turn) : waitAgain(turn);
                }
            }
            awaited((T) value, task);
            return (T) value;
        } finally {
            queue.tell();
        }
    }

    private IllegalStateException outside() {
        LoopHandle running = Loops.running();
        return new IllegalStateException("await of " + this + " outside of a coroutine, on " + Thread.currentThread()
                + (running == null ? "" : ", in the callback " + running)
                + ". Subscribe to it, or wrap the code in async(() -> ...)");
    }

    /** What it was woken for was passed on because of a cancel, which was then taken back. */
    private Object waitAgain(Turn turn) {
        gaveUp(turn);
        return WAIT;
    }

    private void awaitTurn(Turn turn) {
        try {
            turn.suspension.await();
        } catch (Throwable e) { // a cancel; or the loop was closed
            boolean unused = turn.cancel();
            gaveUp(turn);
            throw e;
        }
    }

    /** A coroutine that waits. */
    private static final class Turn extends Waiter {
        private final Waiting suspension;

        Turn(WaitingMono<?> what, AwaitingHandle task) {
            super(task.loop);
            this.suspension = new Waiting(this, what, task);
        }

        @Override
        boolean tellHere() {
            return suspension.resumeHere();
        }

        @Override
        void tell() {
            suspension.resume();
        }
    }

    private static final class Waiting extends QueuedWait {
        private final Turn turn;
        private final WaitingMono<?> what;

        Waiting(Turn turn, WaitingMono<?> what, AwaitingHandle task) {
            super(task, what);
            this.turn = turn;
            this.what = what;
        }

        /** False once it was woken, also while the news is still on its way from another thread. */
        @Override
        protected boolean giveUp() {
            return turn.cancel();
        }

        @Override
        protected void passOn() {
            what.cancelled(turn);
            what.queue.tell();
        }
    }

    // ---- subscribed to ----

    /**
     * This, as Reactor's assembly hooks make it.
     *
     * @return a Mono to hand out
     */
    public final Mono<T> assembled() {
        return onAssembly(this);
    }

    @Override
    public final void subscribe(CoreSubscriber<? super T> actual) {
        actual.onSubscribe(new Attempt<>(this, actual));
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PREFETCH) {
            return 1; // whoever repeats this asks for one value, and for the next one when that is used
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    /**
     * One attempt, for a subscriber.
     *
     * <pre>{@code
     *   IDLE --request--> ACTIVE --has it--> EMITTING --onNext returns--> OVER --cancel--> LEFT
     *     \                  \                  \ cancel
     *      \ cancel           \ cancel           +-----> CANCELLED   delivered: the subscriber has it
     *       \------------------\------------------------> CANCELLED   what it gets now goes on to the next
     * }</pre>
     *
     * <p>So a value counts as delivered once its onNext has begun, and a cancel that comes later is none of our business, as
     * operators like {@code take} cancel from inside it and keep the value. But if it is known that it was dropped, or if it
     * was only lent, it is taken back: see {@link UndeliveredValues} and ADR 0041. The first cancel decides, a second one is nothing.
     */
    private static final class Attempt<T> implements Subscription, Scannable {
        private static final int IDLE = 0;
        private static final int ACTIVE = 1;
        private static final int EMITTING = 2;
        private static final int OVER = 3;
        private static final int CANCELLED = 4;
        private static final int LEFT = 5;

        @SuppressWarnings("rawtypes")
        private static final AtomicIntegerFieldUpdater<Attempt> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Attempt.class, "state");

        @SuppressWarnings("rawtypes")
        private static final AtomicReferenceFieldUpdater<Attempt, Object> GIVEN =
                AtomicReferenceFieldUpdater.newUpdater(Attempt.class, Object.class, "given");

        private final WaitingMono<T> mono;
        private final CoreSubscriber<? super T> actual;
        private volatile int state;
        private volatile @Nullable Entry entry;
        /** What was delivered and may be taken back, once. */
        private volatile @Nullable Object given;
        /** The thread inside onNext or onComplete: only that thread itself finds that it is it. */
        private @Nullable Thread emitter;
        /** Of that thread. */
        private boolean inOnNext;

        Attempt(WaitingMono<T> mono, CoreSubscriber<? super T> actual) {
            this.mono = mono;
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            StackGuard.toSuspend();
            if (n <= 0) {
                int before = STATE.getAndUpdate(this, now -> now <= ACTIVE ? OVER : now);
                leave(before);
                if (before <= ACTIVE) {
                    actual.onError(Exceptions.nullOrNegativeRequestException(n));
                }
            } else if (STATE.compareAndSet(this, IDLE, ACTIVE)) {
                proceed(null);
            }
        }

        @Override
        public void cancel() {
            StackGuard.toSuspend();
            int before = STATE.getAndUpdate(this, now -> now < OVER ? CANCELLED : now == OVER ? LEFT : now);
            leave(before);
            if (before >= EMITTING && given != null && refused(before)) {
                Object value = GIVEN.getAndSet(this, null);
                if (value != null) {
                    takeBack(value);
                }
            }
        }

        /** A second cancel refuses only if it says so: a time limit that strikes cancels, and once more when it drops the value. */
        private boolean refused(int before) {
            if (emitter == Thread.currentThread()) {
                return inOnNext && UndeliveredValues.fromInsideOnNext();
            }
            return (before == EMITTING || before == OVER) && (mono.lends() || UndeliveredValues.by(actual));
        }

        /** Leaves the queue, if it is there. */
        private void leave(int before) {
            Entry waiting = before == ACTIVE ? entry : null;
            if (waiting != null && waiting.cancel()) {
                mono.gaveUp(waiting);
                mono.queue.tell();
            }
        }

        /** Goes on: from the beginning, or after its entry was woken. */
        private void proceed(@Nullable Entry woken) {
            Object value;
            try {
                value = woken == null ? mono.attempt(null) : mono.resumed(woken);
                while (value == WAIT) {
                    Entry waiting = new Entry(this);
                    entry = waiting;
                    value = mono.attempt(waiting);
                    if (value == WAIT) {
                        // A cancel may have looked before the entry was there.
                        if (state != ACTIVE && (waiting.cancel() || waiting.isCancelled())) {
                            mono.gaveUp(waiting);
                            mono.queue.tell();
                        }
                        return;
                    }
                }
            } catch (Throwable e) {
                mono.queue.tell();
                fail(e);
                return;
            }
            mono.queue.tell();
            emit(value);
        }

        private void fail(Throwable error) {
            if (STATE.compareAndSet(this, ACTIVE, OVER)) {
                actual.onError(operatorError(error));
            } else {
                dropped(error);
            }
        }

        private Throwable operatorError(Throwable error) {
            try {
                return Operators.onOperatorError(error, actual.currentContext());
            } catch (Throwable e) { // a hook that throws, or an error that Reactor throws on instead of handing it down
                return error;
            }
        }

        private void emit(@Nullable Object value) {
            if (value == null) {
                if (STATE.compareAndSet(this, ACTIVE, OVER)) {
                    actual.onComplete();
                }
                return;
            }
            given = value;
            if (!STATE.compareAndSet(this, ACTIVE, EMITTING)) {
                given = null;
                takeBack(value);
                return;
            }
            emitter = Thread.currentThread();
            inOnNext = true;
            deliver(value);
            inOnNext = false;
            if (STATE.compareAndSet(this, EMITTING, OVER)) {
                actual.onComplete();
            }
            emitter = null;
        }

        @SuppressWarnings("unchecked")
        private void deliver(Object value) {
            try {
                actual.onNext((T) value);
            } catch (Throwable e) {
                inOnNext = false;
                emitter = null;
                cancel(); // as Reactive Streams has it: one that throws counts as one that has cancelled
                throw e;
            }
        }

        @SuppressWarnings("unchecked")
        private void takeBack(Object value) {
            try {
                mono.refused((T) value);
            } catch (Throwable e) { // a comparator's, or one permit too many: whoever cancels cannot be told
                dropped(e);
            }
            mono.queue.tell();
        }

        /** By whoever has woken it, who must not suffer from what a subscriber throws. */
        void told(Entry woken) {
            if (state != ACTIVE) {
                mono.gaveUp(woken);
                mono.queue.tell();
                return;
            }
            try {
                proceed(woken);
            } catch (Throwable e) {
                dropped(e);
            }
        }

        private void dropped(Throwable error) {
            Context context = Context.empty();
            try {
                context = actual.currentContext();
            } catch (Throwable unavailable) {
                error.addSuppressed(unavailable);
            }
            Dropped.error(error, context);
        }

        @Override
        @SuppressWarnings("rawtypes") // as Scannable declares it
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.PARENT) {
                return mono;
            }
            if (key == Attr.ACTUAL) {
                return actual;
            }
            if (key == Attr.CANCELLED) {
                return state == CANCELLED;
            }
            if (key == Attr.TERMINATED) {
                return state == OVER || state == LEFT;
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
        }
    }

    private static final class Entry extends Waiter {
        private final Attempt<?> attempt;

        Entry(Attempt<?> attempt) {
            super(null);
            this.attempt = attempt;
        }

        @Override
        boolean tellHere() {
            return false;
        }

        @Override
        void tell() {
            attempt.told(this);
        }
    }
}
