package io.github.corio.loop;

import org.jspecify.annotations.Nullable;

/**
 * A stack that bodies run on. While a body of its loop runs on it, it holds the loop's baton.
 *
 * <p><b>Drain in place.</b> A body that has to wait does not leave its stack at once: the fiber goes on draining the loop
 * right there. If the next handle is the body's own wake-up it simply returns: no switch. Plain callbacks are run on the
 * spot. Only for another body's wake-up, for the start of a new body, or when nothing is left, is the baton given away and
 * the stack left. A fiber whose body has ended drains on too, and starts the next new body on itself.
 *
 * <p>A body is never run on top of a suspended one.
 */
abstract class Fiber extends Strand.Stack {
    LoopCore loop;

    Fiber(LoopCore loop) {
        this.loop = loop;
    }

    /**
     * Passes the baton on: to the stack of the strand, which may have to be made; with null, back to the loop.
     *
     * @return false if the caller still has the baton
     */
    abstract boolean give(@Nullable Strand strand);

    /** Leaves the stack until somebody gives this fiber the baton. */
    abstract void park();

    /** The worker's budget is spent. True if the baton has to be given up for that. */
    abstract boolean yieldsToOthers();

    @Override
    final void suspend(Strand self) {
        checkOpen();
        loop.leave();
        try {
            if (drainUntil(self)) {
                park();
            }
        } catch (Throwable failed) { // a continuation that cannot leave these frames: the baton is still here
            loop.enterAgain(self);
            throw failed;
        }
        loop.enter(self);
        checkOpen();
    }

    @Override
    final void yieldTurn(Strand self) {
        if (self.starter == null && loop.alone()) {
            loop.budget--; // others on the worker get their turn all the same
            return;
        }
        Headroom.toSuspend();
        boolean unused = loop.enqueue(self);
        suspend(self);
    }

    @Override
    final void startNow(Strand self, Strand child) {
        loop.putBack();
        loop.leave();
        child.starter = self;
        loop.taken = child;
        try {
            if (give(child)) {
                park();
            }
        } catch (Throwable pinned) { // then it starts as soon as this one suspends
            child.starter = null;
            loop.enterAgain(self);
            return;
        }
        loop.enter(self);
    }

    /** Runs the strand to its end, then others that are ready to start, until the baton has been given away. */
    final void runBodies(Strand first) {
        Strand strand = first;
        do {
            strand.stack = this;
            begins();
            loop.call(strand);
            strand.stack = null;
            strand.cancel(); // a wake-up that comes late finds nobody
            loop.strands.remove(strand);
        } while ((strand = nextBody(strand)) != null);
    }

    /** A body begins on this fiber, perhaps after another one. */
    void begins() {}

    /** Drains on after a body has ended: a new body to run here, or null when the baton has been given away. */
    private @Nullable Strand nextBody(Strand ended) {
        for (; ; ) {
            Strand strand = drain(ended);
            if (strand != null && strand.stack == null) {
                return strand;
            }
            if (give(strand)) {
                return null;
            }
        }
    }

    /** Drains until the strand is woken: false; or until the baton has been given away: true. */
    private boolean drainUntil(Strand self) {
        for (; ; ) {
            Strand strand = drain(self);
            if (strand == self) {
                return false;
            }
            if (give(strand)) {
                return true;
            }
        }
    }

    /** Runs callbacks until a strand with a stack is next; null if nothing is, or if others must have their turn. */
    private @Nullable Strand drain(Strand self) {
        Strand starter = self.starter;
        if (starter != null) { // this was an eager first step: back to the one that asked for it
            self.starter = null;
            loop.taken = starter;
            return starter;
        }
        for (; ; ) {
            if (loop.budget <= 0 && yieldsToOthers()) {
                return null;
            }
            Handle handle = loop.next();
            if (handle == null) {
                return null;
            }
            if (handle instanceof Strand strand && strand.stackful) {
                return strand;
            }
            loop.call(handle);
        }
    }

    private void checkOpen() {
        if (loop.closed) {
            loop.refused();
            throw new LoopClosedError("The event loop was closed while this code was waiting on it; it cannot go on. "
                    + "Cancel and await what still runs before the loop is closed (Asyncio.run does).");
        }
    }
}
