package io.github.corio.loop.internal;

import io.github.corio.loop.EventLoopExecutors;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The event loops of others that carry. */
final class EventLoopCarriers {
    /** Null if they may not. */
    private static final @Nullable EventLoopExecutors EXECUTORS = isOn() ? EventLoopExecutors.load() : null;

    static final boolean ARE_THERE = EXECUTORS != null;

    private static final ConcurrentMap<ScheduledExecutorService, EventLoopCarrier> CARRIERS = new ConcurrentHashMap<>();

    private EventLoopCarriers() {}

    private static boolean isOn() {
        return FiberChoice.hasCarriers() && Boolean.getBoolean("corio.carriers.eventLoops");
    }

    /** The carrier whose thread, or whose fiber, this is; null if there is none that may carry. */
    static @Nullable EventLoopCarrier current() {
        if (EXECUTORS == null) {
            return null;
        }
        CarrierFiber fiber = CarrierFiber.current();
        if (fiber != null) {
            return fiber.carrier instanceof EventLoopCarrier carrier && !carrier.gone() ? carrier : null;
        }
        if (VirtualThreads.currentCarrier() != Thread.currentThread()) {
            return null;
        }
        ScheduledExecutorService executor = EXECUTORS.current();
        return executor == null || executor.isShutdown() ? null : of(executor);
    }

    private static EventLoopCarrier of(ScheduledExecutorService executor) {
        EventLoopCarrier carrier = CARRIERS.get(executor);
        if (carrier == null) { // only the thread of the event loop comes here
            CARRIERS.values().removeIf(EventLoopCarrier::gone);
            carrier = new EventLoopCarrier(executor);
            CARRIERS.put(executor, carrier);
        }
        return carrier;
    }
}
