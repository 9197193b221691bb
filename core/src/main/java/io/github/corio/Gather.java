package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
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
        GatherFuture<R> whole = new GatherFuture<>(loop, children, awaitables, limit);
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
                child.whenDone(child.discarding(context()));
            }
        }
    }
}
