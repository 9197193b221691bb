package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * The future of a {@link Gather} that has begun. It makes the children, of which at most {@code limit} run at a time, passes a cancel
 * on to each, and ends with what {@code zip} makes of them.
 */
final class GatherFuture<R> extends AsyncFuture<R> {
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

    GatherFuture(EventLoop loop, List<AsyncFuture<?>> children, List<? extends Mono<?>> given, int limit) {
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
                boolean unused = GatherFuture.this.cancel(message);
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
            return GatherFuture.this;
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
                children.get(i).discardLater(context);
            }
        }
    }

    boolean begunHere(int i) {
        return children.get(i) != given.get(i);
    }

    private Outcome<R> combined(List<@Nullable Object> values, Function<List<@Nullable Object>, @Nullable R> combine) {
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
