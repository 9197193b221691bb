package io.github.corio.queue;

/**
 * A queue that gives the newest item first. Thread-safe.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.LifoQueue}.
 * </ul>
 *
 * @param <T> the type of the items
 * @since 0.1.0
 */
public final class AsyncLifoQueue<T> extends AsyncQueue<T> {
    /** Makes a queue without a bound. */
    public AsyncLifoQueue() {
        this(0);
    }

    /**
     * Makes a queue with a bound.
     *
     * @param maxsize how many items it holds at most, zero or negative for no bound
     */
    public AsyncLifoQueue(int maxsize) {
        super(maxsize, new ItemBuffer.Lifo<>());
    }
}
