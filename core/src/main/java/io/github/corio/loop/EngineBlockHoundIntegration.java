package io.github.corio.loop;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound what the engine does that looks like blocking and is not: a fiber that waits for its turn, the short lock of a
 * Scheduler's delay queue, the start of a thread. A blocking call in a body is reported as on any thread that must not block.
 *
 * <p>Found by BlockHound through {@link java.util.ServiceLoader}; not for direct use. Stateless.
 *
 * @since 0.1.0
 */
public final class EngineBlockHoundIntegration implements BlockHoundIntegration {
    /** For the ServiceLoader. */
    public EngineBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        String dispatcher = "io.github.corio.loop.Dispatcher";
        String rescue = "io.github.corio.loop.Rescue";
        String virtualThread = "java.lang.VirtualThread";
        BlockHound.Builder unused = builder.nonBlockingThreadPredicate(
                        others -> others.or(EngineBlockHoundIntegration::runsBody))
                .markAsBlocking(virtualThread, "park", "()V")
                .markAsBlocking(virtualThread, "parkNanos", "(J)V")
                .markAsBlocking(virtualThread, "sleepNanos", "(J)V")
                .allowBlockingCallsInside("io.github.corio.loop.Engine", "<clinit>")
                .allowBlockingCallsInside("io.github.corio.loop.FiberChoice", "<clinit>")
                .allowBlockingCallsInside("io.github.corio.loop.Parker", "await")
                .allowBlockingCallsInside("io.github.corio.loop.ThreadFiber", "free")
                .allowBlockingCallsInside(dispatcher, "arm")
                .allowBlockingCallsInside(dispatcher, "disarm")
                .allowBlockingCallsInside(dispatcher, "dispatch")
                .allowBlockingCallsInside(dispatcher, "close")
                .allowBlockingCallsInside(rescue, "run")
                .allowBlockingCallsInside(rescue, "later")
                .allowBlockingCallsInside(rescue, "watch");
    }

    /** A fiber, while a body runs on it. A callback may block, and holds up its loop then. */
    private static boolean runsBody(Thread thread) {
        return FiberKind.isFiber(thread)
                && thread == Thread.currentThread()
                && Loop.current() instanceof Engine engine
                && engine.running instanceof Strand;
    }
}
