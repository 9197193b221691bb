package io.github.corio.queue;

/**
 * There is no item for {@link AsyncQueue#getNowait()}.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.QueueEmpty}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class QueueEmptyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error for an empty queue.
     *
     * @param message which queue, and what was asked of it
     */
    public QueueEmptyException(String message) {
        super(message);
    }
}
