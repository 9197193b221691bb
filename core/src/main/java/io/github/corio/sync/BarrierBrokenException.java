package io.github.corio.sync;

/**
 * A barrier was reset or aborted while somebody waited at it, or had been aborted before.
 *
 * <p>asyncio: {@code asyncio.BrokenBarrierError}, a {@code RuntimeError}.
 *
 * @since 0.1.0
 */
public final class BarrierBrokenException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * A broken barrier.
     *
     * @param message what broke it
     */
    public BarrierBrokenException(String message) {
        super(message);
    }
}
