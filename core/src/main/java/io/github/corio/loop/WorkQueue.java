package io.github.corio.loop;

import io.github.corio.loop.Carrier.Work;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The works of one carrier, oldest first, linked through the works themselves. Any thread lets one arrive: a push onto a Treiber stack. The
 * thread that serves the carrier turns what has arrived round, behind what it has put there itself.
 */
final class WorkQueue {
    private static final VarHandle ARRIVALS;

    static {
        try {
            ARRIVALS = MethodHandles.lookup().findVarHandle(WorkQueue.class, "arrivals", Work.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Work arrivals;
    private @Nullable Work first;
    private @Nullable Work last;

    // ---- any thread ----

    void arrive(Work work) {
        Work head;
        do {
            head = arrivals;
            work.next = head;
        } while (!ARRIVALS.compareAndSet(this, head, work));
    }

    boolean hasArrivals() {
        return arrivals != null;
    }

    // ---- the thread that serves the carrier ----

    void append(Work work) {
        if (last == null) {
            first = work;
        } else {
            last.next = work;
        }
        last = work;
    }

    boolean isEmpty() {
        return first == null && arrivals == null;
    }

    @Nullable
    Work poll() {
        if (arrivals != null) {
            takeArrivals();
        }
        Work work = first;
        if (work != null) {
            first = work.next;
            work.next = null;
            if (first == null) {
                last = null;
            }
        }
        return work;
    }

    private void takeArrivals() {
        Work newest = (Work) ARRIVALS.getAndSet(this, (Work) null);
        Work oldest = null;
        for (Work work = newest; work != null; ) {
            Work before = work.next;
            work.next = oldest;
            oldest = work;
            work = before;
        }
        if (oldest == null) {
            return;
        }
        if (last == null) {
            first = oldest;
        } else {
            last.next = oldest;
        }
        last = newest;
    }
}
