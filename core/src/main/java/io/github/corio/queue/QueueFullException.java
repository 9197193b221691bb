package io.github.corio.queue;

/**
 * There is no room for {@link AsyncQueue#putNowait}.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.QueueFull}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error for a full queue.
     *
     * @param message which queue, and what was asked of it
     */
    public QueueFullException(String message) {
        super(message);
    }
}
