package io.github.corio.testing;

import org.jspecify.annotations.Nullable;

/**
 * Nothing can ever run again: nothing is ready, no time is waited for, no blocking call runs, and what is awaited cannot
 * come. The message holds the dump of all tasks; the stack trace is that of the main's last await.
 *
 * <p>A task ends on the loop itself, so if all wait for tasks, the error comes immediately. Anything else may be answered by a thread that the
 * test does not know of. It is given what {@link TestSettings#patience} says in real time, whatever is awaited. Without that, a future, a lock or a
 * queue is given 100 ms, and a stage of the JDK or a Mono that is no coroutine a second; up to five times as long while the JVM is busy.
 *
 * @since 0.1.0
 */
public final class DeadlockError extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** What every task waited for. */
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
