package io.github.corio.testing;

import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Makes {@code Schedulers.parallel()}, {@code single()}, {@code boundedElastic()} and the {@code new…} ones follow the
 * virtual time of the test that uses them, thread by thread. Installed once, for the JVM, when the first test loop is made;
 * for every thread that lives in no test all stays as it was, at the price of looking that up.
 *
 * <p>A {@link VirtualTimeScheduler} that is set later lies above it until it is reset; one that is set already lies below,
 * for everything but tests on a test loop.
 */
final class ReactorSchedulers {
    private static final Schedulers.Factory PLAIN = new Schedulers.Factory() {};

    private ReactorSchedulers() {}

    /** Makes sure that it is installed. */
    static synchronized void redirect() {
        Scheduler parallel = cached(Schedulers.parallel());
        Scheduler single = cached(Schedulers.single());
        Scheduler elastic = cached(Schedulers.boundedElastic());
        if (parallel instanceof RedirectedScheduler
                && single instanceof RedirectedScheduler
                && elastic instanceof RedirectedScheduler) {
            return;
        }
        Redirect factory = new Redirect(Thread.currentThread(), parallel, single, elastic);
        // What was there is not shut down: it lives on behind the new ones.
        Schedulers.Snapshot unused = Schedulers.setFactoryWithSnapshot(factory);
        Scheduler unusedParallel = Schedulers.parallel();
        Scheduler unusedSingle = Schedulers.single();
        Scheduler unusedElastic = Schedulers.boundedElastic();
        factory.installer = null;
    }

    private static Scheduler cached(Scheduler shared) {
        return shared instanceof Supplier<?> supplier && supplier.get() instanceof Scheduler inner ? inner : shared;
    }

    private static final class Redirect implements Schedulers.Factory {
        private final Scheduler parallel;
        private final Scheduler single;
        private final Scheduler elastic;
        /** While this thread asks, it is for the shared ones. */
        private volatile @Nullable Thread installer;

        Redirect(Thread installer, Scheduler parallel, Scheduler single, Scheduler elastic) {
            this.installer = installer;
            this.parallel = parallel;
            this.single = single;
            this.elastic = elastic;
        }

        private Scheduler redirected(Scheduler shared, Supplier<Scheduler> fresh, boolean blocking) {
            if (Thread.currentThread() == installer) {
                return shared instanceof RedirectedScheduler ? shared : new RedirectedScheduler(shared, blocking);
            }
            return VirtualTimeScheduler.isFactoryEnabled()
                    ? VirtualTimeScheduler.get()
                    : new RedirectedScheduler(fresh.get(), blocking);
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
