package io.github.corio.testing;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Makes Reactor's Schedulers follow virtual time from the beginning of a test run. JUnit finds it on the class path,
 * and calls it before it loads any test class. So the Schedulers in fields, static fields and beans follow it too.
 * Public for JUnit only.
 *
 * @since 0.1.0
 */
public final class VirtualTimeListener implements LauncherSessionListener {
    /** Made by JUnit. */
    public VirtualTimeListener() {}

    /**
     * Begins a test run, before any test class is loaded.
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
