package io.github.corio;

import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * The subscriber of an {@link AsyncIterator}: requests in batches, buffers what comes from any thread, and lets one task
 * take it out. Everything but the four signals belongs to the task's loop.
 *
 * <p>The end, the field that says who may still touch the buffer:
 *
 * <pre>{@code
 *   null --onComplete, onError--> COMPLETE or the error --taken by the task--> CLOSED
 *      \------------------ dispose: upstream is cancelled -------------------> CLOSED
 * }</pre>
 *
 * <p>Until CLOSED only the task polls the buffer. From then on whoever finds something in it discards it, one at a time.
 */
final class IteratorSubscriber<T> extends SignalWait implements CoreSubscriber<T>, Disposable, Scannable, Follows {
    private static final Object COMPLETE = "complete";
    private static final Object CLOSED = "closed";

    private static final VarHandle END;

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<IteratorSubscriber, Subscription> UPSTREAM =
            AtomicReferenceFieldUpdater.newUpdater(IteratorSubscriber.class, Subscription.class, "upstream");

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<IteratorSubscriber> DISCARDING =
            AtomicIntegerFieldUpdater.newUpdater(IteratorSubscriber.class, "discarding");

    static {
        try {
            END = MethodHandles.lookup().findVarHandle(IteratorSubscriber.class, "end", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TaskHandle task;
    private final Publisher<? extends T> source;
    private final int capacity;
    private final LongSupplier more;
    private final Context context;
    private final Queue<T> buffer;
    private final long first;
    private volatile @Nullable Subscription upstream;
    private volatile @Nullable Object end;

    @SuppressWarnings("unused") // through DISCARDING
    private volatile int discarding;
    /** How many may be taken before more are requested. */
    private long limit;

    private long taken;
    /** What came last, came while the task waited. */
    private boolean suspended;

    /** What {@link #hasNext()} has found. */
    private @Nullable T ahead;

    private IteratorSubscriber(
            TaskHandle task, Publisher<? extends T> source, int capacity, long first, long limit, LongSupplier more) {
        this.task = task;
        this.source = source;
        this.capacity = capacity;
        this.more = more;
        this.context = task.context();
        this.buffer = Queues.<T>get(capacity).get();
        this.first = first;
        this.limit = limit;
    }

    /** Runs ahead by so many; asks for more as Reactor's own operators do, when three quarters of them have been taken. */
    static <T> IteratorSubscriber<T> ahead(TaskHandle task, Publisher<? extends T> source, int prefetch) {
        boolean all = prefetch == Integer.MAX_VALUE;
        long limit = all ? Long.MAX_VALUE : prefetch - (prefetch >> 2);
        return new IteratorSubscriber<>(task, source, prefetch, all ? Long.MAX_VALUE : prefetch, limit, () -> limit);
    }

    /** Asks for what somebody else wants at that moment, and again when all of that has been taken. */
    static <T> IteratorSubscriber<T> byDemand(TaskHandle task, Publisher<? extends T> source, LongSupplier demand) {
        LongSupplier more = () -> Math.min(demand.getAsLong(), Queues.XS_BUFFER_SIZE);
        long first = more.getAsLong();
        return new IteratorSubscriber<>(task, source, Queues.XS_BUFFER_SIZE, first, first, more);
    }

    void subscribe() {
        task.opened(this);
        try {
            source.subscribe(this);
        } catch (Throwable refused) { // a Publisher that is not one of Reactor's
            dispose();
            throw refused;
        }
    }

    // ---- the task's side ----

    boolean hasNext() {
        if (TaskHandle.current() != task) {
            throw new IllegalStateException("Iteration over " + Foreign.text(source) + " was begun by " + task.task()
                    + " and cannot be continued by " + TaskHandle.current().task()
                    + ". Give the values to other tasks, not the iterator");
        }
        if (ahead == null) {
            checkpoint();
        }
        while (ahead == null) {
            replenish();
            Object ended = end; // read before the poll: what came before the end is in the buffer then
            T value = ended == CLOSED ? null : buffer.poll();
            if (value != null) {
                taken++;
                ahead = value;
            } else if (ended != null) {
                finish(ended);
                return false;
            } else {
                awaitSignal();
            }
        }
        return true;
    }

    T next() {
        T value = hasNext() ? ahead : null;
        if (value == null) {
            throw new NoSuchElementException(
                    "There is no next value: " + Foreign.text(source) + " has ended or was closed");
        }
        ahead = null;
        suspended = false;
        return value;
    }

    /** Not when a value is taken but when the next one is asked for: with one at a time, the source waits for that. */
    private void replenish() {
        Subscription s = upstream;
        if (taken >= limit && s != null && end == null) {
            taken = 0;
            limit = more.getAsLong();
            try {
                s.request(limit);
            } catch (Throwable broken) { // a source that is not one of Reactor's
                dispose();
                throw broken;
            }
        }
    }

    private void checkpoint() {
        try {
            task.checkpoint();
        } catch (Throwable cancel) {
            dispose();
            throw cancel;
        }
    }

    private void awaitSignal() {
        suspended = true;
        try {
            Object unused = task.await(this);
        } catch (Throwable interrupted) { // a cancel, or a stack that cannot be left
            dispose();
            throw interrupted;
        }
    }

    private void finish(Object ended) {
        if (ended == CLOSED) {
            return;
        }
        end = CLOSED;
        task.closed(this);
        if (ended instanceof Throwable failure) {
            Throwable error = Exceptions.unwrap(failure);
            if (suspended && !(error instanceof CancelledError)) {
                AwaitSubscriber.showAwait(task, error);
            }
            throw Unchecked.raise(error);
        }
    }

    @Override
    public void dispose() {
        if (!task.loop.inLoop()) {
            Loops.access(task.loop).queue(new LoopHandle(Context.empty()) {
                @Override
                protected void run() {
                    IteratorSubscriber.this.dispose();
                }
            });
            return;
        }
        Object before = END.getAndSet(this, CLOSED);
        if (before == CLOSED) {
            return;
        }
        task.closed(this);
        signal(); // another task may have closed it under one that waits
        if (before == null) {
            terminate();
        } else if (before instanceof Throwable failure) {
            drop(failure);
        }
        discardAhead();
        discardBuffer();
    }

    private void terminate() {
        try {
            boolean unused = Operators.terminate(UPSTREAM, this);
        } catch (Throwable e) {
            drop(e);
        }
    }

    @Override
    public boolean isDisposed() {
        return end == CLOSED;
    }

    private void discardAhead() {
        T unseen = ahead;
        if (unseen != null) {
            ahead = null;
            Foreign.discard(unseen, context, task.loop);
        }
    }

    private void discardBuffer() {
        if (DISCARDING.getAndIncrement(this) != 0) {
            return;
        }
        int missed = 1;
        do {
            for (T value = buffer.poll(); value != null; value = buffer.poll()) {
                Foreign.discard(value, context, task.loop);
            }
            missed = DISCARDING.addAndGet(this, -missed);
        } while (missed != 0);
    }

    private void drop(Throwable failure) {
        Foreign.dropError(failure, context, task.loop);
    }

    // ---- signals, from any thread ----

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (!Operators.setOnce(UPSTREAM, this, s)) {
            return;
        }
        try {
            s.request(first);
        } catch (Throwable e) {
            onError(e);
            terminate();
        }
    }

    @Override
    public void onNext(T value) {
        if (value == null) {
            throw nothing("onNext");
        }
        Object ended = end;
        if (ended == CLOSED) {
            Foreign.discard(value, context, task.loop);
        } else if (ended != null) {
            Foreign.dropNext(value, context, task.loop);
        } else if (buffer.offer(value)) {
            signal();
            if (end == CLOSED) { // signal() has a fence: this or dispose() sees the other
                discardBuffer();
            }
        } else {
            Foreign.discard(value, context, task.loop);
            onError(Foreign.operatorError(
                    Exceptions.failWithOverflow(Foreign.text(source) + " has sent more than the requested " + capacity),
                    context));
            terminate();
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (failure == null) {
            throw nothing("onError");
        }
        suspended |= !task.loop.inLoop();
        if (END.compareAndSet(this, null, failure)) {
            signal();
        } else {
            drop(failure);
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
        if (END.compareAndSet(this, null, COMPLETE)) {
            signal();
        }
    }

    @Override
    boolean open() {
        return end != null || !buffer.isEmpty();
    }

    // ---- what it is ----

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
        if (key == Attr.PREFETCH) {
            return capacity;
        }
        if (key == Attr.BUFFERED) {
            return buffer.size();
        }
        if (key == Attr.TERMINATED) {
            return end == COMPLETE || end instanceof Throwable;
        }
        if (key == Attr.CANCELLED) {
            return upstream == Operators.cancelledSubscription();
        }
        if (key == Attr.ERROR) {
            return end instanceof Throwable failure ? failure : null;
        }
        if (key == Attr.NAME) {
            return String.valueOf(task.task());
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
