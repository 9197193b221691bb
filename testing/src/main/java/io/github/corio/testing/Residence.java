package io.github.corio.testing;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.Loops;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * In the time of which test the current thread lives: that of the loop it runs, else the one it drives, or makes a blocking call
 * for.
 */
final class Residence {
    private static final ThreadLocal<@Nullable Stay> HERE = new ThreadLocal<>();
    private static final ThreadLocal<Boolean> PROBED = new ThreadLocal<>();

    private Residence() {}

    /** The test, null for a thread that lives in none, as far as it knows itself. */
    static @Nullable TestScheduler current() {
        EventLoop loop = EventLoop.currentOrNull();
        if (loop != null) {
            return of(loop);
        }
        Stay stay = HERE.get();
        return stay == null ? null : stay.scheduler;
    }

    /** The test that a loop belongs to. */
    static @Nullable TestScheduler of(EventLoop loop) {
        return Loops.access(loop).worker() instanceof TestWorker worker ? worker.scheduler() : null;
    }

    /** True if the current thread runs a loop or something of a test, and so knows where it belongs. */
    static boolean isSettled() {
        return EventLoop.currentOrNull() != null || HERE.get() != null;
    }

    static Stay enter(TestScheduler scheduler, boolean drives) {
        Stay stay = new Stay(scheduler, drives, HERE.get());
        HERE.set(stay);
        return stay;
    }

    /** Makes a thread live in a test while it runs something. */
    static Runnable in(TestScheduler scheduler, Runnable task) {
        return () -> {
            Stay stay = enter(scheduler, false);
            try {
                task.run();
            } finally {
                stay.end();
            }
        };
    }

    /** Makes Reactor refuse {@code block()} where it would in production: in operators that virtual time runs, and in bodies. */
    static void refuseToBlock() {
        PROBED.set(false);
        boolean unused = Schedulers.isInNonBlockingThread();
        if (!PROBED.get()) { // it was reset, or was never there
            Schedulers.registerNonBlockingThreadPredicate(Residence::mustNotBlock);
        }
        PROBED.remove();
    }

    private static boolean mustNotBlock(Thread thread) {
        if (PROBED.get() != null) {
            PROBED.set(true);
            return false;
        }
        if (thread != Thread.currentThread()) {
            return false;
        }
        EventLoop loop = EventLoop.currentOrNull();
        if (loop != null) { // not while the loop itself asks: it may lend a thread of the test to a body
            return Loops.running() != null && of(loop) != null;
        }
        Stay stay = HERE.get();
        return stay != null && stay.drives;
    }

    /** A stay in the time of a test, until it is ended on the same thread. */
    static final class Stay {
        private final TestScheduler scheduler;
        private final boolean drives;
        private final @Nullable Stay before;

        private Stay(TestScheduler scheduler, boolean drives, @Nullable Stay before) {
            this.scheduler = scheduler;
            this.drives = drives;
            this.before = before;
        }

        void end() {
            if (before == null) {
                HERE.remove();
            } else {
                HERE.set(before);
            }
        }
    }
}
