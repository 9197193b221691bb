package io.github.corio.bridge;

import io.github.corio.CheckReturnValue;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A value that is loaded at the first request, once for all callers, and then kept. That a load was empty is kept too.
 * A failure is not kept, unless you ask for that, so the next caller tries again. Thread-safe: any number of loops may
 * share it.
 *
 * <p>The load runs in the Context of the first caller, but on a loop of its own, so that it outlives that caller.
 *
 * <ul>
 *   <li><b>Suspends:</b> an await of {@link #get()} does while the value is not loaded.
 *   <li><b>Cancellation:</b> of a caller leaves the load to the others. When the last has left, the load is cancelled
 *       and nothing is kept.
 *   <li><b>Signals on:</b> the thread on which the load signals. If the value is kept, the thread of the caller.
 *   <li><b>Errors:</b> that of the load, for all callers that wait.
 *   <li><b>asyncio:</b> none. There, a task in a field, awaited through {@code shield}, does it.
 * </ul>
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
     * Makes a value that is loaded at most once, and loaded again after a failure.
     *
     * @param loader the load, usually a coroutine
     * @param <V> the type of the value
     * @return the value to be
     */
    public static <V> AsyncLazy<V> of(Mono<V> loader) {
        return new AsyncLazy<>(loader, false);
    }

    /**
     * Makes a value that is loaded at most once, and whose failure is kept as a value is.
     *
     * @param loader the load, usually a coroutine
     * @param <V> the type of the value
     * @return the value to be
     */
    public static <V> AsyncLazy<V> keepingFailure(Mono<V> loader) {
        return new AsyncLazy<>(loader, true);
    }

    /**
     * Gives the value, and loads it if it is not there yet.
     *
     * <ul>
     *   <li><b>Suspends:</b> an await does, only if the value has not been loaded yet.
     *   <li><b>Cancellation:</b> leaves the load to the other callers. If there are none, the load is cancelled.
     *   <li><b>Signals on:</b> the thread on which the load signals. If the value is kept, the thread of the caller.
     *   <li><b>Errors:</b> that of the load, for all callers that wait.
     *   <li><b>asyncio:</b> {@code await asyncio.shield(task)}.
     * </ul>
     *
     * @return a Mono. Each subscription joins the load that runs then, or starts a load
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
    private Runnable join(RefCountedRun.Waiter<V> waiter, ContextView context) {
        for (; ; ) {
            Object now = state.get();
            if (now instanceof Kept<?> kept) {
                waiter.tell((V) kept.value, kept.error);
                return () -> {};
            }
            if (now == null) {
                boolean unused = state.compareAndSet(null, new RefCountedRun<>(loader, this::settled, this::forget));
                continue;
            }
            Runnable leave = ((RefCountedRun<V>) now).join(waiter, context);
            if (leave != null) {
                return leave;
            }
            forget((RefCountedRun<V>) now); // the last who waited has left it, and is about to do this
        }
    }

    /**
     * Says whether {@link #get} is there without a load.
     *
     * @return true once a value, an empty end or a failure is kept
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
