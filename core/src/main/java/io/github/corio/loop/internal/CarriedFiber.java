package io.github.corio.loop.internal;

import org.jspecify.annotations.Nullable;

/**
 * A fiber that is a virtual thread on a carrier of our own. All fibers of a loop are on one carrier, so that a switch inside a loop never
 * leaves the carrier's thread.
 *
 * <p>Giving the baton away means to leave the stack. Nothing is committed before that, so a fiber that cannot leave (a native frame, a class
 * initializer) still has the baton and gets an exception. The carrier then goes on with the loop that was {@link #left} behind:
 *
 * <pre>{@code
 *   next is a suspended body         mount its fiber
 *   next is a new body, a callback   mount a free fiber, which drives the loop
 *   next is the engine's own         run it here, on the carrier's stack
 *   nothing is next                  give the baton back, here or on a free fiber
 * }</pre>
 *
 * <p>On the carrier's own stack nothing foreign runs, and no lock is taken that a virtual thread may hold. So a loop that needs its
 * Scheduler, or that ends, is mounted on a free fiber for that.
 */
final class CarriedFiber extends Fiber {
    private final Home home;
    private final Mounted thread;
    /** The loop to drive, while this fiber is free. */
    private @Nullable Engine assigned;
    /** The assigned loop is still in the queue of the carrier, and somebody may have taken it out of there. */
    private boolean visit;
    /** It waits for a loop to drive, and the carrier has not noted that yet. */
    private boolean free;
    /** The loop whose baton this fiber has left behind for the carrier. */
    private @Nullable Engine left;

    /** Where a fiber goes when it is free, and what happens on its carrier when it has stopped. */
    interface Home {
        Carrier carrier();

        /** How many handles of a loop may run before other loops get their turn. */
        int budget();

        /** On a free fiber: waits for the next loop. False if the fiber is not needed any more. */
        boolean keep(CarriedFiber fiber);

        /** On the carrier's own stack. */
        void stopped(CarriedFiber fiber, CarrierFiber.Stop stop);
    }

    CarriedFiber(Home home) {
        this.home = home;
        this.thread = new Mounted(home.carrier());
    }

    // ---- on the fiber ----

    private void run() {
        FiberThreads.LIVE.increment();
        try {
            do {
                driveAssigned();
            } while (home.keep(this));
        } finally {
            FiberThreads.LIVE.decrement();
        }
    }

    /** In a frame of its own: a fiber that waits must not keep its last loop alive. */
    private void driveAssigned() {
        Engine loop = assigned;
        assigned = null;
        if (loop == null) {
            return;
        }
        if (visit) {
            if (!loop.life.arrive()) {
                return;
            }
            loop.budget = home.budget();
        }
        drive(loop);
    }

    /** On the free fiber: leaves until it is mounted for another loop. */
    void waitForLoop() {
        free = true;
        thread.leave();
    }

    @Override
    void forget() {
        super.forget();
        VirtualThreads.forgetThreadLocals();
    }

    /** Nothing is given before the stack is left: the carrier finds what is next in flight. */
    @Override
    boolean give(Engine engine, @Nullable LoopHandle next) {
        left = engine;
        return true;
    }

    @Override
    void pass(Engine engine, SuspendableHandle.Stack stack) {
        left = engine;
    }

    @Override
    void park() {
        try {
            thread.leave();
        } catch (Throwable pinned) {
            left = null;
            throw pinned;
        }
    }

    @Override
    boolean mustYield(Engine loop) {
        return true;
    }

    @Override
    boolean yieldTo(Engine loop) {
        if (loop.idle != null || loop.turns.othersFirst()) { // the Scheduler's thread waits for this loop
            return loop.yieldToOthers();
        }
        left = loop;
        return true;
    }

    // ---- from any thread ----

    @Override
    Thread thread() {
        return thread.thread();
    }

    @Override
    void takeBaton() {
        home.carrier().submit(thread);
    }

    // ---- on the carrier's own stack ----

    /** This free fiber drives the loop when it is mounted: one whose baton it comes with, or a visit that may be too late. */
    void assign(Engine loop, boolean isVisit) {
        assigned = loop;
        visit = isVisit;
    }

    /** True if the fiber has stopped to wait for its next loop. */
    boolean takeFree() {
        boolean was = free;
        free = false;
        return was;
    }

    /** The loop that was left for the carrier to go on with. */
    @Nullable
    Engine takeLeft() {
        Engine loop = left;
        left = null;
        return loop;
    }

    /** See {@link CarrierFiber#goOnElsewhere}. */
    void goOnElsewhere(CarrierFiber.Stop stop) {
        thread.goOnElsewhere(stop);
    }

    CarrierFiber.Stop mount() {
        return thread.mount();
    }

    private final class Mounted extends CarrierFiber {
        Mounted(Carrier carrier) {
            super(carrier, FiberThreads.NAME, CarriedFiber.this::run);
        }

        @Override
        void resumed(Stop stop) {
            home.stopped(CarriedFiber.this, stop);
        }
    }
}
