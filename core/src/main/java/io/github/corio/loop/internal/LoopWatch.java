package io.github.corio.loop.internal;

import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Debug mode: looks now and then what the loops run, and logs the stack of what has held its loop for too long: while it does, once. One
 * daemon thread, as long as there is a loop to look at.
 */
final class LoopWatch implements Runnable {
    /** True: every loop is watched, also without debug mode. */
    static final boolean ALWAYS = Boolean.getBoolean("corio.watchdog");

    static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOOK_MILLIS = 25;

    private static final Set<Watched> ALL = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean RUNNING = new AtomicBoolean();

    /** A loop. */
    interface Runs {
        /** The thread that runs something at this moment, null if none does. */
        @Nullable
        Thread runner();

        /** When that has begun, on the clock of {@link System#nanoTime()}. */
        long entered();

        /** True once it will run nothing more, or need not be watched any longer. */
        boolean over();

        /** Tells of what runs. */
        void holds(Thread thread, StackTraceElement[] stack);
    }

    private LoopWatch() {}

    /** From now on, until it is over or nobody can reach it, this loop is watched. Never throws. */
    static void watch(Runs loop) {
        for (Watched watched : ALL) {
            if (watched.loop.get() == loop) {
                return;
            }
        }
        boolean unused = ALL.add(new Watched(loop));
        begin();
    }

    private static void begin() {
        if (!ALL.isEmpty() && RUNNING.compareAndSet(false, true)) {
            try {
                Thread thread = new Thread(null, new LoopWatch(), "corio-watchdog", 0, false);
                thread.setDaemon(true);
                thread.start();
            } catch (Throwable noThread) { // the next loop tries again
                RUNNING.set(false);
            }
        }
    }

    @Override
    public void run() {
        try {
            while (!ALL.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                ALL.removeIf(watched -> !watched.look());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            RUNNING.set(false);
        }
        begin(); // one may have come in between
    }

    private static final class Watched {
        private final WeakReference<Runs> loop;
        private long told;

        Watched(Runs loop) {
            this.loop = new WeakReference<>(loop);
        }

        /** False if there is nothing more to see. */
        boolean look() {
            Runs seen = loop.get();
            if (seen == null || seen.over()) {
                return false;
            }
            Thread thread = seen.runner();
            long entered = seen.entered();
            if (thread != null && entered != 0 && entered != told && System.nanoTime() - entered > HELD_NANOS) {
                StackTraceElement[] stack = thread.getStackTrace();
                if (seen.entered() == entered) { // else it is the stack of another
                    told = entered;
                    seen.holds(thread, stack);
                }
            }
            return true;
        }
    }
}
