package io.github.corio.tck;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;
import reactor.blockhound.BlockHound;

/**
 * Installs BlockHound before the first test. BlockHound's own listener does so where it is loaded. If several JVMs share the tests of a
 * module, Surefire looks for the tests in Maven's JVM first, which has to stay as it is.
 */
public final class BlockHoundInTests implements TestExecutionListener {
    /** For the service loader. */
    public BlockHoundInTests() {}

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        BlockHound.install();
    }
}
