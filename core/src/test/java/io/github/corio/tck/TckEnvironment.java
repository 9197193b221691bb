package io.github.corio.tck;

import java.time.Duration;
import org.reactivestreams.tck.TestEnvironment;

/**
 * How long the TCK waits, for all of its tests here. It comes with {@link TestsBlockHoundIntegration}, also in the tests of
 * other modules: without that, a signal on a thread that must not block may be lost in the TCK itself.
 */
public final class TckEnvironment extends TestEnvironment {
    /** For what has to come: long, since a machine may stall. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** For what must not come. */
    private static final Duration SILENCE = Duration.ofMillis(50);

    /** How often it looks for an error while it waits; by default only once, at the end of its patience. */
    private static final Duration POLL = Duration.ofMillis(10);

    public TckEnvironment() {
        super(PATIENCE.toMillis(), SILENCE.toMillis(), POLL.toMillis());
    }
}
