package io.github.corio;

/**
 * A future was asked for what its state does not allow: a result it does not have yet, or a second one.
 *
 * <p>asyncio: {@code asyncio.InvalidStateError}.
 *
 * @since 0.1.0
 */
public final class InvalidStateException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * An error with a message.
     *
     * @param message what was asked of which future
     */
    public InvalidStateException(String message) {
        super(message);
    }
}
