package io.github.corio.bridge;

import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.OnCancel;
import io.github.corio.bridge.From.PairAction;
import io.github.corio.bridge.From.Release;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** One foreign operation, in every shape that From takes; the test plays the foreign side. */
enum Shape {
    NODE {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.nodeCallback(
                    (BiConsumer<@Nullable Throwable, @Nullable String> callback) ->
                            foreign.begin(v -> callback.accept(null, v), e -> callback.accept(e, null)),
                    Foreign::cancel);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.nodeCallback(
                    (BiConsumer<@Nullable Throwable, @Nullable String> callback) ->
                            foreign.begin(v -> callback.accept(null, v), e -> callback.accept(e, null)),
                    Foreign::cancel,
                    release);
        }
    },
    BI_CONSUMER {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.biConsumer(
                    (BiConsumer<@Nullable String, @Nullable Throwable> callback) ->
                            foreign.begin(v -> callback.accept(v, null), e -> callback.accept(null, e)),
                    Foreign::cancel);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.biConsumer(
                    (BiConsumer<@Nullable String, @Nullable Throwable> callback) ->
                            foreign.begin(v -> callback.accept(v, null), e -> callback.accept(null, e)),
                    Foreign::cancel,
                    release);
        }
    },
    PAIR {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.callbacks(foreign::begin, Foreign::cancel);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.callbacks(foreign::begin, Foreign::cancel, release);
        }
    },
    PAIR_WITHOUT_HOOK {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.callbacks((PairAction<String>) foreign::begin);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.callbacks(foreign::begin, CancelHook.none(), release);
        }
    },
    COMPLETION_HANDLER {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.completionHandler(
                    (CompletionHandler<String, @Nullable Object> handler) ->
                            foreign.begin(v -> handler.completed(v, null), e -> handler.failed(e, null)),
                    Foreign::cancel);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.completionHandler(
                    (CompletionHandler<String, @Nullable Object> handler) ->
                            foreign.begin(v -> handler.completed(v, null), e -> handler.failed(e, null)),
                    Foreign::cancel,
                    release);
        }
    },
    LISTENER {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.<String, Events<String>>listener(
                            FluxSink.OverflowStrategy.BUFFER,
                            events -> events,
                            events -> foreign.begin(
                                    v -> {
                                        events.next(v);
                                        events.complete();
                                    },
                                    events::error),
                            events -> foreign.cancel())
                    .single();
        }
    },
    STAGE {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.completionStage(() -> foreign.future(new CompletableFuture<>()), OnCancel.CANCEL_SOURCE);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.completionStage(
                    () -> foreign.future(new CompletableFuture<>()), OnCancel.CANCEL_SOURCE, release);
        }
    },
    FUTURE {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.future(
                    () -> new PlainFuture(foreign.future(new CompletableFuture<>())), OnCancel.CANCEL_SOURCE);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.future(
                    () -> new PlainFuture(foreign.future(new CompletableFuture<>())), OnCancel.CANCEL_SOURCE, release);
        }
    },
    STAGE_LEFT_ALONE {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.completionStage(() -> foreign.future(new CompletableFuture<>()), OnCancel.LEAVE_SOURCE);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.completionStage(
                    () -> foreign.future(new CompletableFuture<>()), OnCancel.LEAVE_SOURCE, release);
        }
    },
    FUTURE_LEFT_ALONE {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.future(() -> new PlainFuture(foreign.future(new CompletableFuture<>())), OnCancel.LEAVE_SOURCE);
        }

        @Override
        Mono<String> releasing(Foreign foreign, Release<String> release) {
            return From.future(
                    () -> new PlainFuture(foreign.future(new CompletableFuture<>())), OnCancel.LEAVE_SOURCE, release);
        }
    },
    FLOW_PUBLISHER {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.<String>flowPublisher(foreign::publish).single();
        }
    };

    abstract Mono<String> mono(Foreign foreign);

    /** The same with a release function. */
    Mono<String> releasing(Foreign foreign, Release<String> release) {
        throw new UnsupportedOperationException(this + " has many values");
    }

    boolean hasOneOutcome() {
        return this != LISTENER && this != FLOW_PUBLISHER;
    }

    /** Futures and publishers of the JDK take the first outcome and keep a second to themselves. */
    boolean tellsOfASecondOutcome() {
        return switch (this) {
            case NODE, BI_CONSUMER, PAIR, PAIR_WITHOUT_HOOK, COMPLETION_HANDLER, LISTENER -> true;
            case STAGE, FUTURE, STAGE_LEFT_ALONE, FUTURE_LEFT_ALONE, FLOW_PUBLISHER -> false;
        };
    }

    /** A future that was cancelled takes no outcome, nor does a publisher. */
    boolean hasALateValue() {
        return tellsOfASecondOutcome() || this == STAGE_LEFT_ALONE || this == FUTURE_LEFT_ALONE;
    }

    /** A plain Future that was left alone is waited for on another thread. */
    boolean isSynchronous() {
        return this != FUTURE && this != FUTURE_LEFT_ALONE;
    }

    /** Whether the client hears of a cancel, so that a failure may be its answer. */
    boolean asksTheClient() {
        return switch (this) {
            case NODE, BI_CONSUMER, PAIR, COMPLETION_HANDLER, LISTENER -> true;
            case PAIR_WITHOUT_HOOK, STAGE, FUTURE, STAGE_LEFT_ALONE, FUTURE_LEFT_ALONE, FLOW_PUBLISHER -> false;
        };
    }

    /** How many cancels reach the source of one that is cancelled. */
    int cancels() {
        return this == STAGE_LEFT_ALONE || this == FUTURE_LEFT_ALONE || this == PAIR_WITHOUT_HOOK ? 0 : 1;
    }

    /** The other side: an operation with a cancel method, ended by the test. */
    static class Foreign {
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger cancels = new AtomicInteger();
        volatile @Nullable Consumer<String> onSuccess;
        volatile @Nullable Consumer<Throwable> onFailure;
        /** Called inside of the registration. */
        Runnable atOnce = () -> {};
        /** Called inside of the cancel hook. */
        Runnable answer = () -> {};

        Foreign begin(Consumer<String> success, Consumer<Throwable> failure) {
            begun.incrementAndGet();
            onSuccess = success;
            onFailure = failure;
            atOnce.run();
            return this;
        }

        CompletableFuture<String> future(CompletableFuture<String> future) {
            CompletableFuture<String> unused = future.whenComplete((value, error) -> {
                if (future.isCancelled()) {
                    cancel();
                }
            });
            begin(future::complete, future::completeExceptionally);
            return future;
        }

        /** As the specification wants it: one end, and none after a cancel. */
        void publish(Flow.Subscriber<? super String> subscriber) {
            AtomicBoolean over = new AtomicBoolean();
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    if (over.compareAndSet(false, true)) {
                        Foreign.this.cancel();
                    }
                }
            });
            begin(
                    value -> {
                        if (over.compareAndSet(false, true)) {
                            subscriber.onNext(value);
                            subscriber.onComplete();
                        }
                    },
                    error -> {
                        if (over.compareAndSet(false, true)) {
                            subscriber.onError(error);
                        }
                    });
        }

        void succeed(@Nullable String value) {
            onSuccess.accept(value);
        }

        void fail(@Nullable Throwable error) {
            onFailure.accept(error);
        }

        void cancel() {
            cancels.incrementAndGet();
            answer.run();
        }
    }

    /** Nothing but a Future. */
    record PlainFuture(Future<String> of) implements Future<String> {
        @Override
        public boolean cancel(boolean interrupt) {
            return of.cancel(interrupt);
        }

        @Override
        public boolean isCancelled() {
            return of.isCancelled();
        }

        @Override
        public boolean isDone() {
            return of.isDone();
        }

        @Override
        public String get() throws InterruptedException, ExecutionException {
            return of.get();
        }

        @Override
        public String get(long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            return of.get(timeout, unit);
        }
    }
}
