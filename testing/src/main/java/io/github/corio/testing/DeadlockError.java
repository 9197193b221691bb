package io.github.corio.testing;

import org.jspecify.annotations.Nullable;

/**
 * Nothing can ever run again: nothing is ready, no time is waited for, no blocking call runs, and what is awaited cannot
 * come. The message holds the dump of all tasks; the stack trace is that of the main's last await.
 *
 * <p>A task ends on the loop itself, so if all wait for tasks, the error comes at once. A future, a lock or a queue may be set,
 * released or filled by a thread that the test does not know of, so that it is given 50 ms of real time; a Mono that is no
 * coroutine, and a stage of the JDK, even more: what {@link TestSettings#patience} says.
 *
 * @since 0.1.0
 */
public final class DeadlockError extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String dump;

    DeadlockError(String message, String dump, @Nullable Throwable awaitSite) {
        super(message + "\n" + dump);
        this.dump = dump;
        if (awaitSite != null) {
            setStackTrace(Frames.ofUser(awaitSite.getStackTrace()).toArray(StackTraceElement[]::new));
        }
    }

    /**
     * What every task waits for, and where.
     *
     * @return several lines
     */
    public String dump() {
        return dump;
    }
}
