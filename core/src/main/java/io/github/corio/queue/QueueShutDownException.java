package io.github.corio.queue;

/**
 * The queue was shut down: nothing can be put any more, and, once it is empty, nothing got.
 *
 * <p>asyncio: {@code asyncio.QueueShutDown}.
 *
 * @since 0.1.0
 */
public final class QueueShutDownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A queue that was shut down.
     *
     * @param message which queue, and what was asked of it
     */
    public QueueShutDownException(String message) {
        super(message);
    }
}
