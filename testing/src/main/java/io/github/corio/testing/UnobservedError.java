package io.github.corio.testing;

import java.util.List;

/**
 * A test has ended, and nobody has looked at some error: of a task that nobody awaited, of a callback, or one that Reactor
 * has dropped. The message says where each was thrown; the first is the cause, further ones are suppressed.
 *
 * @since 0.1.0
 */
public final class UnobservedError extends AssertionError {
    private static final long serialVersionUID = 1L;

    UnobservedError(String message, List<Throwable> errors) {
        super(message, errors.isEmpty() ? null : errors.get(0));
        errors.stream().skip(1).forEach(this::addSuppressed);
    }
}
