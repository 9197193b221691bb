package io.github.corio.testing;

import java.util.List;

/**
 * A run has taken too long in real time, or its thread was interrupted, or virtual time has run away. The message holds
 * the dump of all tasks and of the code that was running. The stack trace is that of the code.
 *
 * @since 0.1.0
 */
public final class TestTimeoutError extends AssertionError {
    private static final long serialVersionUID = 1L;

    TestTimeoutError(String message, String dump, StackTraceElement[] running) {
        super(message + "\n" + dump);
        List<StackTraceElement> ofUser = Frames.ofUser(running);
        setStackTrace((ofUser.isEmpty() ? Frames.ofUser(getStackTrace()) : ofUser).toArray(StackTraceElement[]::new));
    }
}
