package io.github.corio.bridge;

import io.github.corio.bridge.From.OnCancel;
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
    },
    BI_CONSUMER {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.biConsumer(
                    (BiConsumer<@Nullable String, @Nullable Throwable> callback) ->
                            foreign.begin(v -> callback.accept(v, null), e -> callback.accept(null, e)),
                    Foreign::cancel);
        }
    },
    PAIR {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.callbacks(foreign::begin, Foreign::cancel);
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
    },
    FUTURE {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.future(
                    () -> new PlainFuture(foreign.future(new CompletableFuture<>())), OnCancel.CANCEL_SOURCE);
        }
    },
    STAGE_LEFT_ALONE {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.completionStage(() -> foreign.future(new CompletableFuture<>()), OnCancel.LEAVE_SOURCE);
        }
    },
    FUTURE_LEFT_ALONE {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.future(() -> new PlainFuture(foreign.future(new CompletableFuture<>())), OnCancel.LEAVE_SOURCE);
        }
    },
    FLOW_PUBLISHER {
        @Override
        Mono<String> mono(Foreign foreign) {
            return From.<String>flowPublisher(foreign::publish).single();
        }
    };

    abstract Mono<String> mono(Foreign foreign);

    /** Futures and publishers of the JDK take the first outcome and keep a second to themselves. */
    boolean tellsOfASecondOutcome() {
        return switch (this) {
            case NODE, BI_CONSUMER, PAIR, COMPLETION_HANDLER, LISTENER -> true;
            case STAGE, FUTURE, STAGE_LEFT_ALONE, FUTURE_LEFT_ALONE, FLOW_PUBLISHER -> false;
        };
    }

    /** What was cancelled takes no outcome; a plain Future that was left alone is not looked at any more. */
    boolean tellsOfAnOutcomeAfterACancel() {
        return tellsOfASecondOutcome() || this == STAGE_LEFT_ALONE;
    }

    /** How many cancels reach the source of one that is cancelled. */
    int cancels() {
        return this == STAGE_LEFT_ALONE || this == FUTURE_LEFT_ALONE ? 0 : 1;
    }

    /** The other side: an operation with a cancel method, ended by the test. */
    static class Foreign {
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger cancels = new AtomicInteger();
        volatile @Nullable Consumer<String> onSuccess;
        volatile @Nullable Consumer<Throwable> onFailure;
        /** Called inside of the registration. */
        Runnable atOnce = () -> {};

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

        void succeed(String value) {
            onSuccess.accept(value);
        }

        void fail(Throwable error) {
            onFailure.accept(error);
        }

        void cancel() {
            cancels.incrementAndGet();
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
