package io.github.corio.queue;

/**
 * A queue that gives the newest item first. Thread-safe.
 *
 * <p>asyncio: {@code asyncio.LifoQueue}.
 *
 * @param <T> the type of the items
 * @since 0.1.0
 */
public final class AsyncLifoQueue<T> extends AsyncQueue<T> {
    /** A queue without a bound. */
    public AsyncLifoQueue() {
        this(0);
    }

    /**
     * A queue.
     *
     * @param maxsize how many items it holds at most; no bound if that is zero or negative
     */
    public AsyncLifoQueue(int maxsize) {
        super(maxsize, new ItemBuffer.Lifo<>());
    }
}
