package io.github.corio.tck;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Lets others' code in the tests take its short locks on threads that must not block. BlockHound throws out of the wait for such a lock, and
 * the thread stays in the lock's queue: from then on nobody gets the lock, and whoever asks for it hangs.
 *
 * <ul>
 *   <li>An executor has such a lock for its queue. A {@code parallel()} thread that completes what a loop on the executor waits for asks
 *       it for a thread.
 *   <li>The TCK's subscribers have one for the queue they put signals in. There, BlockHound's error would also come in the place of the
 *       signal, and the TCK would wait for it in vain.
 * </ul>
 */
public final class TestsBlockHoundIntegration implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "execute")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Receptacle", "add")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Receptacle", "complete")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Promise", "complete")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Promise", "completeImmediatly");
    }
}
