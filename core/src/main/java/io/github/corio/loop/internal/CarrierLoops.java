package io.github.corio.loop.internal;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The loops of one carrier: their visits wait in the queue of the carrier, and free fibers drive them. See {@link CarriedFiber} for what the
 * carrier does with a loop that a fiber has left behind.
 */
final class CarrierLoops implements CarriedFiber.Home, Fibers<Engine> {
    /** How many free fibers a carrier keeps. */
    private static final int KEPT = 64;

    private static final AtomicInteger TURN = new AtomicInteger();
    private static final CarrierLoops[] ALL = new CarrierLoops
            [Math.max(
                    1, Integer.getInteger("corio.carriers", Runtime.getRuntime().availableProcessors()))];
    private static final OwnCarrier[] OWN = new OwnCarrier[ALL.length];

    static {
        for (int i = 0; i < ALL.length; i++) {
            OWN[i] = new OwnCarrier("corio-carrier-" + (i + 1), CarrierWatch::awake);
            ALL[i] = new CarrierLoops(OWN[i], Engine.BUDGET);
        }
    }

    private final Carrier carrier;
    private final int budget;
    /** Belongs to the carrier. */
    private final ArrayDeque<CarriedFiber> free = new ArrayDeque<>(KEPT);
    /** About how many those are. */
    private volatile int kept;
    /** No fiber is kept any more. */
    private volatile boolean ended;

    CarrierLoops(Carrier carrier, int budget) {
        this.carrier = carrier;
        this.budget = budget;
    }

    @Override
    public Carrier carrier() {
        return carrier;
    }

    @Override
    public int budget() {
        return budget;
    }

    // ---- any thread ----

    static int count() {
        return ALL.length;
    }

    /** Those of one of the carriers, in turn. The carrier has started. */
    static CarrierLoops next() {
        int next = Integer.remainderUnsigned(TURN.getAndIncrement(), ALL.length);
        if (OWN[next].startOnce()) {
            CarrierWatch.watch(OWN[next]);
        }
        return ALL[next];
    }

    /** What takes the baton to the carrier, where a free fiber gets it. */
    @Override
    public SuspendableHandle.Stack free(Engine loop) {
        return new Way(loop, false);
    }

    /** Asks for a fiber that drives the loop, if its baton is still in the queue by then. */
    void visit(Engine loop) {
        carrier.submit(new Arrival(loop, true));
    }

    /** Nothing more is to come: the free fibers end. */
    void end() {
        ended = true;
        carrier.submit(new Carrier.Work() {
            @Override
            void onCarrier() {
                for (CarriedFiber fiber; (fiber = free.poll()) != null; ) {
                    mount(fiber);
                }
            }
        });
    }

    private final class Way extends SuspendableHandle.Stack {
        private final Arrival arrival;

        Way(Engine loop, boolean isVisit) {
            this.arrival = new Arrival(loop, isVisit);
        }

        @Override
        @Nullable
        Thread thread() {
            return null;
        }

        @Override
        void takeBaton() {
            carrier.submit(arrival);
        }

        @Override
        void suspend(SuspendableHandle self) {
            throw new IllegalStateException("No body runs here");
        }

        @Override
        void yieldTurn(SuspendableHandle self) {
            throw new IllegalStateException("No body runs here");
        }

        @Override
        boolean startNow(SuspendableHandle self, SuspendableHandle child) {
            throw new IllegalStateException("No body runs here");
        }
    }

    private final class Arrival extends Carrier.Work {
        private final Engine loop;
        private final boolean isVisit;

        Arrival(Engine loop, boolean isVisit) {
            this.loop = loop;
            this.isVisit = isVisit;
        }

        @Override
        void onCarrier() {
            mount(drivenBy(loop, isVisit));
        }
    }

    // ---- on a fiber of the carrier ----

    @Override
    public boolean keep(CarriedFiber fiber) {
        if (ended || kept >= KEPT) {
            return false;
        }
        fiber.waitForLoop();
        return true;
    }

    // ---- on the carrier's own stack ----

    @Override
    public void stopped(CarriedFiber fiber, CarrierFiber.Stop stop) {
        mount(next(fiber, stop));
    }

    private void mount(@Nullable CarriedFiber first) {
        for (CarriedFiber fiber = first; fiber != null; ) {
            fiber = next(fiber, fiber.mount());
        }
    }

    /** Which fiber is to be mounted, now that this one has stopped. */
    private @Nullable CarriedFiber next(CarriedFiber fiber, CarrierFiber.Stop stop) {
        if (stop == CarrierFiber.Stop.BLOCKED) { // it waits for something that is not ours
            return null;
        }
        if (!carrier
                .isOwnStack()) { // the fiber has held this thread up for so long that another one is the carrier's now
            fiber.goOnElsewhere(stop);
            return null;
        }
        if (fiber.takeFree() && stop == CarrierFiber.Stop.LEFT) {
            free.push(fiber);
            kept = free.size();
        }
        Engine loop = fiber.takeLeft();
        if (loop == null) {
            return null;
        }
        if (loop.turns.taken instanceof SuspendableHandle handle && handle.stack instanceof CarriedFiber suspended) {
            return suspended;
        }
        if (loop.turns.taken == null && loop.idle == null && !loop.turns.othersFirst()) {
            if (loop.budget <= 0) { // other loops have their turn
                loop.life.enqueue();
                visit(loop);
                return null;
            }
            if (isFreed(loop)) {
                return null;
            }
        }
        return drivenBy(loop, false);
    }

    private static boolean isFreed(Engine loop) {
        try {
            return loop.free();
        } catch (Throwable noMemory) { // a fiber tries it again, and can tell
            return false;
        }
    }

    /** A free fiber that drives the loop when it is mounted; null if there is none for now: then it is tried later. */
    private @Nullable CarriedFiber drivenBy(Engine loop, boolean isVisit) {
        CarriedFiber fiber = free.poll();
        if (fiber != null) {
            kept = free.size();
        } else {
            try {
                fiber = new CarriedFiber(this);
            } catch (Throwable noMemory) {
                if (!isVisit) {
                    loop.life.enqueue();
                }
                Rescue.later(loop, Integer.MAX_VALUE);
                return null;
            }
        }
        fiber.assign(loop, isVisit);
        return fiber;
    }
}
