package io.github.corio.bridge;

import io.github.corio.bridge.From.OnCancel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    };

    abstract Mono<String> mono(Foreign foreign);

    /** A future of the JDK takes the first outcome and keeps all others to itself. */
    boolean holdsItsOwnOutcome() {
        return this == STAGE || this == FUTURE;
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
