package io.github.corio.testing;

/**
 * A test has ended and has left tasks running. The message holds their dump. They have been cancelled since.
 *
 * <ul>
 *   <li><b>asyncio:</b> none. {@code asyncio.run} cancels these tasks without a word.
 * </ul>
 *
 * @since 0.1.0
 */
public final class LeakedTaskError extends AssertionError {
    private static final long serialVersionUID = 1L;

    LeakedTaskError(String message, String dump) {
        super(message + "\n" + dump);
    }
}
