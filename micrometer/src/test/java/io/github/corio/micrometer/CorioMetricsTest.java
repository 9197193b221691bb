package io.github.corio.micrometer;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentContext;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.AsyncFuture;
import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.FiberKind;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.AsyncSemaphore;
import io.github.corio.sync.Permit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.observability.micrometer.Micrometer;

/** Each meter after a run that is known. */
class CorioMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CorioMetrics metrics = new CorioMetrics();

    @BeforeEach
    void bind() {
        metrics.bindTo(registry);
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double count(String name) {
        return registry.get(name).functionCounter().count();
    }

    private double ended(String outcome) {
        return registry.get("corio.tasks.ended")
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }

    private static void spin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {} // it holds its loop
    }

    @Test
    void tasksAreCountedByTheirOutcome() {
        run(async(() -> {
            Task<String> succeeds = createTask(async(() -> "done"));
            Task<Void> fails = createTask(async(() -> {
                throw new IllegalStateException("on purpose");
            }));
            Task<Void> cancelled = createTask(sleep(Duration.ofHours(1)));
            assertThat(await(succeeds)).isEqualTo("done");
            assertThat(catchThrowable(() -> await(fails))).isInstanceOf(IllegalStateException.class);
            assertThat(gauge("corio.tasks.live")).isEqualTo(2); // this one, and the one that sleeps
            assertThat(gauge("corio.loops")).isPositive();
            assertThat(gauge("corio.fibers")).isPositive();
            cancelled.cancel();
            assertThat(catchThrowable(() -> await(cancelled))).isInstanceOf(CancelledError.class);
            Task<Void> leftBehind = createTask(sleep(Duration.ofHours(1)));
            assertThat(leftBehind.isDone()).isFalse();
        }));
        assertThat(count("corio.tasks.started")).isEqualTo(5);
        assertThat(ended("succeeded")).isEqualTo(2);
        assertThat(ended("failed")).isEqualTo(1);
        assertThat(ended("cancelled")).isEqualTo(2);
        assertThat(count("corio.tasks.left.behind")).isEqualTo(1);
        assertThat(gauge("corio.tasks.live")).isZero();
        assertThat(registry.get("corio.fibers").gauge().getId().getTag("kind"))
                .isEqualTo(FiberKind.current().name().toLowerCase(Locale.ROOT));
    }

    @Test
    void whatHoldsALoopIsSeenAsLagAndAsSlow() {
        assertThat(count("corio.callbacks.slow")).isZero();
        run(async(() -> {
            Task<Void> waits = createTask(async(() -> {}));
            spin(Duration.ofMillis(120));
            await(waits);
        }));
        assertThat(count("corio.callbacks.slow")).isPositive();
        assertThat(registry.get("corio.loop.lag").functionTimer().count()).isGreaterThanOrEqualTo(3);
        assertThat(registry.get("corio.loop.lag").functionTimer().totalTime(TimeUnit.MILLISECONDS))
                .isGreaterThanOrEqualTo(120);
        assertThat(registry.get("corio.loop.lag.max").timeGauge().value(TimeUnit.MILLISECONDS))
                .isGreaterThanOrEqualTo(120);
    }

    @Test
    void locksSemaphoresAndQueuesAreShownByTheirNames() {
        AsyncLock lock = new AsyncLock();
        AsyncSemaphore semaphore = new AsyncSemaphore(3);
        AsyncQueue<String> queue = new AsyncQueue<>();
        AsyncQueue<String> empty = new AsyncQueue<>();
        CorioMetrics same = metrics.lock("orders", lock)
                .semaphore("clients", semaphore)
                .queue("mails", queue)
                .queue("empty", empty);
        assertThat(same).isSameAs(metrics);
        run(async(() -> {
            await(lock.acquire());
            await(semaphore.acquire());
            await(queue.put("one"));
            await(queue.put("two"));
            assertThat(await(queue.get())).isEqualTo("one");
            Task<Permit> waits = createTask(lock.acquire());
            Task<String> gets = createTask(empty.get());
            await(sleep(Duration.ofMillis(1)));
            assertThat(named("corio.lock.locked", "orders")).isEqualTo(1);
            assertThat(named("corio.lock.waiting", "orders")).isEqualTo(1);
            assertThat(named("corio.semaphore.available", "clients")).isEqualTo(2);
            assertThat(named("corio.semaphore.waiting", "clients")).isZero();
            assertThat(named("corio.queue.size", "mails")).isEqualTo(1);
            assertThat(named("corio.queue.unfinished", "mails")).isEqualTo(2);
            assertThat(named("corio.queue.getting", "empty")).isEqualTo(1);
            assertThat(named("corio.queue.putting", "mails")).isZero();
            lock.release();
            assertThat(await(waits)).isNotNull();
            await(empty.put("three"));
            assertThat(await(gets)).isEqualTo("three");
        }));
        assertThat(named("corio.lock.waiting", "orders")).isZero();
        assertThat(semaphore.availablePermits()).isEqualTo(2);
        assertThat(queue.size()).isEqualTo(1);
    }

    private double named(String meter, String name) {
        return registry.get(meter).tag("name", name).gauge().value();
    }

    @Test
    void asThePageShowsIt() {
        AsyncLock lock = new AsyncLock();
        AsyncQueue<String> queue = new AsyncQueue<>();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        // snippet: metrics
        CorioMetrics metrics = new CorioMetrics().lock("orders", lock).queue("mails", queue);
        metrics.bindTo(registry);
        // end
        assertThat(registry.get("corio.lock.locked")
                        .tag("name", "orders")
                        .gauge()
                        .value())
                .isZero();
        assertThat(registry.get("corio.queue.size").tag("name", "mails").gauge().value())
                .isZero();
    }

    @Test
    void aRegistryThatIsBoundLaterHasTheSame() {
        AsyncLock lock = new AsyncLock();
        CorioMetrics unused = metrics.lock("before", lock);
        SimpleMeterRegistry later = new SimpleMeterRegistry();
        metrics.bindTo(later);
        metrics.bindTo(later);
        assertThat(ids(later)).isEqualTo(ids(registry)).isNotEmpty();
        metrics.close();
        assertThat(ids(later)).isEmpty();
        assertThat(ids(registry)).isEmpty();
        assertThat(lock.isLocked()).isFalse();
    }

    private static List<String> ids(SimpleMeterRegistry of) {
        return of.getMeters().stream()
                .map(Meter::getId)
                .map(id -> id.getName() + id.getTags())
                .sorted()
                .toList();
    }

    @Test
    @DisplayName("there are no more names than 500, and the meters of the first with a name stay")
    void namesAreBounded() {
        int before = registry.getMeters().size();
        List<AsyncLock> locks = new ArrayList<>();
        for (int i = 0; i < CorioMetrics.MOST_NAMES + 10; i++) {
            AsyncLock lock = new AsyncLock();
            locks.add(lock);
            CorioMetrics unused = metrics.lock("lock-" + i, lock);
        }
        assertThat(registry.getMeters()).hasSize(before + 2 * CorioMetrics.MOST_NAMES);
        assertThat(locks).hasSize(CorioMetrics.MOST_NAMES + 10);
    }

    @Test
    void ofTwoWithANameTheFirstIsShownInEachRegistry() {
        AsyncSemaphore first = new AsyncSemaphore(1);
        AsyncSemaphore second = new AsyncSemaphore(2);
        CorioMetrics unused = metrics.semaphore("twice", first).semaphore("twice", second);
        SimpleMeterRegistry later = new SimpleMeterRegistry();
        metrics.bindTo(later);
        for (SimpleMeterRegistry each : List.of(registry, later)) {
            assertThat(each.get("corio.semaphore.available").gauge().value()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsCountedAfterTheEnd() {
        metrics.close();
        run(sleep(Duration.ofMillis(1)));
        SimpleMeterRegistry again = new SimpleMeterRegistry();
        metrics.bindTo(again);
        assertThat(again.get("corio.tasks.started").functionCounter().count()).isZero();
    }

    @Test
    @DisplayName("500 loops come and go, and nothing is left of them")
    void loopsComeAndGo() {
        loopsComeAndGo(500);
    }

    @Test
    @Tag("stress-long")
    @DisplayName("100 000 loops come and go, and nothing is left of them")
    void veryManyLoopsComeAndGo() {
        loopsComeAndGo(100_000);
    }

    private void loopsComeAndGo(int count) {
        List<String> before = ids(registry);
        List<WeakReference<EventLoop>> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            EventLoop seen = async(EventLoop::current).block();
            if (i % 100 == 0) {
                some.add(new WeakReference<>(seen));
            }
        }
        assertThat(ids(registry)).isEqualTo(before);
        assertThat(count("corio.tasks.started")).isEqualTo(count);
        assertThat(ended("succeeded")).isEqualTo(count);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (some.stream().filter(loop -> !loop.refersTo(null)).count() > 1 && System.nanoTime() < end) {
            System.gc();
        }
        assertThat(some.stream().filter(loop -> !loop.refersTo(null)).count()).isLessThanOrEqualTo(1);
        assertThat(gauge("corio.tasks.live")).isZero();
    }

    @Test
    @DisplayName(
            "tap(Micrometer.observation(registry)) observes a named coroutine, which finds the observation in its Context")
    void observations() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
        // snippet: observation
        Coroutine<String> load = async(() -> {
                    await(sleep(Duration.ofMillis(1)));
                    return "loaded";
                })
                .named("load");
        String loaded = run(load.tap(Micrometer.observation(observations)));
        // end
        assertThat(loaded).isEqualTo("loaded");
        assertThat(registry.get("load").timer().count()).isEqualTo(1);
        assertThat(registry.get("load").timer().getId().getTag("error")).isEqualTo("none");

        Coroutine<Boolean> seen = async(() -> currentContext().hasKey(ObservationThreadLocalAccessor.KEY))
                .named("seen");
        assertThat(run(seen.tap(Micrometer.observation(observations)))).isTrue();

        Coroutine<Void> never = async(() -> await(new AsyncFuture<Void>())).named("never");
        run(async(() -> {
            Task<Void> cancelled = createTask(never.tap(Micrometer.observation(observations)));
            await(sleep(Duration.ofMillis(1)));
            cancelled.cancel();
            assertThat(catchThrowable(() -> await(cancelled))).isInstanceOf(CancelledError.class);
        }));
        assertThat(registry.get("never").timer().count()).isEqualTo(1);
    }

    @Test
    @DisplayName("a registry that throws takes nothing from the others, and may be bound again")
    void aRegistryThatThrows() {
        try (CorioMetrics shared = new CorioMetrics()) {
            Moody moody = new Moody();
            assertThat(catchThrowable(() -> shared.bindTo(moody))).hasMessage("gauge");
            moody.refuses = false;
            shared.bindTo(moody);
            assertThat(moody.find("corio.loops").gauge()).isNotNull();

            SimpleMeterRegistry other = new SimpleMeterRegistry();
            shared.bindTo(other);
            moody.refuses = true;
            AsyncLock lock = new AsyncLock();
            assertThat(catchThrowable(() -> shared.lock("payments", lock))).hasMessage("gauge");
            assertThat(other.find("corio.lock.locked").gauge()).isNotNull();

            assertThat(catchThrowable(shared::close)).hasMessage("remove");
            assertThat(other.getMeters()).isEmpty();
        }
    }

    /** Later registries would refuse it, and the application would not start. */
    @Test
    @DisplayName("a name of null is refused where it is given")
    void aNameOfNull() {
        try (CorioMetrics unbound = new CorioMetrics()) {
            assertThat(catchThrowable(() -> unbound.lock(null, new AsyncLock())))
                    .isInstanceOf(NullPointerException.class);
            unbound.bindTo(new SimpleMeterRegistry());
        }
    }

    private static final class Moody extends SimpleMeterRegistry {
        private boolean refuses = true;

        @Override
        protected <T> Gauge newGauge(Meter.Id id, T of, ToDoubleFunction<T> value) {
            if (refuses) {
                throw new IllegalStateException("gauge");
            }
            return super.newGauge(id, of, value);
        }

        @Override
        public Meter remove(Meter meter) {
            throw new IllegalStateException("remove");
        }
    }
}
