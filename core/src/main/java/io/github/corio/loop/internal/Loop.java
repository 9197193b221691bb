package io.github.corio.loop.internal;

import org.jspecify.annotations.Nullable;

/** A loop as those see it that bring it to a thread: {@link Visit}, {@link Dispatcher}, {@link Rescue}. */
interface Loop extends Watched {
    Lifecycle life();

    /**
     * Runs what is ready, on a thread that has no body on its stack and that came with the baton. Returns when the baton is given back or
     * on its way. Never throws.
     */
    void drain();

    /** Asks the Scheduler once more. The caller came with the baton, and has it no longer when this returns. */
    void retry();

    /** The loop that the current thread runs. */
    static @Nullable Loop current() {
        CarrierFiber fiber = CarrierFiber.of(Thread.currentThread());
        return fiber != null ? (Loop) fiber.local : Current.RUNNING.get();
    }

    /** The current thread runs this loop from now on, or, with null, none. */
    static void current(@Nullable Loop loop) {
        CarrierFiber fiber = CarrierFiber.current();
        if (fiber != null) {
            fiber.local = loop;
        } else {
            Current.RUNNING.set(loop);
        }
    }

    /** The loops that threads run which are no fibers on carriers. */
    final class Current {
        private static final ThreadLocal<@Nullable Loop> RUNNING = new ThreadLocal<>();

        private Current() {}
    }
}
