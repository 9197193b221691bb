package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * {@code gather}: {@link Mono#zip} over tasks, one for each awaitable, created in order on the loop.
 *
 * <p>{@code zip} alone would drop everything when one source is empty, and cancel the others when one fails. Here each task
 * is presented to it as a Mono of its {@link Outcome}, never empty, that does not pass on the cancel which {@code zip}
 * sends; so the first failure comes out at once while the others go on. A cancel of the whole cancels each task; the first
 * that ends cancelled is then that first failure, and where outcomes are asked for, the whole ends when all have ended.
 */
final class Gather<R> extends FutureMono<R> {
    private final List<? extends Mono<?>> awaitables;
    private final Function<List<@Nullable Object>, @Nullable R> combine;
    /** True: every outcome is a value. False: the first error is the error of the whole. */
    private final boolean outcomes;

    private final int limit;

    private Gather(
            List<? extends Mono<?>> awaitables,
            Function<List<@Nullable Object>, @Nullable R> combine,
            boolean outcomes,
            int limit) {
        this.awaitables = awaitables;
        this.combine = combine;
        this.outcomes = outcomes;
        this.limit = limit;
    }

    @SuppressWarnings("unchecked")
    static <T> Mono<List<T>> all(int limit, Iterable<? extends Mono<? extends T>> awaitables) {
        if (limit < 1) {
            throw new IllegalArgumentException("gather(" + limit + ", ...): at least one must be allowed to run");
        }
        return onAssembly(new Gather<>(copy(awaitables), values -> (List<T>) values, false, limit));
    }

    @SuppressWarnings("unchecked")
    static <T> Mono<List<Outcome<T>>> outcomes(Iterable<? extends Mono<? extends T>> awaitables) {
        return onAssembly(
                new Gather<>(copy(awaitables), values -> (List<Outcome<T>>) (List<?>) values, true, Integer.MAX_VALUE));
    }

    static <R> Mono<R> typed(Function<Object[], R> tuple, Mono<?>... awaitables) {
        return onAssembly(new Gather<>(
                copy(Arrays.asList(awaitables)),
                values -> {
                    int empty = values.indexOf(null);
                    if (values.stream().allMatch(Objects::isNull)) { // of Mono<Void>s, say: there is nothing to hold
                        return null;
                    }
                    if (empty >= 0) {
                        throw new NoSuchElementException(
                                "gather: the awaitable at index " + empty
                                        + " was empty, and a tuple cannot hold that. Use gather(List.of(...)), which gives null for it");
                    }
                    return tuple.apply(values.toArray());
                },
                false,
                Integer.MAX_VALUE));
    }

    private static List<Mono<?>> copy(Iterable<? extends Mono<?>> awaitables) {
        List<Mono<?>> all = new ArrayList<>();
        for (Mono<?> awaitable : awaitables) {
            all.add(Objects.requireNonNull(
                    awaitable, () -> "gather: the awaitable at index " + all.size() + " is null"));
        }
        return all;
    }

    @Override
    AsyncFuture<R> start(EventLoop loop, Context context) {
        List<AsyncFuture<?>> children = new ArrayList<>(awaitables.size());
        Whole<R> whole = new Whole<>(loop, children, awaitables, limit);
        List<Mono<Outcome<?>>> sources = new ArrayList<>(awaitables.size());
        try {
            for (Mono<?> awaitable : awaitables) {
                children.add(whole.child(awaitable, context));
            }
            for (int i = 0; i < children.size(); i++) { // apart from the tasks: they are closer together in memory then
                sources.add(new Shielded(children.get(i), outcomes, whole.begunHere(i)));
            }
            Mono<List<@Nullable Object>> zipped =
                    children.isEmpty() ? Mono.just(List.of()) : Mono.zip(sources, this::values);
            zipped.subscribe(whole.collector(context, combine));
        } catch (Throwable refused) { // a future of another loop, say: those before it do not begin either
            whole.cancelBegun();
            throw refused;
        }
        return whole;
    }

    private List<@Nullable Object> values(Object[] zipped) {
        List<@Nullable Object> values = new ArrayList<>(zipped.length);
        for (Object each : zipped) {
            Outcome<?> outcome = (Outcome<?>) each;
            values.add(outcomes ? outcome : outcome.get());
        }
        return values;
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.NAME ? toString() : super.scanUnsafe(key);
    }

    @Override
    public String toString() {
        return "gather of " + awaitables.size();
    }

    /** The future of the whole. */
    private static final class Whole<R> extends AsyncFuture<R> {
        private List<AsyncFuture<?>> children;
        /** What the children were made of. */
        private List<? extends Mono<?>> given;

        /** The places of the futures that were given. */
        private final BitSet theirs = new BitSet(0);

        private final ArrayDeque<Later<?>> waiting = new ArrayDeque<>(1);
        private final int limit;
        private final int count;
        private int begun;
        private boolean failed;
        private @Nullable AsyncFuture<?> origin;
        private boolean cancelRequested;
        private @Nullable String cancelMessage;

        Whole(EventLoop loop, List<AsyncFuture<?>> children, List<? extends Mono<?>> given, int limit) {
            super(loop);
            this.children = children;
            this.given = given;
            this.count = given.size();
            this.limit = limit;
        }

        /** A task for the awaitable; a future stands for itself. */
        AsyncFuture<?> child(Mono<?> awaitable, Context context) {
            if (awaitable instanceof AsyncFuture<?> future) {
                EnsureFuture.requireNotSelf(future, "gather");
                if (future.loop() != loop()) {
                    throw new IllegalStateException("gather, on " + Thread.currentThread() + ", which runs " + loop()
                            + ", cannot wait for " + Foreign.text(future) + ", which belongs to " + future.loop()
                            + ". Give it as future.hide(), which may cross loops");
                }
                return future;
            }
            if (begun < limit) {
                begun++;
                Task<?> task = task(awaitable, context);
                if (limit < Integer.MAX_VALUE) {
                    task.whenDone(new Freed(context, task));
                }
                return task;
            }
            Later<?> later = new Later<>(loop(), awaitable);
            waiting.add(later);
            return later;
        }

        private <T> Task<T> task(Mono<T> awaitable, Context context) {
            String name = awaitable instanceof Coroutine<?> coroutine ? coroutine.taskName() : null;
            return new Task<>(loop(), awaitable, name, AsyncContext.of(context)).start();
        }

        @Override
        Collection<? extends AsyncFuture<?>> waitsForAll() {
            return children;
        }

        /** Asks the children to end; the whole ends when they have. */
        @Override
        public boolean cancel(@Nullable String message) {
            if (!loop().inLoop() && !isDone() && !loop().isClosed()) {
                Loops.access(loop()).urgent().queue(() -> {
                    boolean unused = Whole.this.cancel(message);
                });
                return true;
            }
            if (isDone()) {
                observe();
                return false;
            }
            boolean[] any = {false};
            Cancels.sweep(() -> {
                for (AsyncFuture<?> child : children) {
                    any[0] |= cancel(child, message);
                }
            });
            if (any[0]) {
                cancelRequested = true;
                cancelMessage = message;
            }
            return any[0];
        }

        /** A future of a class that is not ours may throw, or be one that waits for itself: the others are cancelled all the same. */
        private boolean cancel(AsyncFuture<?> child, @Nullable String message) {
            try {
                return child.cancel(message);
            } catch (Throwable e) {
                Foreign.dropError(e, AsyncContext.now(), loop());
                return false;
            }
        }

        /** The whole could not begin. Given futures are left alone. */
        void cancelBegun() {
            for (int i = 0; i < children.size(); i++) {
                if (begunHere(i)) {
                    boolean unused = cancel(children.get(i), null);
                }
            }
        }

        CoreSubscriber<List<@Nullable Object>> collector(
                Context context, Function<List<@Nullable Object>, @Nullable R> combine) {
            return new Collector() {
                @Override
                public Context currentContext() {
                    return context;
                }

                @Override
                public void onSubscribe(Subscription s) {
                    s.request(Long.MAX_VALUE);
                }

                @Override
                public void onNext(List<@Nullable Object> values) {
                    end(
                            cancelRequested
                                    ? new Outcome.Failure<>(new CancelledError(cancelMessage))
                                    : combined(values, combine),
                            context);
                }

                @Override
                public void onError(Throwable error) {
                    waiting.forEach(later -> later.cancel("another failed first"));
                    waiting.clear();
                    end(new Outcome.Failure<>(error), context);
                }

                @Override
                public void onComplete() {}
            };
        }

        /** What zip gives goes to the whole. */
        private abstract class Collector implements CoreSubscriber<List<@Nullable Object>>, Follows {
            @Override
            public Object follower() {
                return Whole.this;
            }
        }

        private void end(Outcome<R> outcome, Context context) {
            if (outcome instanceof Outcome.Failure<R> failure) {
                origin = originAmong(children, failure.error());
                discardValues(context);
            }
            for (int i = 0; i < children.size(); i++) {
                theirs.set(i, !begunHere(i));
            }
            boolean unused = complete(outcome);
            children = List.of();
            given = List.of();
        }

        @Override
        void abandoned(Context context) {
            discardLater(context);
        }

        @Override
        void discard(@Nullable R value, Context context) {
            ManyValues.discard(value, theirs, context, loop());
        }

        /** As zip does: of what has ended, and was begun here; what ends later is discarded then. */
        private void discardValues(Context context) {
            for (int i = 0; i < children.size(); i++) {
                if (begunHere(i) && children.get(i).outcome() instanceof Outcome.Success<?>) {
                    Loops.access(loop()).queue(new Discard(context, children.get(i)));
                }
            }
        }

        private boolean begunHere(int i) {
            return children.get(i) != given.get(i);
        }

        private Outcome<R> combined(
                List<@Nullable Object> values, Function<List<@Nullable Object>, @Nullable R> combine) {
            try {
                return new Outcome.Success<>(combine.apply(values));
            } catch (Throwable e) { // one of several was empty
                return new Outcome.Failure<>(e);
            }
        }

        @Override
        public String toString() {
            return "gather of " + count + "[" + stateName() + "]";
        }

        @Override
        String label() {
            return "gather of " + count;
        }

        @Override
        @Nullable
        AsyncFuture<?> origin() {
            return origin;
        }

        /** Called when one of a limited number has ended: the next may begin, unless one has failed, which zip may not know yet. */
        private final class Freed extends LoopHandle {
            private final Task<?> ended;

            Freed(Context context, Task<?> ended) {
                super(context);
                this.ended = ended;
            }

            @Override
            protected boolean inner() {
                return true;
            }

            @Override
            protected void run() {
                failed |= !(ended.outcome() instanceof Outcome.Success<?>);
                while (!failed && !waiting.isEmpty()) {
                    Later<?> next = waiting.remove();
                    if (next.begin(context())) {
                        return;
                    }
                }
            }
        }

        /** A child beyond the limit: a place for what its task will give, once that has begun. */
        private final class Later<T> extends AsyncFuture<T> {
            private final Mono<T> awaitable;
            private @Nullable Task<T> task;

            Later(EventLoop loop, Mono<T> awaitable) {
                super(loop);
                this.awaitable = awaitable;
            }

            boolean begin(Context context) {
                if (isDone()) {
                    return false;
                }
                Task<T> begun = task(awaitable, context);
                task = begun;
                LoopHandle unused = begun.follow(new Place());
                begun.whenDone(new Freed(context, begun));
                return true;
            }

            @Override
            public boolean cancel(@Nullable String message) {
                Task<T> begun = task;
                return begun == null ? super.cancel(message) : begun.cancel(message);
            }

            @Override
            @Nullable
            AsyncFuture<?> origin() {
                return task;
            }

            private final class Place implements Consumer<AsyncFuture<T>>, Follows {
                @Override
                public void accept(AsyncFuture<T> begun) {
                    boolean unused = complete(Objects.requireNonNull(begun.outcome()));
                    begun.observe();
                }

                @Override
                public Object follower() {
                    return Later.this;
                }
            }
        }
    }

    /** A child for {@code zip}: its outcome, never empty, and deaf to a cancel. */
    private static final class Shielded extends Mono<Outcome<?>> {
        private final AsyncFuture<?> child;
        private final boolean failuresToo;
        private final boolean ours;

        Shielded(AsyncFuture<?> child, boolean failuresToo, boolean ours) {
            this.child = child;
            this.failuresToo = failuresToo;
            this.ours = ours;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Outcome<?>> actual) {
            Relay relay = new Relay(child, failuresToo, ours, actual);
            actual.onSubscribe(relay);
            if (child.isDone()) {
                relay.run();
            } else {
                child.whenDone(relay);
            }
        }
    }

    private static final class Relay extends LoopHandle implements Subscription, Follows {
        private final AsyncFuture<?> child;
        private final boolean failuresToo;
        private final boolean ours;
        private final CoreSubscriber<? super Outcome<?>> zip;
        private boolean left;

        Relay(AsyncFuture<?> child, boolean failuresToo, boolean ours, CoreSubscriber<? super Outcome<?>> zip) {
            super(zip.currentContext());
            this.child = child;
            this.failuresToo = failuresToo;
            this.ours = ours;
            this.zip = zip;
        }

        @Override
        public Object follower() {
            return zip;
        }

        @Override
        protected boolean inner() {
            return true; // zip collects for the whole, whose waiters are queued
        }

        @Override
        protected void run() {
            child.observe(); // also when zip has lost interest: a later failure counts as seen
            if (left) {
                return;
            }
            Outcome<?> outcome = Objects.requireNonNull(child.outcome());
            if (!failuresToo && outcome instanceof Outcome.Failure<?> failure) {
                zip.onError(failure.error());
            } else if (!failuresToo && outcome instanceof Outcome.Cancelled<?> cancelled) {
                zip.onError(cancelled.error());
            } else {
                zip.onNext(outcome);
                zip.onComplete();
            }
        }

        @Override
        protected void dropped() {
            run();
        }

        @Override
        public void request(long n) {
            // zip requests all there is, which is one
        }

        /**
         * The cancel of zip, because another child failed: this one goes on, and counts as looked at. It may be a future that lives
         * long, on which nothing must be left.
         */
        @Override
        public void cancel() {
            left = true;
            child.observe();
            child.forget(this);
            if (ours && !child.isDone()) {
                child.whenDone(new Discard(context(), child));
            }
        }
    }

    /** Discards the value of a child that nobody will see. A turn of its own, since that calls others. */
    private static final class Discard extends LoopHandle {
        private final AsyncFuture<?> child;

        Discard(Context context, AsyncFuture<?> child) {
            super(context);
            this.child = child;
        }

        @Override
        protected void run() {
            if (child.outcome() instanceof Outcome.Success<?> success) {
                Foreign.discard(success.value(), context(), child.loop());
            }
        }

        @Override
        protected void dropped() {
            run();
        }
    }
}
