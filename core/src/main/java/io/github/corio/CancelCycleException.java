package io.github.corio;

/**
 * A cancel went round a circle of tasks that wait for each other, and would go on for ever. Such tasks never end.
 *
 * <p>asyncio: Python's {@code RecursionError}, which comes out of {@code Task.cancel} then.
 *
 * @since 0.1.0
 */
public final class CancelCycleException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * An error with a message.
     *
     * @param message which task waits for itself
     */
    public CancelCycleException(String message) {
        super(message);
    }
}
