package io.github.corio.bridge;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The results of one subscription that are ready and wait for their turn. What waits when the end comes is discarded, which
 * {@link Flux#flatMapSequential} does not do by itself. Thread-safe.
 */
final class ReadyResults<R> {
    private final Context context;
    private final Set<Ready<R>> waiting = ConcurrentHashMap.newKeySet();
    /** Meets {@link #add}: each writes its own and then reads the other's. */
    private volatile boolean over;

    private ReadyResults(Context context) {
        this.context = context;
    }

    /** Calls a function for each value, several at a time, and keeps the order of the values. */
    static <T, R> Flux<R> inOrder(Flux<T> source, Function<? super T, Mono<R>> call, int concurrency) {
        return Flux.deferContextual(context -> {
            ReadyResults<R> ready = new ReadyResults<>(Context.of(context));
            return source.flatMapSequential(value -> call.apply(value).map(ready::add), concurrency, 1)
                    .doFinally(signal -> ready.end())
                    .handle((result, sink) -> {
                        R value = ready.take(result);
                        if (value != null) {
                            sink.next(value);
                        }
                    });
        });
    }

    private Ready<R> add(R value) {
        Ready<R> result = new Ready<>(value);
        waiting.add(result);
        if (over) {
            discard(result);
        }
        return result;
    }

    /** Null if it was discarded. */
    private @Nullable R take(Ready<R> result) {
        return waiting.remove(result) ? result.value : null;
    }

    private void end() {
        over = true;
        waiting.forEach(this::discard);
    }

    private void discard(Ready<R> result) {
        R value = take(result);
        if (value != null) {
            ForeignCall.guard(context, () -> Operators.onDiscard(value, context));
        }
    }

    /** One result: two that are equal are still two. */
    private static final class Ready<R> {
        final R value;

        Ready(R value) {
            this.value = value;
        }
    }
}
