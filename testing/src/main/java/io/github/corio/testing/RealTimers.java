package io.github.corio.testing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;

/**
 * The latest timers that threads outside have armed on Reactor's Schedulers in real time while a test was open: when a test waits in
 * vain, they may be why. Thread-safe.
 */
final class RealTimers {
    private static final int MOST = 100;
    private static final Deque<Timer> LATEST = new ArrayDeque<>();

    private RealTimers() {}

    private record Timer(Runnable task, Duration delay, long until, Thread thread, Disposable scheduled) {
        boolean isArmed() {
            return !scheduled.isDisposed() && until - System.nanoTime() > 0;
        }
    }

    /** Remembers a timer, if a test may miss it. */
    static Disposable add(Runnable task, long delay, TimeUnit unit, Disposable scheduled) {
        if (!OpenTests.none() && delay > 0) {
            Timer timer = new Timer(
                    task,
                    Duration.of(delay, unit.toChronoUnit()),
                    System.nanoTime() + unit.toNanos(delay),
                    Thread.currentThread(),
                    scheduled);
            synchronized (LATEST) {
                LATEST.removeIf(old -> !old.isArmed());
                LATEST.addLast(timer);
                if (LATEST.size() > MOST) {
                    LATEST.removeFirst();
                }
            }
        }
        return scheduled;
    }

    private static String name(Runnable task) {
        return TestWorker.isOfLoop(task) ? "a timer of another loop" : Names.of(task);
    }

    /** Those that have not fired yet, as lines. */
    static List<String> armed() {
        List<Timer> armed;
        synchronized (LATEST) {
            LATEST.removeIf(old -> !old.isArmed());
            armed = List.copyOf(LATEST);
        }
        return armed.stream()
                .map(timer -> name(timer.task()) + " in " + timer.delay() + ", armed by thread "
                        + Threads.name(timer.thread()))
                .toList();
    }
}
