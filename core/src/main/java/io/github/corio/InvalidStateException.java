package io.github.corio;

/**
 * A future cannot do this in its state: it has no result yet, or it has a result already.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.InvalidStateError}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class InvalidStateException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error with a message.
     *
     * @param message what was asked of which future
     */
    public InvalidStateException(String message) {
        super(message);
    }
}
