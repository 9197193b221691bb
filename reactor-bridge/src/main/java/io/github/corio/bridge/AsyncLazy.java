package io.github.corio.bridge;

import io.github.corio.CheckReturnValue;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A value that is loaded when it is first asked for, once for all who ask, and then kept. That a load was empty is kept too; a
 * failure is not, unless asked for, so that the next one who asks tries again.
 *
 * <p>A load is cancelled when the last one who waits for it has left, and nothing is kept then. It runs in the Context of whoever
 * came first, but on a loop of its own, so that it outlives him.
 *
 * <p>Thread-safe; for any number of loops at once.
 *
 * <p>asyncio: a task kept in a field, awaited through {@code shield}.
 *
 * @param <V> the type of the value
 * @since 0.1.0
 */
public final class AsyncLazy<V> {
    private final Mono<V> loader;
    private final boolean keepFailure;
    /** null: nothing yet; a {@link RefCountedRun}: loading; {@link Kept}: what is kept. */
    private final AtomicReference<@Nullable Object> state = new AtomicReference<>();

    private AsyncLazy(Mono<V> loader, boolean keepFailure) {
        this.loader = Objects.requireNonNull(loader, "loader");
        this.keepFailure = keepFailure;
    }

    /**
     * A value that is loaded at most once, and loaded again after a failure.
     *
     * @param loader the load, usually a coroutine
     * @param <V> the type of the value
     * @return the value to be
     */
    public static <V> AsyncLazy<V> of(Mono<V> loader) {
        return new AsyncLazy<>(loader, false);
    }

    /**
     * A value that is loaded at most once, and whose failure is kept as a value is.
     *
     * @param loader the load, usually a coroutine
     * @param <V> the type of the value
     * @return the value to be
     */
    public static <V> AsyncLazy<V> keepingFailure(Mono<V> loader) {
        return new AsyncLazy<>(loader, true);
    }

    /**
     * The value. An {@code await} suspends only if it has not been loaded yet. Signals where the load does, and at once if it is
     * there.
     *
     * @return a Mono; each subscription joins the load that runs then, or starts one
     */
    @SuppressWarnings("unchecked")
    @CheckReturnValue
    public Mono<V> get() {
        if (state.get() instanceof Kept<?> kept) {
            return kept.error == null ? Mono.justOrEmpty((V) kept.value) : Mono.error(kept.error);
        }
        return RefCountedRun.mono(this::join);
    }

    @SuppressWarnings("unchecked")
    private Runnable join(Outcome<V> outcome, ContextView context) {
        for (; ; ) {
            Object now = state.get();
            if (now instanceof Kept<?> kept) {
                outcome.either((V) kept.value, kept.error);
                return () -> {};
            }
            if (now == null) {
                boolean unused = state.compareAndSet(null, new RefCountedRun<>(loader, this::settled, this::forget));
                continue;
            }
            Runnable leave = ((RefCountedRun<V>) now).join(outcome, context);
            if (leave != null) {
                return leave;
            }
            forget((RefCountedRun<V>) now); // the last who waited has left it, and is about to do this
        }
    }

    /**
     * Says whether {@link #get} is there without a load.
     *
     * @return true once something is kept
     */
    public boolean isLoaded() {
        return state.get() instanceof Kept<?>;
    }

    private boolean settled(RefCountedRun<V> run, @Nullable V value, @Nullable Throwable error) {
        Kept<V> kept = error == null || keepFailure ? new Kept<>(value, error) : null;
        return state.compareAndSet(run, kept) && kept != null;
    }

    private void forget(RefCountedRun<V> run) {
        boolean unused = state.compareAndSet(run, null);
    }

    /** The outcome of a load. */
    private record Kept<V>(@Nullable V value, @Nullable Throwable error) {}
}
