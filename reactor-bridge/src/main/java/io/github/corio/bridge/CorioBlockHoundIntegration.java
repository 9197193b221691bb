package io.github.corio.bridge;

import io.github.corio.loop.FiberKind;
import io.github.corio.loop.internal.Loops;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Lets BlockHound see the calls that block in the body of a coroutine, on every kind of fiber. It sees a callback of a
 * loop where the thread of that callback must not block.
 *
 * <p>The loops have a few calls that look like blocking and are not, and BlockHound allows these. A fiber waits for its
 * turn, a Scheduler's delay queue has a short lock, and a thread starts.
 *
 * <p>Found by BlockHound through {@link java.util.ServiceLoader}, not for direct use. Stateless.
 *
 * <ul>
 *   <li><b>asyncio:</b> the log of slow callbacks in debug mode.
 * </ul>
 *
 * @since 0.1.0
 */
public final class CorioBlockHoundIntegration implements BlockHoundIntegration {
    /** For the ServiceLoader. */
    public CorioBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        String loop = "io.github.corio.loop.internal.";
        String virtualThread = "java.lang.VirtualThread";
        BlockHound.Builder unused = builder.addDynamicThreadPredicate(FiberKind::isFiber) // a fiber has a body at times
                .nonBlockingThreadPredicate(others -> others.or(CorioBlockHoundIntegration::runsBody))
                .markAsBlocking(virtualThread, "park", "()V")
                .markAsBlocking(virtualThread, "parkNanos", "(J)V")
                .markAsBlocking(virtualThread, "sleepNanos", "(J)V")
                .allowBlockingCallsInside(loop + "Engine", "<clinit>")
                .allowBlockingCallsInside(loop + "FiberChoice", "<clinit>")
                .allowBlockingCallsInside(loop + "EventLoopCarrier", "serve")
                .allowBlockingCallsInside(loop + "EventLoopCarriers", "<clinit>")
                .allowBlockingCallsInside(loop + "EventLoopCarriers", "of")
                .allowBlockingCallsInside(loop + "EventLoopWatch", "awake")
                .allowBlockingCallsInside(loop + "Parker", "await")
                .allowBlockingCallsInside(loop + "ThreadFiber", "free")
                .allowBlockingCallsInside(loop + "Dispatcher", "arm")
                .allowBlockingCallsInside(loop + "Dispatcher", "disarm")
                .allowBlockingCallsInside(loop + "Dispatcher", "dispatch")
                .allowBlockingCallsInside(loop + "Dispatcher", "close")
                .allowBlockingCallsInside(loop + "Rescue", "run")
                .allowBlockingCallsInside(loop + "Rescue", "later")
                .allowBlockingCallsInside(loop + "Rescue", "watch")
                .allowBlockingCallsInside("io.github.corio.bridge.FutureWaiters", "submit");
    }

    /** A fiber, while a body runs on it. */
    private static boolean runsBody(Thread thread) {
        return FiberKind.isFiber(thread) && thread == Thread.currentThread() && Loops.inTask();
    }
}
