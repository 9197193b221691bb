package io.github.corio.bridge;

import io.github.corio.CheckReturnValue;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Loads that are shared while they run: whoever asks for a key that is being loaded gets that load's outcome, instead of a
 * second load. It is no cache: when the load has ended, the next one who asks starts another.
 *
 * <p>A load is cancelled when the last one who waits for it has left, by a cancel or a timeout of his own; whoever asks then
 * starts afresh, even if the cancelled load is still in its {@code finally}. It runs in the Context of whoever came first, but on
 * a loop of its own, so that it outlives him. Its error goes to all who wait.
 *
 * <p>Thread-safe; for any number of loops at once.
 *
 * <p>asyncio: a dictionary of tasks, each awaited through {@code shield}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @since 0.1.0
 */
public final class SingleFlight<K, V> {
    private final Function<? super K, ? extends Mono<V>> loader;
    private final ConcurrentMap<K, RefCountedRun<V>> flights = new ConcurrentHashMap<>();

    /**
     * Loads that are shared by key.
     *
     * @param loader makes the Mono of a load, usually a coroutine
     */
    public SingleFlight(Function<? super K, ? extends Mono<V>> loader) {
        this.loader = Objects.requireNonNull(loader, "loader");
    }

    /**
     * Waits for the load of a key, which is started if there is none. Signals where the load does; an {@code await} goes on on
     * its own loop.
     *
     * @param key the key
     * @return a cold Mono: each subscription joins the load that runs then
     */
    @CheckReturnValue
    public Mono<V> load(K key) {
        Objects.requireNonNull(key, "key");
        return RefCountedRun.mono((outcome, context) -> {
            for (; ; ) {
                RefCountedRun<V> flight = flights.computeIfAbsent(key, this::newFlight);
                Runnable leave = flight.join(outcome, context);
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
     * How many loads run at this moment.
     *
     * @return the number of keys
     */
    public int inFlight() {
        return flights.size();
    }
}
