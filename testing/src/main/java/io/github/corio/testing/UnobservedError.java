package io.github.corio.testing;

import java.util.List;

/**
 * A test has ended with an error that no code has observed. It is that of a task without an awaiter, of a callback, or
 * an error that Reactor has dropped. The message says where each was thrown. The first is the cause, further errors are
 * suppressed.
 *
 * <ul>
 *   <li><b>asyncio:</b> the log "exception was never retrieved".
 * </ul>
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
