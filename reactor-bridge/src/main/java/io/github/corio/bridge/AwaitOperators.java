package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.currentContext;

import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.loop.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Direct-style functions in the middle of a Flux, for {@link Flux#transform}: {@code flux.transform(mapAwait(8, url ->
 * await(fetch(url)).body()))}. Thread-safe.
 *
 * <p>Each call of the function is a coroutine. All calls of a subscription run on the same loop, so that between two
 * awaits they have it to themselves. That is the loop in the subscriber's Context, if there is one, as in a coroutine.
 * Otherwise it is a new loop of {@code EventLoop.createFor} that ends with the Flux. It cancels and awaits the tasks that
 * are left before the Flux completes.
 *
 * <p>A value whose call has not begun at the end is discarded ({@link Operators#onDiscard}). So is a result that is
 * ready and not taken. A value belongs to the function from the moment in which the function begins. {@link
 * #filterAwait} discards the values that it does not keep.
 *
 * <ul>
 *   <li><b>Suspends:</b> the functions may, each in a coroutine of its own.
 *   <li><b>Cancellation:</b> of the Flux cancels the calls that run. Their {@code finally} blocks run to their end on
 *       the loop.
 *   <li><b>Order:</b> {@link #mapAwait} and {@link #filterAwait} keep the order of the values.
 *   <li><b>Signals on:</b> the loop.
 *   <li><b>Errors:</b> the first error ends the Flux and cancels the calls that run.
 *   <li><b>asyncio:</b> none. An asynchronous generator that calls {@code gather} over a sliding window does it there.
 * </ul>
 *
 * @since 0.1.0
 */
public final class AwaitOperators {
    private AwaitOperators() {}

    /**
     * Calls a function for each value, several at a time. The results keep the order of the values.
     *
     * @param concurrency how many calls may be suspended at the same time, and how many values are taken in advance
     * @param function the function. A null result is left out
     * @param <T> the type of the values
     * @param <R> the type of the results
     * @return the operator
     * @throws IllegalArgumentException if the concurrency is below one
     */
    public static <T, R> Function<Flux<T>, Flux<R>> mapAwait(
            int concurrency, AwaitFunction<? super T, ? extends R> function) {
        requirePositive(concurrency);
        return source -> SubscriptionLoop.use(loop -> ReadyResults.inOrder(source, call(function, loop), concurrency));
    }

    /**
     * Calls a function for each value, several at a time. The results come as they are ready.
     *
     * @param concurrency how many calls may be suspended at the same time, and how many values are taken in advance
     * @param function the function. A null result is left out
     * @param <T> the type of the values
     * @param <R> the type of the results
     * @return the operator
     * @throws IllegalArgumentException if the concurrency is below one
     */
    public static <T, R> Function<Flux<T>, Flux<R>> mapAwaitUnordered(
            int concurrency, AwaitFunction<? super T, ? extends R> function) {
        requirePositive(concurrency);
        return source -> SubscriptionLoop.use(loop -> source.flatMap(call(function, loop), concurrency, 1));
    }

    /**
     * Keeps the values for which a function gives true, in their order. Several calls run at a time.
     *
     * @param concurrency how many calls may be suspended at the same time
     * @param predicate the function
     * @param <T> the type of the values
     * @return the operator
     * @throws IllegalArgumentException if the concurrency is below one
     */
    public static <T> Function<Flux<T>, Flux<T>> filterAwait(int concurrency, AwaitPredicate<? super T> predicate) {
        return mapAwait(concurrency, value -> {
            boolean kept = false;
            try {
                kept = predicate.test(value);
                return kept ? value : null;
            } finally {
                if (!kept) {
                    Operators.onDiscard(value, Context.of(currentContext()));
                }
            }
        });
    }

    private static void requirePositive(int concurrency) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency " + concurrency + ": at least 1 call must be allowed");
        }
    }

    /**
     * The coroutine of one call; pinned to the loop, unless that is the one that the Context names anyway. Its value belongs to the
     * function from the moment in which that begins; if a cancel is earlier, to nobody.
     */
    private static <T, R> Function<T, Mono<R>> call(
            AwaitFunction<? super T, ? extends R> function, @Nullable EventLoop loop) {
        return value -> Mono.deferContextual(context -> {
            AtomicBoolean taken = new AtomicBoolean();
            Coroutine<R> coroutine = async(() -> {
                if (!taken.compareAndSet(false, true)) {
                    throw new CancelledError();
                }
                return function.apply(value);
            });
            return (loop == null ? coroutine : coroutine.on(loop)).doFinally(signal -> {
                if (taken.compareAndSet(false, true)) {
                    Operators.onDiscard(value, Context.of(context));
                }
            });
        });
    }

    /**
     * A function in direct style.
     *
     * @param <T> what it takes
     * @param <R> what it gives
     */
    @FunctionalInterface
    public interface AwaitFunction<T, R> {
        /**
         * Does the work, as the body of a coroutine: it may await.
         *
         * @param value a value of the Flux
         * @return the result, null for none
         * @throws Exception anything: the error of the Flux
         */
        @Nullable
        R apply(T value) throws Exception;
    }

    /**
     * A predicate in direct style.
     *
     * @param <T> what it takes
     */
    @FunctionalInterface
    public interface AwaitPredicate<T> {
        /**
         * Decides, as the body of a coroutine: it may await.
         *
         * @param value a value of the Flux
         * @return true to keep it
         * @throws Exception anything: the error of the Flux
         */
        boolean test(T value) throws Exception;
    }
}
