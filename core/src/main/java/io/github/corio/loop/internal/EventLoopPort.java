package io.github.corio.loop.internal;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** Somebody's event loop in the place of a Scheduler. Unlike a carrier of our own it may be shut down. */
final class EventLoopPort extends CarrierPort {
    private final EventLoopCarrier carrier;
    private @Nullable Engine loop;

    EventLoopPort(Scheduler scheduler, EventLoopCarrier carrier, CarrierLoops loops) {
        super(scheduler, carrier, loops);
        this.carrier = carrier;
    }

    /** From now on the loop is closed when the event loop is gone. */
    void serves(Engine engine) {
        this.loop = engine;
        carrier.add(engine);
    }

    @Override
    public void ask(Visit visit) {
        if (carrier.gone()) {
            throw new RejectedExecutionException("The event loop of this thread was shut down");
        }
        super.ask(visit);
    }

    @Override
    public boolean gone() {
        return carrier.gone();
    }

    @Override
    public void close() {
        Engine closed = loop;
        if (closed != null) {
            carrier.remove(closed);
        }
        super.close();
    }
}
