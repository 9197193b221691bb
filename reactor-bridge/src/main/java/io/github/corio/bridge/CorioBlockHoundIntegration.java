package io.github.corio.bridge;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound what the loops do that looks like blocking and is not: to look for services once, and to take the short
 * lock of a worker's delay queue. A blocking call in a body that runs on a thread which must not block is reported as
 * anywhere else.
 *
 * <p>Found by BlockHound through {@link java.util.ServiceLoader}; not for direct use. Stateless.
 *
 * @since 0.1.0
 */
public final class CorioBlockHoundIntegration implements BlockHoundIntegration {
    /** For the ServiceLoader. */
    public CorioBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        String loop = "io.github.corio.loop.LoopCore";
        BlockHound.Builder unused = builder.allowBlockingCallsInside(loop, "<clinit>")
                .allowBlockingCallsInside(loop, "arm")
                .allowBlockingCallsInside(loop, "disarm")
                .allowBlockingCallsInside(loop, "dispatch")
                .allowBlockingCallsInside("io.github.corio.loop.ThreadFiber", "acquire")
                .allowBlockingCallsInside("io.github.corio.bridge.FutureWaiters", "submit");
    }
}
