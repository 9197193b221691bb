package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One run of a generator, for one subscriber. Requests and the cancel may come from any thread; the subscriber is called on
 * the loop, by the body's task while that runs and by a callback at the end.
 *
 * <pre>{@code
 *   run:   null --first request--> the task, which is started
 *              \--cancel---------> UNSTARTED: nothing has run, nothing will
 *   left:  null --cancel---------> GONE             each of them makes the loop cancel the task, once:
 *              \--bad request----> its error        closing = true
 * }</pre>
 *
 * <p>Between a cancel on another thread and its arrival on the loop, {@code emit} does not hand over and does not fail: it
 * waits for it, so that the body sees one cancel, at one place.
 */
final class GeneratorSubscription<T> implements Emitter<T>, Subscription, Scannable {
    private static final Object UNSTARTED = "unstarted";
    private static final Object GONE = "gone";

    @SuppressWarnings("rawtypes")
    private static final AtomicLongFieldUpdater<GeneratorSubscription> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(GeneratorSubscription.class, "requested");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<GeneratorSubscription, Object> RUN =
            AtomicReferenceFieldUpdater.newUpdater(GeneratorSubscription.class, Object.class, "run");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<GeneratorSubscription, Object> LEFT =
            AtomicReferenceFieldUpdater.newUpdater(GeneratorSubscription.class, Object.class, "left");

    private final GeneratorBody<T> body;
    private final CoreSubscriber<? super T> actual;
    private final Context context;
    private final Demand demand = new Demand();
    private volatile long requested;
    private volatile @Nullable Object run;
    private volatile @Nullable Object left;
    /** On the loop: the task has been cancelled because the subscriber has left. */
    private boolean closing;

    GeneratorSubscription(GeneratorBody<T> body, CoreSubscriber<? super T> actual) {
        this.body = body;
        this.actual = actual;
        this.context = actual.currentContext();
    }

    // ---- the subscriber's side, from any thread ----

    @Override
    public void request(long n) {
        if (n <= 0) {
            if (LEFT.compareAndSet(this, null, Exceptions.nullOrNegativeRequestException(n))) {
                close();
            }
            return;
        }
        Operators.addCap(REQUESTED, this, n);
        if (run == null) {
            launch();
        } else {
            demand.signal();
        }
    }

    @Override
    public void cancel() {
        if (LEFT.getAndSet(this, GONE) == null) {
            close();
        }
    }

    private void close() {
        if (RUN.compareAndSet(this, null, UNSTARTED)) {
            if (left instanceof Throwable refusal) {
                end(refusal, null);
            }
            return;
        }
        Task<Void> task = taskOrNull();
        if (task == null) {
            return;
        }
        if (task.loop().inLoop()) {
            closeOnLoop(task);
        } else {
            Loops.access(task.loop()).urgent().queue(() -> closeOnLoop(task));
        }
    }

    private void closeOnLoop(Task<Void> task) {
        if (!task.isDone()) {
            closing = true;
            boolean unused = task.leave("the subscriber of the generator has cancelled");
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable Task<Void> taskOrNull() {
        return run instanceof Task<?> task ? (Task<Void>) task : null;
    }

    // ---- from the first request to the end ----

    private void launch() {
        EventLoop given = context.<@Nullable EventLoop>getOrDefault(EventLoop.CONTEXT_KEY, null);
        EventLoop loop;
        try {
            loop = given == null ? EventLoop.createFor(context) : given;
        } catch (Throwable refused) { // the Scheduler has no Worker for it, or is none
            refuse(refused);
            return;
        }
        Task<Void> task = new Task<>(loop, new Body(), null, AsyncContext.of(context));
        if (!RUN.compareAndSet(this, null, task)) { // another request, or the cancel, was faster
            if (given == null) {
                loop.dispose();
            }
            demand.signal();
            return;
        }
        if (given == null) {
            SubscribeSupport.endWith(task, actual, () -> deliver(task));
        } else {
            task.whenDone(new End(task));
        }
        try {
            Object unused = task.start();
        } catch (Throwable refused) { // by a loop that is closed, or by its Scheduler
            boolean unused = task.complete(new Outcome.Failure<>(Foreign.operatorError(refused, context)));
            if (given == null) {
                loop.dispose();
            }
        }
    }

    private final class End extends LoopHandle implements Follows {
        private final Task<Void> task;

        End(Task<Void> task) {
            super(context);
            this.task = task;
        }

        @Override
        public Object follower() {
            return actual;
        }

        @Override
        protected void run() {
            deliver(task);
        }

        @Override
        protected void dropped() { // whoever has subscribed must not wait for ever
            deliver(task);
        }
    }

    /** There is no loop for it. */
    private void refuse(Throwable reason) {
        if (RUN.compareAndSet(this, null, UNSTARTED)) {
            Object gone = left;
            if (gone == null) {
                end(Foreign.operatorError(reason, context), null);
            } else if (gone instanceof Throwable refusal) {
                end(refusal, null);
            }
        }
    }

    /** The task has ended. */
    private void deliver(Task<Void> task) {
        Throwable error = task.outcome() instanceof Outcome.Failure<?> failure
                ? failure.error()
                : task.outcome() instanceof Outcome.Cancelled<?> cancelled ? cancelled.error() : null;
        boolean news = task.observe();
        Object gone = left;
        if (gone == null) {
            end(error, task.loop());
            return;
        }
        if (error != null && news) {
            Foreign.dropError(error, context, task.loop());
        }
        if (gone instanceof Throwable refusal) {
            end(refusal, task.loop());
        }
    }

    private void end(@Nullable Throwable error, @Nullable EventLoop loop) {
        try {
            if (error == null) {
                actual.onComplete();
            } else {
                actual.onError(error);
            }
        } catch (Throwable e) {
            Foreign.dropError(e, context, loop);
        }
    }

    // ---- the body's side ----

    @Override
    public void emit(T value) {
        Objects.requireNonNull(value, "value");
        TaskHandle self = own("emit");
        try {
            awaitDemand(self);
        } catch (Throwable notHandedOver) {
            Foreign.discard(value, context, self.loop);
            throw notHandedOver;
        }
        Operators.produced(REQUESTED, this, 1);
        handOver(value, self);
        awaitDemand(self);
    }

    /** A subscriber that throws counts as one that has cancelled: its error is none of the body's. */
    private void handOver(T value, TaskHandle self) {
        try {
            actual.onNext(value);
        } catch (Throwable e) {
            cancel();
            Foreign.dropError(e, context, self.loop);
        }
    }

    @Override
    public void emitAll(Publisher<? extends T> source) {
        Objects.requireNonNull(source, "source");
        TaskHandle self = own("emitAll");
        awaitDemand(self);
        IteratorSubscriber<T> values = IteratorSubscriber.byDemand(self, source, () -> requested);
        try {
            values.subscribe();
            while (values.hasNext()) {
                emit(values.next());
            }
        } finally {
            values.dispose();
        }
    }

    private TaskHandle own(String what) {
        LoopHandle running = Loops.running();
        if (running instanceof TaskHandle handle && handle.task() == run) {
            return handle;
        }
        throw new IllegalStateException(what + " on " + Thread.currentThread()
                + (running instanceof TaskHandle other ? ", in " + other.task() : "")
                + ": only the body of the generator may emit, in its own task " + run
                + ". Let other tasks put their values into a queue that the body takes from");
    }

    private void awaitDemand(TaskHandle self) {
        self.checkpoint();
        while (closing || !demand.open()) {
            if (closing) {
                self.throwIfCancelled();
                throw new IllegalStateException(
                        "The generator " + self.task()
                                + " has been cancelled and must not emit any more: let the CancelledError pass, and emit nothing in finally");
            }
            Object unused = self.await(demand);
        }
    }

    private final class Demand extends SignalWait {
        @Override
        boolean open() {
            return requested != 0 && left == null;
        }

        @Override
        public Object source() {
            return "demand for its next value";
        }
    }

    /** The body as something that a task can run. */
    private final class Body extends Awaitable<Void> {
        @Override
        public @Nullable Void awaitDirect() {
            try {
                body.run(GeneratorSubscription.this);
                return null;
            } catch (Exception e) {
                throw Unchecked.raise(e);
            }
        }

        @Override
        public void subscribe(CoreSubscriber<? super Void> other) {
            Operators.error(other, new IllegalStateException(this + " runs for its own subscriber only"));
        }

        @Override
        public String toString() {
            return "generate(" + Foreign.text(body) + ")";
        }
    }

    // ---- what it is ----

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        Task<Void> task = taskOrNull();
        if (key == Attr.PARENT) {
            return task;
        }
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
            return requested;
        }
        if (key == Attr.CANCELLED) {
            return left == GONE;
        }
        if (key == Attr.TERMINATED) {
            return left != GONE && task != null && task.isDone();
        }
        if (key == Attr.NAME) {
            return task == null ? null : task.name();
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
