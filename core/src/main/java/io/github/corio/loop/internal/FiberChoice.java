package io.github.corio.loop.internal;

import io.github.corio.loop.FiberKind;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.Loggers;

/** Decides what a new loop is driven by and where its bodies run. The first decision is logged. */
final class FiberChoice {
    /** Why there are no carriers; null if there are. */
    private static final @Nullable String WHY_NO_CARRIERS =
            FiberKind.current() == FiberKind.VIRTUAL ? VirtualThreads.whyNot() : "the fibers are platform threads";

    static {
        Loggers.getLogger("io.github.corio.loop.EventLoop").info(describe());
    }

    private FiberChoice() {}

    /** What coroutines run on in this JVM, and why. */
    static String describe() {
        if (WHY_NO_CARRIERS == null) {
            return "Coroutines run on virtual threads, on " + CarrierLoops.count() + " carriers of Corio's own"
                    + (Boolean.getBoolean("corio.carriers.eventLoops") ? ", or on their subscribers' event loops" : "");
        }
        if (FiberKind.current() == FiberKind.VIRTUAL) {
            return "Coroutines run on virtual threads, on the JDK's pool: for carriers of Corio's own, "
                    + WHY_NO_CARRIERS;
        }
        return "Coroutines run on platform threads"
                + (FiberThreads.VIRTUAL == null
                        ? ": Java " + Runtime.version().feature() + " has no virtual ones"
                        : ", as -Dcorio.fibers says");
    }

    static boolean hasCarriers() {
        return WHY_NO_CARRIERS == null;
    }

    static Engine engine(Object face, Scheduler scheduler) {
        if (!hasCarriers()) {
            return new Engine(face, SchedulerPort.of(scheduler), ThreadFiber::free);
        }
        CarrierLoops loops = CarrierLoops.next();
        Port port = GenuineParallel.is(scheduler)
                ? new CarrierPort(scheduler, loops.carrier(), loops)
                : SchedulerPort.of(scheduler);
        return new Engine(face, port, loops);
    }

    /** What runs a loop on the event loop of others. */
    static Engine engine(Object face, EventLoopCarrier carrier) {
        EventLoopPort port = new EventLoopPort(carrier.scheduler(), carrier, carrier.fibers());
        Engine engine = new Engine(face, port, carrier.fibers());
        port.serves(engine);
        return engine;
    }
}
