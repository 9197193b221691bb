package io.github.corio.queue;

/**
 * The queue was shut down: you can put no more items, and, once it is empty, get none.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.QueueShutDown}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class QueueShutDownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error for a queue that was shut down.
     *
     * @param message which queue, and what was asked of it
     */
    public QueueShutDownException(String message) {
        super(message);
    }
}
