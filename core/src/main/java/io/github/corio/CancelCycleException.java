package io.github.corio;

/**
 * A cancel has gone round a circle of tasks that wait for each other. Such tasks never end by themselves.
 *
 * <ul>
 *   <li><b>asyncio:</b> Python's {@code RecursionError}, which {@code Task.cancel} throws then.
 * </ul>
 *
 * @since 0.1.0
 */
public final class CancelCycleException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error with a message.
     *
     * @param message which task waits for itself
     */
    public CancelCycleException(String message) {
        super(message);
    }
}
