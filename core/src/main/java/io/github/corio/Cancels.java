package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.Handle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How a cancel goes from a task to the task that it waits for, and on from there, however long the chain. The first tasks of a
 * chain are called one inside of the other, as asyncio does it. What is deeper waits in a list, which the outermost of these calls
 * works off in the same order.
 *
 * <p>A chain that comes back to where it was, again and again, is a circle (Brent's algorithm). Its cancel is given up with a
 * {@link RecursionError}, thrown by the outermost call.
 *
 * <p>One of these belongs to each thread that cancels. Nothing else runs on the loop between the beginning and the end of the
 * outermost call, unless a foreign hook suspends in the middle of it. Whoever runs then takes a new one.
 */
final class Cancels {
    /** So many tasks deep a cancel is passed on at once. */
    private static final int DEPTH = 16;
    /** So often a chain may come back to a task, by a hook that cancels it once more say, before it is taken for a circle. */
    private static final int CIRCLE = 16;

    private static final AtomicInteger SWEEPS = new AtomicInteger();
    private static final ThreadLocal<Cancels> OF_THREAD = ThreadLocal.withInitial(Cancels::new);

    /** A cancel that is still to be passed on, and the way on which it came. */
    private record Deferred(TaskStrand to, @Nullable String message, Way way) {}

    /** Where the chain has been: a task on it, how often it was met again, and when to remember another one. */
    private record Way(@Nullable TaskStrand mark, int met, int steps, int power) {
        static final Way START = new Way(null, 0, 0, 1);

        Way on(TaskStrand to) {
            if (steps == power) {
                return new Way(to, 0, 1, power * 2);
            }
            return new Way(mark, to == mark ? met + 1 : met, steps + 1, power);
        }
    }

    private @Nullable Handle owner;
    private int depth;
    private Way way = Way.START;
    private final List<Deferred> met = new ArrayList<>(0);
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>(1);
    /** What is deep is passed on once in a sweep: nothing runs in between that would have to be cancelled again. */
    private int sweep;

    private @Nullable RecursionError circle;

    private static Cancels ofThread() {
        Cancels here = OF_THREAD.get();
        Handle running = EventLoop.running();
        if ((here.depth > 0 || here.sweep != 0) && here.owner != running) {
            here = new Cancels();
            OF_THREAD.set(here);
        }
        here.owner = running;
        return here;
    }

    /**
     * Cancels what the task waits for, or else the task at its next await. On the loop of the task.
     *
     * @throws RecursionError if the task waits for itself, by way of others
     */
    static void pass(TaskStrand to, @Nullable String message) {
        Cancels here = ofThread();
        if (here.depth > 0) {
            here.passOn(to, message);
        } else {
            here.passAll(to, message);
        }
    }

    /** Runs a loop over siblings, each of which is cancelled. What several of them wait for is passed on to once. */
    static void sweep(Runnable siblings) {
        Cancels here = ofThread();
        boolean outermost = here.sweep == 0;
        if (outermost) {
            here.sweep = SWEEPS.incrementAndGet();
        }
        try {
            siblings.run();
        } finally {
            if (outermost) {
                here.sweep = 0;
            }
            here.owner = here.depth == 0 && here.sweep == 0 ? null : here.owner;
        }
    }

    private void passAll(TaskStrand to, @Nullable String message) {
        boolean alone = sweep == 0;
        try {
            passOn(to, message);
        } finally {
            workOff();
            if (alone) {
                sweep = 0;
                owner = null;
            }
        }
        RecursionError found = circle;
        circle = null;
        if (found != null) {
            throw found;
        }
    }

    private void passOn(TaskStrand to, @Nullable String message) {
        if (circle != null) {
            return;
        }
        to.countCancel();
        Way after = way.on(to);
        if (after.met == CIRCLE) {
            circle = new RecursionError(Foreign.text(to.task())
                    + " waits for itself, by way of what it waits for. A cancel cannot end that");
        } else if (depth == DEPTH) {
            defer(to, message, after);
        } else {
            call(to, message, after);
        }
    }

    private void call(TaskStrand to, @Nullable String message, Way after) {
        Way before = way;
        way = after;
        depth++;
        try {
            to.cancelNow(message);
        } finally {
            depth--;
            way = before;
        }
    }

    private void defer(TaskStrand to, @Nullable String message, Way after) {
        if (sweep == 0) {
            sweep = SWEEPS.incrementAndGet();
        }
        if (to.sweep != sweep) {
            to.sweep = sweep;
            met.add(new Deferred(to, message, after));
        }
    }

    private void workOff() {
        while (circle == null) {
            for (int i = met.size() - 1;
                    i >= 0;
                    i--) { // to the front: the chain of one sibling before the next sibling
                deferred.addFirst(met.get(i));
            }
            met.clear();
            Deferred next = deferred.pollFirst();
            if (next == null) {
                return;
            }
            try {
                call(next.to, next.message, next.way);
            } catch (Throwable e) { // no stack or no memory: the others have theirs
                next.to.loop.callExceptionHandler(
                        new ExceptionContext("A cancel could not be passed on", e, next.to.task()));
            }
        }
        met.clear();
        deferred.clear();
    }
}
