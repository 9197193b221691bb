package io.github.corio.loop.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A fiber as the smallest engine would run it: what has left goes to the end of its carrier's queue, unless it was {@link
 * #hold held}: then it waits for {@link #letGo}.
 */
final class FiberOnCarrier {
    interface Body {
        void run(FiberOnCarrier self) throws Exception;
    }

    final CarrierFiber fiber;
    final CountDownLatch ended = new CountDownLatch(1);
    private final Carrier carrier;
    private final Carrier.Work mount;
    private final CountDownLatch held = new CountDownLatch(1);
    private boolean hold;
    private volatile Throwable failure;
    volatile int blocked;

    private FiberOnCarrier(Carrier carrier, String name, Body body) {
        this.carrier = carrier;
        fiber = new CarrierFiber(carrier, name, () -> call(body)) {
            @Override
            void resumed(Stop stop) {
                stopped(stop);
            }
        };
        mount = new Carrier.Work() {
            @Override
            void onCarrier() {
                stopped(fiber.mount());
            }
        };
    }

    static FiberOnCarrier start(Carrier carrier, Body body) {
        return start(carrier, "fiber", body);
    }

    static FiberOnCarrier start(Carrier carrier, String name, Body body) {
        FiberOnCarrier fiber = new FiberOnCarrier(carrier, name, body);
        carrier.submit(fiber.mount);
        return fiber;
    }

    static OwnCarrier carrier(String name) {
        OwnCarrier carrier = new OwnCarrier(name, () -> {});
        boolean unused = carrier.startOnce();
        return carrier;
    }

    private void call(Body body) {
        try {
            body.run(this);
        } catch (Throwable e) {
            failure = e;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // on the carrier only
    private void stopped(CarrierFiber.Stop stop) {
        switch (stop) {
            case LEFT -> {
                if (hold) {
                    held.countDown();
                } else {
                    carrier.submit(mount);
                }
            }
            case BLOCKED -> blocked++;
            case ENDED -> ended.countDown();
        }
    }

    /** On the fiber: lets the others have their turn. */
    void leave() {
        fiber.leave();
    }

    /** On the fiber: leaves until it is let go. Once in its life. */
    void hold() {
        hold = true;
        fiber.leave();
        hold = false;
    }

    /** On any other thread: waits until it has left to be held. */
    FiberOnCarrier awaitHeld() throws InterruptedException {
        if (!held.await(100, TimeUnit.SECONDS)) {
            throw new AssertionError("It has not left");
        }
        return this;
    }

    void letGo() {
        carrier.submit(mount);
    }

    /** Waits for its end, and throws what its body threw. */
    void join() throws Exception {
        if (!ended.await(100, TimeUnit.SECONDS)) {
            AssertionError error = new AssertionError("It has not ended");
            error.setStackTrace(fiber.thread().getStackTrace());
            throw error;
        }
        if (failure instanceof Exception e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }
}
