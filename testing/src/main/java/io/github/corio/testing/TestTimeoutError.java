package io.github.corio.testing;

/**
 * A run has taken too long in real time, or its thread was interrupted. The message holds the dump of all tasks and of the
 * code that was running.
 *
 * @since 0.1.0
 */
public final class TestTimeoutError extends AssertionError {
    private static final long serialVersionUID = 1L;

    TestTimeoutError(String message, String dump) {
        super(message + "\n" + dump);
    }
}
