package io.github.corio.testing;

/**
 * A test has ended and has left tasks running. The message holds their dump; they have been cancelled since.
 *
 * @since 0.1.0
 */
public final class LeakedTaskError extends AssertionError {
    private static final long serialVersionUID = 1L;

    LeakedTaskError(String message, String dump) {
        super(message + "\n" + dump);
    }
}
