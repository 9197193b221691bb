package io.github.corio.micrometer;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.FiberKind;
import io.github.corio.loop.internal.FiberThreads;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.Tracing;
import io.github.corio.loop.internal.Track;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * The meters of Corio, for any registry of Micrometer.
 *
 * <table> <caption>Meters</caption> <tr><td>{@code corio.loops}</td><td>loops that are not closed</td></tr>
 * <tr><td>{@code corio.tasks.live}</td><td>tasks that have not ended</td></tr> <tr><td>{@code
 * corio.tasks.started}</td><td>tasks started</td></tr> <tr><td>{@code corio.tasks.ended}</td><td>by {@code outcome}:
 * succeeded, failed, cancelled</td></tr> <tr><td>{@code corio.tasks.left.behind}</td><td>tasks that the end of a loop
 * has cancelled</td></tr> <tr><td>{@code corio.loop.lag}</td><td>how long ready work has waited for its turn: count and
 * sum</td></tr> <tr><td>{@code corio.loop.lag.max}</td><td>the longest of the last one to two minutes</td></tr>
 * <tr><td>{@code corio.callbacks.slow}</td><td>tasks and callbacks that have held their loop for more than 100
 * ms</td></tr> <tr><td>{@code corio.fibers}</td><td>fibers, by {@code kind}</td></tr> </table>
 *
 * <p>The locks, semaphores and queues that you name here have these meters, by {@code name}: {@code corio.lock.locked},
 * {@code corio.lock.waiting}, {@code corio.semaphore.available}, {@code corio.semaphore.waiting}, {@code
 * corio.queue.size}, {@code corio.queue.unfinished}, {@code corio.queue.getting}, {@code corio.queue.putting}. The
 * names that you give are the only tags whose values are not fixed, and there are at most {@value #MOST_NAMES}.
 *
 * <p>It counts from the moment it is bound. While it is bound, each handle that a loop runs costs two time stamps and a
 * small object, and each task two additions. Without it there is no such cost. It keeps no loop, lock or queue alive.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class CorioMetrics implements MeterBinder, AutoCloseable {
    /** How many names there may be. More are left out, with a warning. */
    public static final int MOST_NAMES = 500;

    private static final Logger LOG = Loggers.getLogger(CorioMetrics.class);

    private final TaskCounts counts = new TaskCounts();
    private final Map<MeterRegistry, List<Meter>> bound = new LinkedHashMap<>();
    private final Map<String, Named<?>> named = new LinkedHashMap<>();
    private boolean counting;

    /** Meters that are bound to nothing yet. */
    public CorioMetrics() {}

    /** Something of the application's that has a name. */
    private record Named<T>(WeakReference<T> what, String name, Map<String, ToDoubleFunction<T>> values) {
        List<Meter> bind(MeterRegistry registry) {
            List<Meter> meters = new ArrayList<>();
            T now = what.get();
            if (now != null) {
                values.forEach((meter, value) -> meters.add(
                        Gauge.builder(meter, now, value).tag("name", name).register(registry)));
            }
            return meters;
        }
    }

    /**
     * Shows a lock.
     *
     * @param name its name: a fixed one, not one for each request
     * @param lock the lock
     * @return this
     */
    public CorioMetrics lock(String name, AsyncLock lock) {
        return add(
                "lock " + name,
                lock,
                name,
                Map.of(
                        "corio.lock.locked", of -> of.statistics().locked() ? 1 : 0,
                        "corio.lock.waiting", of -> of.statistics().waiting()));
    }

    /**
     * Shows a semaphore.
     *
     * @param name its name: a fixed one, not one for each request
     * @param semaphore the semaphore
     * @return this
     */
    public CorioMetrics semaphore(String name, AsyncSemaphore semaphore) {
        return add(
                "semaphore " + name,
                semaphore,
                name,
                Map.of(
                        "corio.semaphore.available", of -> of.statistics().available(),
                        "corio.semaphore.waiting", of -> of.statistics().waiting()));
    }

    /**
     * Shows a queue.
     *
     * @param name its name: a fixed one, not one for each request
     * @param queue the queue
     * @return this
     */
    public CorioMetrics queue(String name, AsyncQueue<?> queue) {
        return this.<AsyncQueue<?>>add(
                "queue " + name,
                queue,
                name,
                Map.of(
                        "corio.queue.size", of -> of.statistics().size(),
                        "corio.queue.unfinished", of -> of.statistics().unfinished(),
                        "corio.queue.getting", of -> of.statistics().getting(),
                        "corio.queue.putting", of -> of.statistics().putting()));
    }

    private synchronized <T> CorioMetrics add(
            String key, T what, String name, Map<String, ToDoubleFunction<T>> values) {
        Named<T> added = new Named<>(
                new WeakReference<>(Objects.requireNonNull(what)), Objects.requireNonNull(name, "name"), values);
        if (named.size() >= MOST_NAMES && !named.containsKey(key)) {
            LOG.warn("There are {} names already: no meters for {}. Give fixed names", MOST_NAMES, key);
            return this;
        }
        if (named.putIfAbsent(key, added) != null) {
            LOG.warn("There are two with the name {}: the meters show the first", key);
            return this;
        }
        forEachBound((registry, meters) -> meters.addAll(added.bind(registry)));
        return this;
    }

    /** A registry is foreign code: what one of them throws comes out when all were served. */
    private void forEachBound(BiConsumer<MeterRegistry, List<Meter>> action) {
        RuntimeException failure = null;
        for (Map.Entry<MeterRegistry, List<Meter>> each : bound.entrySet()) {
            try {
                action.accept(each.getKey(), each.getValue());
            } catch (RuntimeException e) {
                if (failure != null && failure != e) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (bound.containsKey(registry)) {
            return;
        }
        if (!counting) {
            counting = true;
            Tracing.add(counts);
        }
        List<Meter> meters = new ArrayList<>();
        gauges(registry, meters);
        counters(registry, meters);
        named.values().forEach(each -> meters.addAll(each.bind(registry)));
        bound.put(registry, meters); // last: a registry that has thrown may be bound again
    }

    private void gauges(MeterRegistry registry, List<Meter> meters) {
        meters.add(Gauge.builder("corio.loops", () -> EventLoop.all().size())
                .description("Loops that are not closed")
                .register(registry));
        meters.add(Gauge.builder("corio.tasks.live", CorioMetrics::liveTasks)
                .description("Tasks that have not ended")
                .register(registry));
        meters.add(Gauge.builder("corio.fibers", FiberThreads::live)
                .description("Fibers, those that are kept for the next body included")
                .tag("kind", FiberKind.current().name().toLowerCase(Locale.ROOT))
                .register(registry));
        meters.add(TimeGauge.builder("corio.loop.lag.max", counts.lag, TimeUnit.NANOSECONDS, RecentMax::get)
                .description(
                        "The longest that something was ready and waited for its turn, of the last one to two minutes")
                .register(registry));
    }

    private static long liveTasks() {
        return EventLoop.all().stream()
                .mapToLong(loop -> Loops.access(loop).size())
                .sum();
    }

    private void counters(MeterRegistry registry, List<Meter> meters) {
        meters.add(counter(registry, "corio.tasks.started", "Tasks started", of -> of.started.sum(), null));
        for (Track.End end : Track.End.values()) {
            meters.add(counter(
                    registry,
                    "corio.tasks.ended",
                    "Tasks that have ended",
                    of -> of.count(end).sum(),
                    end.name().toLowerCase(Locale.ROOT)));
        }
        meters.add(counter(
                registry,
                "corio.tasks.left.behind",
                "Tasks that the end of a loop has cancelled",
                of -> of.leftBehind.sum(),
                null));
        meters.add(counter(
                registry,
                "corio.callbacks.slow",
                "Tasks and callbacks that have held their loop for more than 100 ms",
                of -> of.slow.sum(),
                null));
        meters.add(FunctionTimer.builder(
                        "corio.loop.lag", counts, of -> of.turns.sum(), of -> of.lagNanos.sum(), TimeUnit.NANOSECONDS)
                .description("How long what was ready has waited for its turn")
                .register(registry));
    }

    private Meter counter(
            MeterRegistry registry,
            String name,
            String description,
            ToDoubleFunction<TaskCounts> value,
            @Nullable String outcome) {
        FunctionCounter.Builder<TaskCounts> builder =
                FunctionCounter.builder(name, counts, value).description(description);
        return (outcome == null ? builder : builder.tag("outcome", outcome)).register(registry);
    }

    /** Takes the meters out of their registries, and counts no more. */
    @Override
    public synchronized void close() {
        Tracing.remove(counts);
        counting = false;
        try {
            forEachBound((registry, meters) -> meters.forEach(registry::remove));
        } finally {
            bound.clear();
        }
    }
}
