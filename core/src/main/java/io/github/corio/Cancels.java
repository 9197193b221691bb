package io.github.corio;

import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How a cancel goes from a task to the task that it waits for, and on from there, however long the chain. The first tasks of a
 * chain are called one inside of the other, as asyncio does it. What is deeper waits in a list, which the outermost of these calls
 * works off in the same order.
 *
 * <p>A chain that deep down comes back to a task from which it has not returned is a circle. Its cancel is given up with a
 * {@link CancelCycleException}, thrown by the outermost call.
 *
 * <p>One of these belongs to each thread that cancels. Nothing else runs on the loop between the beginning and the end of the
 * outermost call, unless a foreign hook suspends in the middle of it. Whoever runs then takes a new one.
 */
final class Cancels {
    /** So many tasks deep a cancel is passed on at once. */
    private static final int DEPTH = 16;

    private static final AtomicInteger SWEEPS = new AtomicInteger();
    private static final ThreadLocal<Cancels> OF_THREAD = ThreadLocal.withInitial(Cancels::new);

    /** A cancel that is still to be passed on; or, with {@code passed}, the place where all that came of one has been. */
    private record Deferred(TaskHandle to, @Nullable String message, boolean passed) {}

    private @Nullable LoopHandle owner;
    private int depth;
    private final List<Deferred> met = new ArrayList<>(0);
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>(1);
    /** What is deep is passed on once in a sweep: nothing runs in between that would have to be cancelled again. */
    private int sweep;

    private @Nullable CancelCycleException circle;
    /** Debug mode: where the outermost of these calls comes from. */
    private @Nullable CancelledHere place;

    private static Cancels ofThread() {
        Cancels here = OF_THREAD.get();
        LoopHandle running = Loops.running();
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
     * @throws CancelCycleException if the task waits for itself, by way of others
     */
    static void pass(TaskHandle to, @Nullable String message) {
        pass(to, message, false, null);
    }

    /** {@link #pass}, from a thread that does not run the loop: it counts from now on, and is delivered there unless it is taken back before. */
    static void passFromElsewhere(TaskHandle to, @Nullable String message) {
        to.countPending();
        CancelledHere from = CancelledHere.of(to.loop);
        Loops.access(to.loop).urgent().queue(() -> {
            if (to.takePending()) {
                pass(to, message, true, from);
            }
        });
    }

    private static void pass(TaskHandle to, @Nullable String message, boolean counted, @Nullable CancelledHere from) {
        Cancels here = ofThread();
        if (here.depth > 0) {
            here.passOn(to, message, counted);
            return;
        }
        here.place = from == null ? CancelledHere.of(to.loop) : from;
        try {
            here.passAll(to, message, counted);
        } finally {
            here.place = null;
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
            if (outermost
                    && here.depth == 0) { // deeper, it belongs to the call that is outermost: a circle is found by it
                here.sweep = 0;
            }
            here.owner = here.depth == 0 && here.sweep == 0 ? null : here.owner;
        }
    }

    private void passAll(TaskHandle to, @Nullable String message, boolean counted) {
        boolean alone = sweep == 0;
        try {
            passOn(to, message, counted);
        } finally {
            workOff();
            if (alone) {
                sweep = 0;
                owner = null;
            }
        }
        CancelCycleException found = circle;
        circle = null;
        if (found != null) {
            throw found;
        }
    }

    private void passOn(TaskHandle to, @Nullable String message, boolean counted) {
        if (circle != null) {
            return;
        }
        if (!counted) {
            to.countCancel();
        }
        to.cancelledAt(place);
        if (depth == DEPTH) {
            defer(to, message);
        } else {
            call(to, message);
        }
    }

    private void call(TaskHandle to, @Nullable String message) {
        depth++;
        try {
            to.cancelNow(message);
        } finally {
            depth--;
        }
    }

    private void defer(TaskHandle to, @Nullable String message) {
        if (sweep == 0) {
            sweep = SWEEPS.incrementAndGet();
        }
        if (to.sweep != sweep) {
            to.sweep = sweep;
            to.passing = true;
            met.add(new Deferred(to, message, false));
        } else if (to.passing) {
            circle = new CancelCycleException(Foreign.text(to.task())
                    + " waits for itself, by way of what it waits for. A cancel cannot end that");
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
            if (next.passed) {
                next.to.passing = false;
                continue;
            }
            deferred.addFirst(new Deferred(next.to, null, true));
            try {
                call(next.to, next.message);
            } catch (Throwable e) { // no stack or no memory: the others have theirs
                next.to.loop.callExceptionHandler(
                        new ExceptionContext("A cancel could not be passed on", e, next.to.task()));
            }
        }
        forget(met);
        forget(deferred);
    }

    /** It was a circle: whoever comes to these tasks next has to find that too. */
    private static void forget(Collection<Deferred> given) {
        for (Deferred each : given) {
            each.to.passing = false;
            each.to.sweep = 0;
        }
        given.clear();
    }
}
