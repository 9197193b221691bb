package io.github.corio.testing;

/**
 * The error of a dependency that {@link Faults} lets fail.
 *
 * @since 0.1.0
 */
public final class FaultError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FaultError() {
        super("a fault, chosen by the test");
    }
}
