package io.github.corio.bridge;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound what the bridge does that looks like blocking and is not. What the engine does is said by
 * {@link io.github.corio.loop.EngineBlockHoundIntegration}.
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
        BlockHound.Builder unused = builder.allowBlockingCallsInside("io.github.corio.bridge.FutureWaiters", "submit");
    }
}
