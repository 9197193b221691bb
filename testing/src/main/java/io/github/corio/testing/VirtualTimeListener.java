package io.github.corio.testing;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Called by JUnit, which finds it on the class path, before it loads any test class: makes Reactor's Schedulers follow virtual time from then on,
 * so that those in fields, static fields and beans do as well. Public for JUnit only.
 *
 * @since 0.1.0
 */
public final class VirtualTimeListener implements LauncherSessionListener {
    /** Made by JUnit. */
    public VirtualTimeListener() {}

    /**
     * The first thing that happens in the JVM of a test run.
     *
     * @param session the session
     */
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ReactorSchedulers.redirect();
        session.getLauncher().registerTestExecutionListeners(new Counting());
    }

    private static final class Counting implements TestExecutionListener {
        @Override
        public void executionStarted(TestIdentifier identifier) {
            if (identifier.isTest()) {
                RunningTests.started();
            }
        }

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            if (identifier.isTest()) {
                RunningTests.finished();
            }
        }
    }
}
