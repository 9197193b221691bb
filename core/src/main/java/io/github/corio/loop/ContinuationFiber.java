package io.github.corio.loop;

import org.jspecify.annotations.Nullable;

/**
 * A fiber that is a {@code jdk.internal.vm.Continuation}, mounted by the loop's worker on its own thread.
 *
 * <p>Giving the baton away means to yield to the worker, which goes on with {@link LoopCore#taken}. Nothing is committed
 * before the yield, so one that fails (pinned, overflow) leaves everything as it was.
 */
final class ContinuationFiber extends Fiber {
    private final Object continuation;
    private final Strand first;
    /** True from before a yield until the worker has noticed it. Tells a yield that failed from an error after it. */
    private boolean leaving;

    ContinuationFiber(LoopCore loop, Strand first) {
        super(loop);
        this.first = first;
        this.continuation = FiberKind.newContinuation(() -> runBodies(this.first));
    }

    /** Runs this fiber on the current thread, which is the worker's, until it gives the baton up. */
    void mount() {
        leaving = false;
        FiberKind.runContinuation(continuation);
        leaving = false;
    }

    @Override
    boolean give(@Nullable Strand strand) {
        return true; // the worker finds it in loop.taken
    }

    @Override
    boolean yieldsToOthers() {
        return true;
    }

    @Override
    void park() {
        leaving = true;
        try {
            FiberKind.yieldContinuation();
        } catch (StackOverflowError e) {
            if (leaving) {
                throw e;
            } // else it struck on the way back in: the wake-up has been delivered
        } catch (IllegalStateException pinned) {
            throw new IllegalStateException(
                    "A coroutine on " + Thread.currentThread()
                            + " cannot suspend here, because its continuation is pinned: "
                            + "there is a native frame, a class initializer or (before Java 24) a synchronized block between "
                            + "its body and this await. Move the await out of it, or run with -Dcorio.fibers=virtual.",
                    pinned);
        }
        leaving = false;
    }

    /** Woken by a fiber that is not on the worker's thread: the worker has to do it. */
    @Override
    void takeBaton(Strand woken) {
        loop.dismissIdle(); // the thread that waits may be the very one the worker runs on
        loop.dispatch();
    }
}
