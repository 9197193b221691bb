package io.github.corio.loop.internal;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** Where a loop gets threads and time from: its Scheduler, or a carrier in the place of it. What it throws is a refusal. */
interface Port {
    /** Asks for a thread that runs the visit. Any thread. */
    void ask(Visit visit);

    /** The time, in nanoseconds since some fixed point. Any thread. */
    long now();

    /**
     * Asks for a call at a later time. The holder of the baton.
     *
     * @param ring called once, on a thread that may drain the loop if this says so
     * @return what takes that back, on any thread
     */
    Disposable after(long nanos, Runnable ring);

    /** True if a thread of {@link #after} may drain the loop; else it has to ask for one. */
    boolean ringsWhereItMayDrain();

    /** True if none of this calls code of others, nor takes a lock: then a carrier may use it on its own stack. */
    boolean callsNobody();

    /** Says whether it will never run anything again. Any thread. */
    boolean gone();

    /** The loop needs it no longer. */
    void close();

    Scheduler scheduler();

    Scheduler.Worker worker();

    /** Decides between timers of equal deadline, if somebody wants a say in that. */
    @Nullable
    TieBreaker ties();
}
