package io.github.corio.sync;

/**
 * A barrier was reset or aborted while a party waited, or had been aborted before.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.BrokenBarrierError}, a {@code RuntimeError}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class BarrierBrokenException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error for a broken barrier.
     *
     * @param message what broke it
     */
    public BarrierBrokenException(String message) {
        super(message);
    }
}
