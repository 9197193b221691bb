package io.github.corio.bridge;

import io.github.corio.bridge.From.Action;
import io.github.corio.bridge.From.Call;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/**
 * A Mono of the one outcome of a call that takes a callback of type C and gives a handle of type H.
 *
 * <p>Not {@link Mono#create}: its sink passes over an error that comes too late in silence, takes a failure without an error
 * for an end, and knows the cancel hook only after the call has set it.
 */
final class CallbackMono<T, C, H> extends Mono<T> implements Scannable {
    private final Function<? super OneOutcome<T, H>, ? extends C> shape;
    private final Call<? super C, H> start;
    private final CancelHook<? super H> cancel;
    private final @Nullable Release<? super T> release;

    /** A hook that the client does not hear of: no failure is an answer to it. */
    interface Leaving<H> extends CancelHook<H> {}

    private CallbackMono(
            Function<? super OneOutcome<T, H>, ? extends C> shape,
            Call<? super C, H> start,
            CancelHook<? super H> cancel,
            @Nullable Release<? super T> release) {
        this.shape = shape;
        this.start = start;
        this.cancel = cancel;
        this.release = release;
    }

    /**
     * A call.
     *
     * @param release null if a value that nobody will have is discarded
     */
    static <T, C, H> Mono<T> of(
            Function<? super OneOutcome<T, H>, ? extends C> shape,
            Call<? super C, H> start,
            CancelHook<? super H> cancel,
            @Nullable Release<? super T> release) {
        return onAssembly(new CallbackMono<>(shape, start, cancel, release));
    }

    static <T, C> Mono<T> of(Function<? super OneOutcome<T, Boolean>, ? extends C> shape, Action<? super C> start) {
        return of(
                shape,
                (C callback) -> {
                    start.start(callback);
                    return Boolean.TRUE;
                },
                CancelHook.none(),
                null);
    }

    // ---- shapes ----

    static <T> BiConsumer<@Nullable Throwable, @Nullable T> node(Outcome<T> outcome) {
        return (error, value) -> outcome.either(value, error);
    }

    static <T> BiConsumer<@Nullable T, @Nullable Throwable> biConsumer(Outcome<T> outcome) {
        return outcome::either;
    }

    static <T> CompletionHandler<T, @Nullable Object> completionHandler(OneOutcome<T, ?> outcome) {
        return new CompletionHandler<>() {
            @Override
            public void completed(T result, @Nullable Object attachment) {
                outcome.success(result);
            }

            @Override
            public void failed(Throwable error, @Nullable Object attachment) {
                if (!(error instanceof AsynchronousCloseException && outcome.answersCancel(error))) {
                    outcome.failure(error);
                }
            }
        };
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        OneOutcome<T, H> outcome = new OneOutcome<>(actual, cancel, release);
        actual.onSubscribe(outcome);
        if (outcome.isCancelled()) {
            return; // before it had begun
        }
        H handle;
        try {
            handle = ForeignCall.make(actual.currentContext(), () -> start.start(shape.apply(outcome)));
        } catch (Throwable e) {
            outcome.failure(e);
            return;
        }
        outcome.started(handle);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Scannable declares it
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
