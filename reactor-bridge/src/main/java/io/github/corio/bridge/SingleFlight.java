package io.github.corio.bridge;

import io.github.corio.CheckReturnValue;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Loads by key that callers share while they run, so that there is no second load of a key. It is no cache: when a load
 * has ended, the next caller starts another. Thread-safe: any number of loops may share it.
 *
 * <p>The load runs in the Context of the first caller, but on a loop of its own, so that it outlives that caller. After
 * a cancelled load the next caller starts a new load, even if the cancelled load is still in its {@code finally}.
 *
 * <ul>
 *   <li><b>Suspends:</b> an await does until the load has ended.
 *   <li><b>Cancellation:</b> of a caller, also by its timeout, leaves the load to the others. When the last has left,
 *       the load is cancelled.
 *   <li><b>Signals on:</b> the thread on which the load signals. An {@code await} goes on on its own loop.
 *   <li><b>Errors:</b> that of the load, for all callers that wait.
 *   <li><b>asyncio:</b> none. There, a dictionary of tasks, each awaited through {@code shield}, does it.
 * </ul>
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @since 0.1.0
 */
public final class SingleFlight<K, V> {
    private final Function<? super K, ? extends Mono<V>> loader;
    private final ConcurrentMap<K, RefCountedRun<V>> flights = new ConcurrentHashMap<>();

    /**
     * Makes loads that are shared by key.
     *
     * @param loader makes the Mono of a load, usually a coroutine
     */
    public SingleFlight(Function<? super K, ? extends Mono<V>> loader) {
        this.loader = Objects.requireNonNull(loader, "loader");
    }

    /**
     * Waits for the load of a key, and starts it if there is none.
     *
     * <ul>
     *   <li><b>Suspends:</b> an await does until the load has ended.
     *   <li><b>Cancellation:</b> leaves the load to the other callers. If there are none, the load is cancelled.
     *   <li><b>Signals on:</b> the thread on which the load signals. An {@code await} goes on on its own loop.
     *   <li><b>Errors:</b> that of the load.
     *   <li><b>asyncio:</b> {@code await asyncio.shield(tasks[key])}.
     * </ul>
     *
     * @param key the key
     * @return a cold Mono: each subscription joins the load that runs then
     */
    @CheckReturnValue
    public Mono<V> load(K key) {
        Objects.requireNonNull(key, "key");
        return RefCountedRun.mono((waiter, context) -> {
            for (; ; ) {
                RefCountedRun<V> flight = flights.computeIfAbsent(key, this::newFlight);
                Runnable leave = flight.join(waiter, context);
                if (leave != null) {
                    return leave;
                }
                boolean unused = flights.remove(key, flight); // it has just ended: the next one
            }
        });
    }

    private RefCountedRun<V> newFlight(K key) {
        return new RefCountedRun<>(
                Mono.defer(() -> loader.apply(key)),
                (flight, value, error) -> {
                    boolean unused = flights.remove(key, flight);
                    return false;
                },
                flight -> flights.remove(key, flight));
    }

    /**
     * Counts the loads that run at this moment.
     *
     * @return the number of keys
     */
    public int inFlight() {
        return flights.size();
    }
}
