package io.github.corio.loop.internal;

import io.github.corio.loop.ExceptionContext;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/** The errors on one loop that nobody has looked at yet. Thread-safe. */
final class Unobserved {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Reporter reporter;
    private volatile @Nullable Set<Report> reports;

    Unobserved(Reporter reporter) {
        this.reporter = reporter;
    }

    /**
     * Reports when the owner is collected, or when the loop is closed, whichever is earlier, unless the handle is cancelled.
     *
     * @param queue queues the report on the loop, from any thread; false if the loop is closed
     */
    LoopHandle add(Object owner, ExceptionContext context, Context reactorContext, Predicate<LoopHandle> queue) {
        Set<Report> all = all();
        Report report = new Report(all, reporter, context, reactorContext);
        all.add(report);
        Cleaner.Cleanable unused = CLEANER.register(owner, () -> report.collected(queue));
        return report;
    }

    /** What is left when the loop ends. */
    List<? extends LoopHandle> left() {
        Set<Report> left = reports;
        return left == null ? List.of() : List.copyOf(left);
    }

    private Set<Report> all() {
        Set<Report> all = reports;
        if (all == null) {
            synchronized (this) {
                all = reports;
                if (all == null) {
                    all = ConcurrentHashMap.newKeySet();
                    reports = all;
                }
            }
        }
        return all;
    }

    private static final class Report extends LoopHandle {
        private final Set<Report> all;
        private final Reporter reporter;
        private final ExceptionContext told;

        Report(Set<Report> all, Reporter reporter, ExceptionContext told, Context context) {
            super(context);
            this.all = all;
            this.reporter = reporter;
            this.told = told;
        }

        /** On the thread of the cleaner. */
        void collected(Predicate<LoopHandle> queue) {
            if (!cancelled && !queue.test(this)) {
                run();
            }
        }

        @Override
        protected void run() {
            if (!cancelled) {
                cancel();
                reporter.report(told);
            }
        }

        @Override
        public void cancel() {
            super.cancel();
            boolean unused = all.remove(this);
        }
    }
}
