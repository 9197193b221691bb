package io.github.corio.sync;

/**
 * A semaphore that never has more permits than at first: a release too many is an error. Thread-safe.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.BoundedSemaphore}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class BoundedAsyncSemaphore extends AsyncSemaphore {
    private final int bound;

    /**
     * Makes a semaphore with all its permits.
     *
     * @param permits how many there are at first, and at most
     * @throws IllegalArgumentException if that is negative
     */
    public BoundedAsyncSemaphore(int permits) {
        super(permits);
        this.bound = permits;
    }

    /**
     * Adds a permit, as every semaphore does.
     *
     * @throws IllegalArgumentException if all permits are there already
     */
    @Override
    public void release() {
        super.release();
    }

    @Override
    void checkRelease(int now) {
        if (now >= bound) {
            throw new IllegalArgumentException(
                    "BoundedAsyncSemaphore released too many times: all of its " + bound + " permits are there");
        }
    }
}
