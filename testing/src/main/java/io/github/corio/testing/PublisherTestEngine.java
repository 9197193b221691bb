package io.github.corio.testing;

import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;

/**
 * Runs the {@link CoroutineTest}s that return a Mono, another Publisher or a {@code CompletionStage}. JUnit, which
 * finds it on the class path, calls it. JUnit Jupiter takes only methods without a value for tests and leaves these
 * out, so this engine finds them. It has Jupiter run them, with all extensions and lifecycle methods. {@link
 * CoroutineTest} awaits the returned value. Public for JUnit only.
 *
 * @since 0.1.0
 */
public final class PublisherTestEngine implements TestEngine {
    private static final String ID = "corio";

    /** Made by JUnit. */
    public PublisherTestEngine() {}

    @Override
    public String getId() {
        return ID;
    }

    /**
     * Finds the tests.
     *
     * @param request where to look
     * @param id the identifier of this engine
     * @return what {@link #execute} takes
     */
    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        return isJupiterHere() ? PublisherTestResolver.discover(request, id) : new EngineDescriptor(id, "Corio");
    }

    /**
     * Runs the tests.
     *
     * @param request what has been discovered
     */
    @Override
    public void execute(ExecutionRequest request) {
        if (request.getRootTestDescriptor().getChildren().isEmpty()) {
            request.getEngineExecutionListener().executionStarted(request.getRootTestDescriptor());
            request.getEngineExecutionListener()
                    .executionFinished(
                            request.getRootTestDescriptor(),
                            org.junit.platform.engine.TestExecutionResult.successful());
        } else {
            PublisherTestResolver.execute(request);
        }
    }

    /** Without Jupiter nothing here would run a test. */
    private static boolean isJupiterHere() {
        try {
            Class<?> unused = Class.forName(
                    "org.junit.jupiter.engine.JupiterTestEngine", false, PublisherTestEngine.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
