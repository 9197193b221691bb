package io.github.corio.loop.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Looks whether event loops come when their carriers call them, and sends a spare thread where one does not. One whose thread waits for
 * something has two looks' time, any other some more, since it may only be slow.
 *
 * <p>It looks while there is something to do, and some looks longer. Then it waits for the first alarm to be overdue, or for {@link #awake}.
 */
final class EventLoopWatch {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int LOOKS_WHEN_IT_WAITS = 2;
    private static final int LOOKS_WHEN_IT_RUNS = 20;
    private static final int QUIET_LOOKS = 20;

    private static final Set<Looked> CARRIERS = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean LOOKING = new AtomicBoolean();
    /** Belong to who looks. */
    private static int quiet;

    private static @Nullable Disposable overdue;

    private EventLoopWatch() {}

    /** A carrier as the watch sees it. Any thread. */
    interface Called {
        /** How often it was served. */
        int visits();

        /** True if it was called, or an alarm is due for longer than that, and nobody serves. */
        boolean waits(long now, long overdue);

        /** When the first alarm is due, {@link Long#MAX_VALUE} if there is none. */
        long due();

        /** The thread of the event loop. */
        Thread home();

        /** The event loop does not come: a spare comes. */
        void sendSpare();
    }

    /** One carrier, as it was at the last look. */
    private static final class Looked {
        final Called carrier;
        private int visits;
        private int vain;

        Looked(Called carrier) {
            this.carrier = carrier;
        }

        /** True if there is something to do. */
        boolean look(long now) {
            int present = carrier.visits();
            if (present != visits || !carrier.waits(now, LOOK_NANOS)) {
                boolean active = present != visits;
                visits = present;
                vain = 0;
                return active;
            }
            int patience =
                    carrier.home().getState() == Thread.State.RUNNABLE ? LOOKS_WHEN_IT_RUNS : LOOKS_WHEN_IT_WAITS;
            if (++vain >= patience) {
                vain = 0;
                carrier.sendSpare();
            }
            return true;
        }
    }

    static void add(Called carrier) {
        CARRIERS.add(new Looked(carrier));
    }

    static void remove(Called carrier) {
        boolean unused = CARRIERS.removeIf(looked -> looked.carrier == carrier);
    }

    /** A carrier was called. Any thread, a carrier's own stack too. */
    static void awake() {
        if (!LOOKING.get() && LOOKING.compareAndSet(false, true)) {
            quiet = 0;
            Disposable unused = Rescue.after(LOOK_NANOS, EventLoopWatch::look);
        }
    }

    private static void look() {
        long now = System.nanoTime();
        boolean active = false;
        for (Looked looked : CARRIERS) {
            try {
                active |= looked.look(now);
            } catch (Throwable noMemory) { // it is looked at again
                active = true;
            }
        }
        quiet = active ? 0 : quiet + 1;
        if (quiet < QUIET_LOOKS) {
            Disposable unused = Rescue.after(LOOK_NANOS, EventLoopWatch::look);
        } else {
            rest(now);
        }
    }

    private static void rest(long now) {
        long first = Long.MAX_VALUE;
        for (Looked looked : CARRIERS) {
            first = Math.min(first, untilDue(looked.carrier, now));
        }
        Disposable before = overdue;
        if (before != null) {
            before.dispose();
        }
        overdue = first == Long.MAX_VALUE ? null : Rescue.after(first + LOOK_NANOS, EventLoopWatch::awake);
        LOOKING.set(false);
        if (CARRIERS.stream().anyMatch(looked -> looked.carrier.waits(now, LOOK_NANOS))) {
            awake(); // called in between
        }
    }

    private static long untilDue(Called carrier, long now) {
        long due = carrier.due();
        return due == Long.MAX_VALUE ? due : Math.max(0, due - now);
    }
}
