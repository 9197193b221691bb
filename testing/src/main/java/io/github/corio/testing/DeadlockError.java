package io.github.corio.testing;

import org.jspecify.annotations.Nullable;

/**
 * Nothing in a test can ever run again: nothing is ready, no timer is set, no blocking call runs, and nothing awaited
 * can come. The message holds the dump of all tasks. The stack trace is that of the main's last await.
 *
 * <p>A task ends on the loop itself, so if all wait for tasks, the error comes immediately. A thread that the test does
 * not know of may bring anything else. The test waits for it in real time, as {@link TestSettings#patience} says.
 * Without that, it waits 100 ms for a future, a lock or a queue. It waits a second for a stage of the JDK or a Mono
 * that is no coroutine. While the JVM is busy, it waits up to five times as long.
 *
 * <ul>
 *   <li><b>asyncio:</b> none. There, the test hangs.
 * </ul>
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
     * Says what every task waits for, and where.
     *
     * @return several lines
     */
    public String dump() {
        return dump;
    }
}
