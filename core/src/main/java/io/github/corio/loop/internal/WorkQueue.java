package io.github.corio.loop.internal;

import io.github.corio.loop.internal.Carrier.Work;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The works of one carrier, oldest first, linked through the works themselves. Any thread lets one arrive: a push onto a Treiber stack. The
 * thread that serves the carrier turns what has arrived round, behind what it has put there itself.
 *
 * <p>That stack is also where whoever lets a work arrive meets a carrier that goes to sleep: it finds {@link #ASLEEP} there, and has
 * to wake it.
 */
final class WorkQueue {
    private static final Work ASLEEP = new Work() {
        @Override
        void onCarrier() {}
    };
    private static final VarHandle ARRIVALS;

    static {
        try {
            ARRIVALS = MethodHandles.lookup().findVarHandle(WorkQueue.class, "arrivals", Work.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // by ARRIVALS
    private volatile @Nullable Work arrivals;

    private @Nullable Work first;
    private @Nullable Work last;

    // ---- any thread ----

    /** True if the carrier sleeps: then it has to be woken, by nobody else. */
    boolean arrive(Work work) {
        Work head;
        do {
            head = arrivals;
            work.next = head == ASLEEP ? null : head;
        } while (!ARRIVALS.compareAndSet(this, head, work));
        return head == ASLEEP;
    }

    boolean isAsleep() {
        return arrivals == ASLEEP;
    }

    /** Exact for works that have arrived; a guess, from another thread, for those in the queue. */
    boolean isEmpty() {
        return first == null && !hasArrivals();
    }

    boolean hasArrivals() {
        Work arrived = arrivals;
        return arrived != null && arrived != ASLEEP;
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

    @Nullable
    Work poll() {
        if (arrivals != null) {
            takeArrivals();
        }
        Work work = first;
        if (work != null) {
            Work following = work.next;
            first = following;
            if (following == null) {
                last = null;
            } else {
                work.next = null;
            }
        }
        return work;
    }

    /** False if a work has arrived before. Once it is true, the one that {@link #arrive} tells so wakes the carrier. */
    boolean fallsAsleep() {
        return ARRIVALS.compareAndSet(this, (Work) null, ASLEEP);
    }

    void isAwake() {
        ARRIVALS.compareAndSet(this, ASLEEP, (Work) null);
    }

    private void takeArrivals() {
        Work newest = (Work) ARRIVALS.getAndSet(this, (Work) null);
        Work oldest = null;
        for (Work work = newest == ASLEEP ? null : newest; work != null; ) { // ASLEEP: of the thread before
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
