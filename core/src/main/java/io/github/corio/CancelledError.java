package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * The cancellation of a task, thrown at the place where it waits. It is an {@link Error}, as Python's is a {@code
 * BaseException}, so that {@code catch (Exception e)} does not swallow it. Code that catches it to clean up throws
 * it again. A task that swallows it goes on.
 *
 * <p>It has a stack trace only with {@code -Dcorio.debug=true}: it is control flow, and there may be many.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.CancelledError}. Where a JDK future is handed out it becomes a {@link
 *       java.util.concurrent.CancellationException}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class CancelledError extends Error {
    private static final long serialVersionUID = 1L;
    private static final boolean TRACE = Boolean.getBoolean("corio.debug");

    /** Makes a cancellation without a message. */
    public CancelledError() {
        this(null);
    }

    /**
     * Makes a cancellation with the message that was given to {@code cancel}.
     *
     * @param message the message, or null
     */
    public CancelledError(@Nullable String message) {
        super(message, null, true, TRACE);
    }
}
