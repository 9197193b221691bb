package io.github.corio.testing;

import java.lang.reflect.Field;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Makes {@code Schedulers.parallel()}, {@code single()}, {@code boundedElastic()} and the {@code new…} ones follow the
 * virtual time of the test that uses them. Installed when a JUnit session begins, else when the first test loop is made, and again by each test loop
 * that finds it gone; for every thread that works for no test all stays as it was, at the price of looking that up.
 *
 * <p>What somebody has fetched before that is a handle of Reactor's on the shared Scheduler; it is made to lead here as well.
 *
 * <p>A {@link VirtualTimeScheduler} that is set later lies above it until it is reset; one that is set already lies below,
 * for everything but tests on a test loop.
 */
final class ReactorSchedulers {
    private static final Logger LOG = Loggers.getLogger(ReactorSchedulers.class);
    private static final Schedulers.Factory PLAIN = new Schedulers.Factory() {};

    private ReactorSchedulers() {}

    /** Makes sure that it is installed. */
    static synchronized void redirect() {
        Scheduler parallel = Schedulers.parallel();
        Scheduler single = Schedulers.single();
        Scheduler elastic = Schedulers.boundedElastic();
        if (isRedirected(parallel) && isRedirected(single) && isRedirected(elastic)) {
            return;
        }
        Redirect factory =
                new Redirect(Thread.currentThread(), lead(parallel, false), lead(single, false), lead(elastic, true));
        // What was there is not shut down: it lives on behind the new ones.
        Schedulers.Snapshot unused = Schedulers.setFactoryWithSnapshot(factory);
        Scheduler unusedParallel = Schedulers.parallel();
        Scheduler unusedSingle = Schedulers.single();
        Scheduler unusedElastic = Schedulers.boundedElastic();
        factory.installer = null;
    }

    private static boolean isRedirected(Scheduler shared) {
        return cached(shared) instanceof RedirectedScheduler;
    }

    private static Scheduler cached(Scheduler shared) {
        return shared instanceof Supplier<?> supplier && supplier.get() instanceof Scheduler inner ? inner : shared;
    }

    /** What stands for a shared Scheduler from now on. Whoever has fetched that before has it too. */
    private static RedirectedScheduler lead(Scheduler shared, boolean blocking) {
        Scheduler real = cached(shared);
        if (real instanceof RedirectedScheduler redirected) {
            return redirected;
        }
        RedirectedScheduler redirected = new RedirectedScheduler(real, blocking, true);
        if (real == shared || real instanceof VirtualTimeScheduler) {
            return redirected;
        }
        try {
            Field field = shared.getClass().getDeclaredField("cached");
            field.setAccessible(true);
            field.set(shared, redirected);
        } catch (ReflectiveOperationException | RuntimeException e) { // another Reactor, or another JDK
            LOG.warn(
                    "{} was fetched before virtual time was there, and what holds it keeps real time ({})."
                            + " Make a TestLoop first, or let JUnit find corio-testing on its class path",
                    shared,
                    e.toString());
        }
        return redirected;
    }

    private static final class Redirect implements Schedulers.Factory {
        private final Scheduler parallel;
        private final Scheduler single;
        private final Scheduler elastic;
        /** While this thread asks, it is for the shared ones. */
        private volatile @Nullable Thread installer;

        Redirect(
                Thread installer,
                RedirectedScheduler parallel,
                RedirectedScheduler single,
                RedirectedScheduler elastic) {
            this.installer = installer;
            this.parallel = parallel;
            this.single = single;
            this.elastic = elastic;
        }

        private Scheduler redirected(Scheduler shared, Supplier<Scheduler> fresh, boolean blocking) {
            if (Thread.currentThread() == installer) {
                return shared;
            }
            return VirtualTimeScheduler.isFactoryEnabled()
                    ? VirtualTimeScheduler.get()
                    : new RedirectedScheduler(fresh.get(), blocking, false);
        }

        @Override
        public Scheduler newParallel(int parallelism, ThreadFactory threads) {
            return redirected(parallel, () -> PLAIN.newParallel(parallelism, threads), false);
        }

        @Override
        public Scheduler newSingle(ThreadFactory threads) {
            return redirected(single, () -> PLAIN.newSingle(threads), false);
        }

        @Override
        public Scheduler newBoundedElastic(int threadCap, int taskCap, ThreadFactory threads, int ttlSeconds) {
            return redirected(elastic, () -> PLAIN.newBoundedElastic(threadCap, taskCap, threads, ttlSeconds), true);
        }

        @Override
        public Scheduler newThreadPerTaskBoundedElastic(int threadCap, int taskCap, ThreadFactory threads) {
            return redirected(elastic, () -> PLAIN.newThreadPerTaskBoundedElastic(threadCap, taskCap, threads), true);
        }
    }
}
