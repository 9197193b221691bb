package io.github.corio.bridge;

import io.github.corio.CancelledError;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.OnCancel;
import io.github.corio.bridge.From.Release;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The Monos of the JDK's two kinds of future: both are calls that take a callback. */
final class FutureMonos {
    private FutureMonos() {}

    static <T> Mono<T> ofStage(
            Callable<? extends CompletionStage<? extends T>> start,
            OnCancel onCancel,
            @Nullable Release<? super T> release) {
        CancelHook<CompletionStage<? extends T>> hook =
                onCancel == OnCancel.CANCEL_SOURCE ? FutureMonos::cancel : CancelHook.none();
        return CallbackMono.<T, OneOutcome<T, ?>, CompletionStage<? extends T>>of(
                outcome -> outcome, outcome -> listen(start.call(), outcome), hook, release);
    }

    static <T> Mono<T> ofFuture(
            Callable<? extends Future<? extends T>> start, OnCancel onCancel, @Nullable Release<? super T> release) {
        CancelHook<Waiting> hook =
                onCancel == OnCancel.CANCEL_SOURCE ? Waiting::cancel : (CallbackMono.Leaving<Waiting>) Waiting::leave;
        return CallbackMono.<T, OneOutcome<T, ?>, Waiting>of(
                outcome -> outcome, outcome -> wait(start.call(), outcome), hook, release);
    }

    private static <T> CompletionStage<? extends T> listen(
            CompletionStage<? extends T> stage, OneOutcome<T, ?> outcome) {
        CompletionStage<?> unused = stage.whenComplete((value, error) -> settle(outcome, value, error));
        return stage;
    }

    @SuppressWarnings("unchecked")
    private static <T> Waiting wait(Future<? extends T> future, OneOutcome<T, ?> outcome) {
        if (future instanceof CompletionStage<?> stage) {
            CompletionStage<? extends T> unused = listen((CompletionStage<? extends T>) stage, outcome);
            return new Waiting(future, null);
        }
        Future<?> waiter = FutureWaiters.submit(() -> await(future, outcome));
        return new Waiting(future, outcome.wantsLateValue() ? null : waiter);
    }

    private static <T> void await(Future<? extends T> future, OneOutcome<T, ?> outcome) {
        T value;
        try {
            value = future.get();
        } catch (InterruptedException e) { // only a cancel interrupts this thread, and then nobody wants to know
            return;
        } catch (Throwable e) {
            settle(outcome, null, e);
            return;
        }
        outcome.success(value);
    }

    private static <T> void settle(OneOutcome<T, ?> outcome, @Nullable T value, @Nullable Throwable wrapped) {
        Throwable error = unwrap(wrapped);
        if (!(error instanceof CancellationException)) {
            outcome.either(value, error);
        } else if (!outcome.answersCancel(error)) {
            CancelledError cancelled = new CancelledError(error.getMessage());
            cancelled.addSuppressed(error);
            outcome.failure(cancelled);
        }
    }

    private static @Nullable Throwable unwrap(@Nullable Throwable error) {
        if (error instanceof CompletionException || error instanceof ExecutionException) {
            Throwable cause = error.getCause();
            return cause == null ? error : cause;
        }
        return error;
    }

    private static void cancel(CompletionStage<?> stage) {
        try {
            boolean unused = stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) { // a stage that cannot be a future cannot be cancelled
            return;
        }
    }

    /** A future, and what waits for it, if a cancel is to end that. */
    private record Waiting(Future<?> future, @Nullable Future<?> waiter) {
        void cancel() {
            try {
                boolean unused = future.cancel(true);
            } finally {
                leave();
            }
        }

        void leave() {
            if (waiter != null) {
                boolean unused = waiter.cancel(true);
            }
        }
    }
}
