package io.github.corio.loop;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The loops of one carrier: their visits wait in the queue of the carrier, and free fibers drive them. See {@link CarriedFiber} for what the
 * carrier does with a loop that a fiber has left behind.
 */
final class CarrierLoops implements CarriedFiber.Home, Fibers<Engine> {
    /** How many free fibers a carrier keeps. */
    private static final int KEPT = 64;

    private static final AtomicInteger TURN = new AtomicInteger();
    private static final AtomicReferenceArray<CarrierLoops> ALL = new AtomicReferenceArray<>(Math.max(
            1, Integer.getInteger("corio.carriers", Runtime.getRuntime().availableProcessors())));

    static {
        for (int i = 0; i < ALL.length(); i++) {
            ALL.set(i, new CarrierLoops(new CarrierThread("corio-carrier-" + (i + 1))));
        }
    }

    private final CarrierThread carrier;
    /** Belongs to the carrier. */
    private final ArrayDeque<CarriedFiber> free = new ArrayDeque<>(KEPT);

    private CarrierLoops(CarrierThread carrier) {
        this.carrier = carrier;
    }

    @Override
    public CarrierThread carrier() {
        return carrier;
    }

    // ---- any thread ----

    static int count() {
        return ALL.length();
    }

    /** Those of one of the carriers, in turn. The carrier has started. */
    static CarrierLoops next() {
        CarrierLoops loops = ALL.get(Integer.remainderUnsigned(TURN.getAndIncrement(), ALL.length()));
        loops.carrier.startOnce();
        return loops;
    }

    /** Has another carrier take the turns of one that is lost. */
    static void replace(Carrier lost) {
        for (int i = 0; i < ALL.length(); i++) {
            CarrierLoops loops = ALL.get(i);
            if (loops.carrier == lost) {
                ALL.compareAndSet(i, loops, new CarrierLoops(new CarrierThread(loops.carrier.getName() + "-again")));
            }
        }
    }

    /** What takes the baton to the carrier, where a free fiber gets it. */
    @Override
    public Strand.Stack free(Engine loop) {
        return new Way(loop, false);
    }

    /** Asks for a fiber that drives the loop, if its baton is still in the queue by then. */
    void visit(Engine loop) {
        carrier.submit(new Arrival(loop, true));
    }

    private final class Way extends Strand.Stack {
        private final Arrival arrival;

        Way(Engine loop, boolean isVisit) {
            this.arrival = new Arrival(loop, isVisit);
        }

        @Override
        void takeBaton() {
            carrier.submit(arrival);
        }

        @Override
        void suspend(Strand self) {
            throw new IllegalStateException("No body runs here");
        }

        @Override
        void yieldTurn(Strand self) {
            throw new IllegalStateException("No body runs here");
        }

        @Override
        void startNow(Strand self, Strand child) {
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
        if (free.size() >= KEPT) {
            return false;
        }
        free.push(fiber); // nobody can mount it before it has left: this is the carrier's thread
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
        Engine loop = fiber.takeLeft();
        if (loop == null) {
            return null;
        }
        if (loop.turns.taken instanceof Strand strand && strand.stack instanceof CarriedFiber suspended) {
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
        if (fiber == null) {
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
