package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * The Mono behind {@code zip}: what {@link Mono#zip} does, over tasks of the loop, whose end is awaited.
 *
 * <pre>{@code
 *   RUNNING --one fails, ends cancelled or is empty: it is the first; cancel()--> ENDING: all others are cancelled
 *       \ all have a value                                                          | all have ended
 *        \--> done with the values                                                  v
 *                                           done: the error of the first, else the cancel from outside, else nothing
 * }</pre>
 *
 * <p>Unlike {@link Gather} it hands nothing on before all have ended, so none of them runs behind the back of the one that waits.
 */
final class Zip<R> extends FutureMono<R> {
    private final List<Mono<?>> sources;
    private final Function<Object[], R> combine;

    private Zip(List<Mono<?>> sources, Function<Object[], R> combine) {
        this.sources = sources;
        this.combine = combine;
    }

    @SuppressWarnings("unchecked")
    static <T> Mono<List<T>> all(Iterable<? extends Mono<? extends T>> sources) {
        List<Mono<?>> copy = new ArrayList<>();
        sources.forEach(source ->
                copy.add(Objects.requireNonNull(source, () -> "zip: the Mono at index " + copy.size() + " is null")));
        return onAssembly(new Zip<>(copy, values -> (List<T>) new ArrayList<>(Arrays.asList(values))));
    }

    static <R> Mono<R> typed(Function<Object[], R> tuple, Mono<?>... sources) {
        for (int i = 0; i < sources.length; i++) {
            int index = i;
            Mono<?> unused = Objects.requireNonNull(sources[i], () -> "zip: the Mono at index " + index + " is null");
        }
        return onAssembly(new Zip<>(List.of(sources), tuple));
    }

    @Override
    AsyncFuture<R> start(EventLoop loop, Context context) {
        Whole<R> whole = new Whole<>(loop, context, combine);
        whole.begin(sources);
        return whole;
    }

    /** If an error comes out of a cleanup that was cancelled as well, that cancel is due at the next await. */
    @Override
    @Nullable
    R awaitStarted(AsyncFuture<R> whole, TaskHandle task) {
        try {
            return super.awaitStarted(whole, task);
        } catch (Throwable e) {
            if (!(e instanceof CancelledError) && whole instanceof Whole<R> failed && failed.cancelRequested) {
                task.cancelAgain(failed.cancelMessage, failed.cancelledFromElsewhere);
            }
            throw e;
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.NAME ? toString() : super.scanUnsafe(key);
    }

    @Override
    public String toString() {
        return "zip of " + sources.size();
    }

    /** The future of the whole. All of it belongs to the loop. */
    private static final class Whole<R> extends AsyncFuture<R> {
        private final Context context;
        private final Function<Object[], R> combine;
        /** The places of the futures that were given. */
        private final BitSet theirs = new BitSet(0);

        private List<Child> children = new ArrayList<>();
        private int pending;
        /** How the first has ended that has no value: that is how the whole ends. */
        private @Nullable Outcome<?> first;

        private @Nullable AsyncFuture<?> origin;
        private boolean cancelRequested;
        private boolean cancelledFromElsewhere;
        private @Nullable String cancelMessage;

        Whole(EventLoop loop, Context context, Function<Object[], R> combine) {
            super(loop);
            this.context = context;
            this.combine = combine;
        }

        void begin(List<Mono<?>> sources) {
            try {
                for (Mono<?> source : sources) {
                    AsyncFuture<?> future = EnsureFuture.of(source, loop(), AsyncContext.of(context), "zip");
                    children.add(new Child(future, future != source));
                }
            } catch (Throwable refused) { // a future of another loop, say: those before it do not begin either
                children.removeIf(child -> !child.ours);
                cancelChildren(null, false);
                throw refused;
            }
            pending = children.size();
            if (pending == 0) {
                boolean unused = complete(new Outcome.Success<>(null));
            }
            for (Child child : children) {
                child.follow();
            }
        }

        @Override
        Collection<? extends AsyncFuture<?>> waitsForAll() {
            List<AsyncFuture<?>> futures = new ArrayList<>(children.size());
            children.forEach(child -> futures.add(child.future));
            return futures;
        }

        /** Asks the children to end; the whole ends when they have. */
        @Override
        public boolean cancel(@Nullable String message) {
            return cancel(message, false);
        }

        /** Nobody will have what comes, so that it is discarded also if all have ended meanwhile. */
        @Override
        boolean leave(@Nullable String message) {
            return cancel(message, true);
        }

        private boolean cancel(@Nullable String message, boolean leaving) {
            if (!loop().inLoop() && !isDone() && !loop().isClosed()) {
                Loops.access(loop()).urgent().queue(() -> {
                    boolean unused = cancel(message, leaving);
                });
                return true;
            }
            if (isDone()) {
                observe();
                return false;
            }
            boolean heard = cancelChildren(message, leaving);
            if (heard || leaving) {
                cancelRequested = true;
                cancelMessage = message;
                cancelledFromElsewhere |= Loops.access(loop()).urgent().running();
                List.copyOf(children).forEach(Child::release);
            }
            return heard;
        }

        /** True if one of them has not ended yet. */
        private boolean cancelChildren(@Nullable String message, boolean leaving) {
            boolean[] heard = {false};
            List<Child> all = children;
            Cancels.sweep(() -> all.forEach(child -> heard[0] |= child.cancel(message, leaving)));
            return heard[0];
        }

        /** Counts, and wakes the one that waits; only then are others' hooks called. */
        private void ended(Child child, Outcome<?> outcome) {
            pending--;
            boolean decides = first == null && !hasValue(outcome);
            if (decides) {
                first = outcome;
                boolean unused = child.future.observe();
            }
            List<Child> all = children;
            boolean nobodys = first != null || cancelRequested;
            if (pending == 0) {
                end(all);
            }
            if (decides && !cancelRequested) {
                boolean unused = cancelChildren(null, false);
                all.forEach(Child::release);
            } else if (nobodys) {
                child.release();
            }
        }

        private void end(List<Child> all) {
            for (int i = 0; i < all.size(); i++) {
                theirs.set(i, !all.get(i).ours);
            }
            Outcome<R> outcome = outcome(all);
            if (outcome instanceof Outcome.Failure<R> failure) {
                origin = originAmong(waitsForAll(), failure.error());
            }
            boolean unused = complete(outcome);
            children = List.of();
        }

        @Override
        void abandoned(Context context) {
            discardLater(context);
        }

        @Override
        void discard(@Nullable R value, Context context) {
            ManyValues.discard(value, theirs, context, loop());
        }

        private Outcome<R> outcome(List<Child> all) {
            if (first instanceof Outcome.Failure<?> failure) {
                return new Outcome.Failure<>(failure.error());
            }
            if (cancelRequested) {
                return new Outcome.Cancelled<>(new CancelledError(cancelMessage));
            }
            if (first instanceof Outcome.Cancelled<?> cancelled) {
                return new Outcome.Cancelled<>(cancelled.error());
            }
            return new Outcome.Success<>(first == null ? combine.apply(values(all)) : null);
        }

        private Object[] values(List<Child> all) {
            Object[] values = new Object[all.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = Objects.requireNonNull(all.get(i).future.result());
            }
            return values;
        }

        private static boolean hasValue(@Nullable Outcome<?> outcome) {
            return outcome instanceof Outcome.Success<?> success && success.value() != null;
        }

        @Override
        public String toString() {
            return "zip of " + children.size() + "[" + stateName() + "]";
        }

        @Override
        String label() {
            return "zip of " + children.size();
        }

        @Override
        @Nullable
        AsyncFuture<?> origin() {
            return origin;
        }

        private final class Child extends LoopHandle implements Follows {
            private final AsyncFuture<?> future;
            /** False for a future that was given: it stands for itself, and belongs to others too. */
            private final boolean ours;

            private boolean counted;
            private boolean released;

            Child(AsyncFuture<?> future, boolean ours) {
                super(Whole.this.context);
                this.future = future;
                this.ours = ours;
            }

            @Override
            public Object follower() {
                return Whole.this;
            }

            void follow() {
                if (future.isDone()) {
                    run();
                } else {
                    future.whenDone(this);
                }
            }

            /** A future of a class that is not ours may throw, or be one that waits for itself: the others are cancelled all the same. */
            boolean cancel(@Nullable String message, boolean leaving) {
                try {
                    return (leaving && ours) ? future.leave(message) : future.cancel(message);
                } catch (Throwable e) {
                    Foreign.dropError(e, context(), loop());
                    return false;
                }
            }

            /** It only counts, unless it decides or comes too late. */
            @Override
            protected boolean inner() {
                return first == null && !cancelRequested && hasValue(future.outcome());
            }

            @Override
            protected void run() {
                Outcome<?> outcome = future.outcome();
                if (!counted && outcome != null) {
                    counted = true;
                    ended(this, outcome);
                }
            }

            @Override
            protected void dropped() {
                run();
            }

            /** Nobody will have what it has ended with. */
            void release() {
                Outcome<?> outcome = future.outcome();
                if (released || !counted || outcome == null) {
                    return;
                }
                released = true;
                if (outcome instanceof Outcome.Success<?> success && ours) {
                    Foreign.discard(success.value(), context(), loop());
                } else if (outcome instanceof Outcome.Failure<?> failure && outcome != first && future.observe()) {
                    Foreign.dropError(failure.error(), context(), loop());
                }
            }
        }
    }
}
