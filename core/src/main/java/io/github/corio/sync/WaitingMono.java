package io.github.corio.sync;

import io.github.corio.Awaitable;
import io.github.corio.Suspension;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Handle;
import io.github.corio.loop.Headroom;
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
     * Takes a value back that a subscriber would not have.
     *
     * @param value what it was given
     */
    protected void refused(T value) {}

    /**
     * Learns that the task that runs here was given a value.
     *
     * @param value what it was given, null if it is empty
     * @param loop the loop of the task
     */
    protected void awaited(@Nullable T value, EventLoop loop) {}

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
        Headroom.toSuspend(); // also for the release that comes later in the same frame
        EventLoop loop = EventLoop.ofStrand();
        if (loop == null) {
            throw outside();
        }
        Suspension.checkpoint(loop);
        try {
            Object value = likelyWaits() ? WAIT : attempt(null);
            while (value == WAIT) {
                Turn turn = new Turn(this, loop);
                value = attempt(turn);
                if (value == WAIT) {
                    awaitTurn(turn);
                    value = resumed(turn);
                }
            }
            awaited((T) value, loop);
            return (T) value;
        } finally {
            queue.tell();
        }
    }

    private IllegalStateException outside() {
        Handle running = EventLoop.running();
        return new IllegalStateException("await of " + this + " outside of a coroutine, on " + Thread.currentThread()
                + (running == null ? "" : ", in the callback " + running)
                + ". Subscribe to it, or wrap the code in async(() -> ...)");
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

        Turn(WaitingMono<?> what, EventLoop loop) {
            this.suspension = new Waiting(this, what, loop);
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

    private static final class Waiting extends Suspension {
        private final Turn turn;

        Waiting(Turn turn, WaitingMono<?> what, EventLoop loop) {
            super(loop, what);
            this.turn = turn;
        }

        /** False once it was woken, also while the news is still on its way from another thread. */
        @Override
        protected boolean giveUp() {
            return turn.cancel();
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
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    /**
     * One attempt, for a subscriber.
     *
     * <pre>{@code
     *   IDLE --request--> ACTIVE --has it--> EMITTING --onNext returns--> OVER
     *     \                  \                  \ cancel
     *      \ cancel           \ cancel           +-----> CANCELLED   delivered: the subscriber has it
     *       \------------------\------------------------> CANCELLED   what it gets now goes on to the next
     * }</pre>
     *
     * <p>So a value counts as delivered once its onNext has begun, and a cancel that comes later is none of our business, as
     * operators like {@code take} cancel from inside it and keep the value. But if it is known that it was dropped, or if it
     * was only lent, it is taken back: see {@link Refusal} and ADR 0041.
     */
    private static final class Attempt<T> implements Subscription, Scannable {
        private static final int IDLE = 0;
        private static final int ACTIVE = 1;
        private static final int EMITTING = 2;
        private static final int OVER = 3;
        private static final int CANCELLED = 4;

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
        @SuppressWarnings("unused") // through GIVEN
        private volatile @Nullable Object given;
        /** The thread inside onNext: only that thread itself finds that it is it. */
        private @Nullable Thread emitter;

        Attempt(WaitingMono<T> mono, CoreSubscriber<? super T> actual) {
            this.mono = mono;
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            Headroom.toSuspend();
            if (n <= 0) {
                if (end(OVER)) {
                    actual.onError(Exceptions.nullOrNegativeRequestException(n));
                }
            } else if (STATE.compareAndSet(this, IDLE, ACTIVE)) {
                proceed(null);
            }
        }

        @Override
        public void cancel() {
            Headroom.toSuspend();
            if (end(CANCELLED)) {
                return;
            }
            boolean unused = STATE.compareAndSet(this, EMITTING, CANCELLED);
            boolean refused =
                    emitter == Thread.currentThread() ? Refusal.fromInsideOnNext() : mono.lends() || Refusal.by(actual);
            if (refused) {
                takeBack(GIVEN.getAndSet(this, null));
            }
        }

        /** False if it is over, or a value is being delivered. */
        private boolean end(int how) {
            int before = STATE.getAndUpdate(this, now -> now <= ACTIVE ? how : now);
            if (before == ACTIVE) {
                Entry waiting = entry;
                if (waiting != null && waiting.cancel()) {
                    mono.gaveUp(waiting);
                    mono.queue.tell();
                }
            }
            return before <= ACTIVE;
        }

        /** Goes on: from the beginning, or after its entry was woken. */
        void proceed(@Nullable Entry woken) {
            Object value;
            try {
                value = woken == null ? mono.attempt(null) : mono.resumed(woken);
                while (value == WAIT) {
                    Entry waiting = new Entry(this);
                    entry = waiting;
                    value = mono.attempt(waiting);
                    if (value == WAIT) {
                        // A cancel may have looked before the entry was there.
                        if (state != ACTIVE && (waiting.cancel() || waiting.cancelled())) {
                            mono.gaveUp(waiting);
                            mono.queue.tell();
                        }
                        return;
                    }
                }
            } catch (Throwable e) {
                if (STATE.compareAndSet(this, ACTIVE, OVER)) {
                    actual.onError(Operators.onOperatorError(e, actual.currentContext()));
                }
                return;
            }
            mono.queue.tell();
            emit(value);
        }

        @SuppressWarnings("unchecked")
        private void emit(@Nullable Object value) {
            if (value == null) {
                if (STATE.compareAndSet(this, ACTIVE, OVER)) {
                    actual.onComplete();
                }
                return;
            }
            given = value;
            if (!STATE.compareAndSet(this, ACTIVE, EMITTING)) {
                takeBack(GIVEN.getAndSet(this, null));
                return;
            }
            emitter = Thread.currentThread();
            actual.onNext((T) value);
            emitter = null;
            if (STATE.compareAndSet(this, EMITTING, OVER)) {
                actual.onComplete();
            }
        }

        @SuppressWarnings("unchecked")
        private void takeBack(@Nullable Object value) {
            if (value != null) {
                mono.refused((T) value);
                mono.queue.tell();
            }
        }

        void told(Entry woken) {
            if (state == ACTIVE) {
                proceed(woken);
            } else {
                mono.gaveUp(woken);
                mono.queue.tell();
            }
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
                return state == OVER;
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
        }
    }

    private static final class Entry extends Waiter {
        private final Attempt<?> attempt;

        Entry(Attempt<?> attempt) {
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
