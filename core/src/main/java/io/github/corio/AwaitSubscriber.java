package io.github.corio;

import io.github.corio.internal.Lent;
import io.github.corio.internal.Wait;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.loop.internal.SuspendableHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A task's wait for any Mono: the one small subscriber between the two worlds. Signals may come from any thread.
 *
 * <pre>{@code
 *   SUBSCRIBED --signal--> OVER                       the task has not even suspended
 *       |  wake
 *   WAITING ---signal--> OVER, the task is queued     these two CAS meet: one of them queues the task
 *       \------cancel--> CANCELLED, the task is queued
 * }</pre>
 *
 * <p>A signal that comes while the task subscribes, on its own thread, meets nobody, and needs no CAS.
 */
final class AwaitSubscriber<T> extends Wait<T> implements CoreSubscriber<T>, Scannable, Follows {
    private static final int SUBSCRIBED = 0;
    private static final int WAITING = 1;
    private static final int OVER = 2;
    private static final int CANCELLED = 3;

    private static final VarHandle STATE;
    private static final VarHandle VALUE;
    private static final VarHandle UPSTREAM;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(AwaitSubscriber.class, "state", int.class);
            VALUE = MethodHandles.lookup().findVarHandle(AwaitSubscriber.class, "value", Object.class);
            UPSTREAM = MethodHandles.lookup().findVarHandle(AwaitSubscriber.class, "upstream", Subscription.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TaskHandle task;
    private final Mono<? extends T> source;
    private final Context context;
    /** The thread that subscribes at this moment: only that thread itself finds that it is it. */
    private @Nullable Thread subscribing;

    private volatile int state;
    private volatile @Nullable Subscription upstream;
    private @Nullable Object value;
    private @Nullable Throwable error;
    /** The error came on a thread other than the one that subscribes. */
    private boolean fromElsewhere;

    private @Nullable String message;

    private AwaitSubscriber(TaskHandle task, Mono<? extends T> source, Context context) {
        this.task = task;
        this.source = source;
        this.context = context;
    }

    /** What {@code await} does, for the operators, which the facade is built on. */
    static <T> @Nullable T await(Mono<? extends T> awaitable) {
        return awaitable instanceof Awaitable<? extends T> direct ? direct.awaitDirect() : awaitOther(awaitable);
    }

    /** Waits for a Mono that cannot be awaited in place. */
    static <T> @Nullable T awaitOther(Mono<? extends T> awaitable) {
        if (!(Loops.running() instanceof TaskHandle task)) {
            throw TaskHandle.outside();
        }
        Objects.requireNonNull(awaitable, "awaitable");
        task.checkpoint();
        if (awaitable instanceof Callable<?> callable) { // just, empty, error, fromCallable, fromSupplier, fromRunnable
            return call(callable);
        }
        AwaitSubscriber<T> wait = subscribe(task, awaitable, task.context());
        return wait.ready() ? wait.arrived() : wait.suspended();
    }

    /** It came before the task has suspended, perhaps from another thread all the same. */
    private @Nullable T arrived() {
        Throwable failure = error;
        if (failure != null && fromElsewhere && !(Exceptions.unwrap(failure) instanceof CancelledError)) {
            showAwait(task, Exceptions.unwrap(failure));
        }
        return take();
    }

    private @Nullable T suspended() {
        try {
            return task.await(this);
        } catch (Throwable e) {
            if (error != null && Exceptions.unwrap(error) == e && !(e instanceof CancelledError)) {
                showAwait(task, e);
            }
            throw e;
        }
    }

    /** A task of this loop that has ended with this error has probably been awaited through the operators of this chain. */
    static void showAwait(TaskHandle task, Throwable error) {
        Object last = AwaitedHere.last(error);
        boolean goesOn = last instanceof AsyncFuture<?> ended
                && ended.loop() == task.loop
                && ended != task.task()
                && ended.outcome() instanceof Outcome.Failure<?> failure
                && failure.error() == error;
        AwaitedHere.addTo(error, task.task(), nameOf(task), goesOn ? last : null);
    }

    private static String nameOf(TaskHandle task) {
        return task.task() instanceof AsyncFuture<?> awaiting ? awaiting.label() : "a task";
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> @Nullable T call(Callable<?> callable) {
        try {
            return (T) callable.call();
        } catch (Exception e) {
            throw Unchecked.raise(Exceptions.unwrap(e));
        }
    }

    /** Subscribes on behalf of the task. */
    static <T> AwaitSubscriber<T> subscribe(TaskHandle task, Mono<? extends T> source, Context context) {
        StackGuard.toSuspend(); // better no subscription than half a one
        AwaitSubscriber<T> wait = new AwaitSubscriber<>(task, source, context);
        wait.subscribing = Thread.currentThread();
        try {
            source.subscribe(wait);
            wait.subscribing = null;
        } catch (Throwable refused) { // a Mono that is not one of Reactor's; it may have subscribed, or even signalled,
            // before
            wait.subscribing = null;
            wait.abandon();
            throw refused;
        }
        return wait;
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.validate(upstream, s)) {
            if (meetsNobody()) {
                UPSTREAM.set(this, s);
                request(s);
                return;
            }
            upstream = s;
            if (state == CANCELLED) {
                Foreign.cancel(s, context, task.loop);
            } else {
                request(s);
            }
        }
    }

    private void request(Subscription s) {
        try {
            s.request(Long.MAX_VALUE);
        } catch (Throwable e) {
            onError(e);
            Foreign.cancel(s, context, task.loop);
        }
    }

    @Override
    public void onNext(T next) {
        if (next == null) {
            throw nothing("onNext");
        }
        int before = state;
        if (before >= OVER) {
            if (before == CANCELLED) { // it was under way when the cancel came: nobody will have it
                Foreign.discard(next, context, task.loop);
            } else {
                Foreign.dropNext(next, context, task.loop);
            }
            return;
        }
        if (value == null && meetsNobody()) {
            value = next;
            return;
        }
        Object earlier = VALUE.getAndSet(this, next);
        if (earlier != null) {
            Foreign.discard(earlier, context, task.loop);
        }
        if (state == CANCELLED) { // meets cancel(), which discards what it sees
            discardValue();
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (failure == null) {
            throw nothing("onError");
        }
        boolean late = state >= OVER;
        if (!late) {
            fromElsewhere = !meetsNobody();
            error = failure;
            late = !over();
        }
        if (late) {
            Foreign.dropError(failure, context, task.loop);
        } else {
            discardValue(); // the task gets the error
        }
    }

    /** A source that signals null breaks the contract: the task gets an error, and so does the source. */
    private NullPointerException nothing(String signal) {
        NullPointerException refusal = new NullPointerException(signal);
        onError(refusal);
        return refusal;
    }

    @Override
    public void onComplete() {
        over();
    }

    private boolean meetsNobody() {
        return subscribing == Thread.currentThread();
    }

    private boolean over() {
        if (meetsNobody() && state == SUBSCRIBED) {
            STATE.setRelease(this, OVER);
            return true;
        }
        StackGuard.toWake();
        for (; ; ) {
            int now = state;
            if (now >= OVER) {
                return false;
            }
            if (STATE.compareAndSet(this, now, OVER)) {
                if (now == WAITING) {
                    Loops.access(task.loop).resume(task);
                }
                return true;
            }
        }
    }

    @Override
    public boolean ready() {
        return state >= OVER;
    }

    @Override
    public void wake(SuspendableHandle waiter) {
        if (!STATE.compareAndSet(this, SUBSCRIBED, WAITING)) {
            Loops.access(task.loop).resume(waiter);
        }
    }

    @Override
    public boolean cancel(@Nullable String why) {
        StackGuard.toWake();
        if (!STATE.compareAndSet(this, WAITING, CANCELLED)) {
            return false;
        }
        message = why;
        leave();
        Loops.access(task.loop).resume(task);
        return true;
    }

    @Override
    public boolean isCancelled() {
        return state == CANCELLED || (state == OVER && error instanceof CancelledError);
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable
    public T take() {
        if (state == CANCELLED) {
            throw new CancelledError(message);
        }
        if (error != null) {
            throw Unchecked.raise(Exceptions.unwrap(error));
        }
        if (value instanceof Lent lent && !lent.keep()) {
            return null; // its source has taken it back at this moment, and passed it on: as if none had come
        }
        return (T) value;
    }

    @Override
    public void abandon() {
        int before = (int) STATE.getAndSet(this, CANCELLED);
        if (before < OVER) {
            leave();
        } else if (before == OVER) {
            leave(); // its source may take the value back
            if (error != null) {
                Foreign.dropError(error, context, task.loop);
            }
        }
    }

    private void leave() {
        Subscription s = upstream;
        if (s != null) {
            Foreign.cancel(s, context, task.loop);
        }
        discardValue();
    }

    private void discardValue() {
        Object unused = VALUE.getAndSet(this, null);
        Foreign.discard(unused, context, task.loop);
    }

    @Override
    public Object source() {
        return source;
    }

    @Override
    public Object follower() {
        return task.task();
    }

    @Override
    public boolean isNeeded() {
        return task.waiter() == this;
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.TERMINATED) {
            return state == OVER;
        }
        if (key == Attr.CANCELLED) {
            return state == CANCELLED;
        }
        if (key == Attr.NAME) {
            return String.valueOf(task.task());
        }
        if (key == Attr.RUN_STYLE) {
            return Attr.RunStyle.SYNC;
        }
        return null;
    }
}
