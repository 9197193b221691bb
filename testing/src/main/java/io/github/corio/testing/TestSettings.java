package io.github.corio.testing;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link TestLoop} behaves. Immutable and thread-safe: begin with {@link #defaults()} and change what has to differ.
 *
 * @param timeout how long a run may take in real time
 * @param patience how long in real time a run in which nothing can happen any more waits for a thread it does not know of,
 *     before that is a {@link DeadlockError}; see {@link DeadlockError} for when it waits at all
 * @param seed what decides everything asyncio leaves open; null for the order in which things were begun
 * @param start what {@link TestLoop#clock()} shows at first
 * @param leakedTasksFail whether a task left running when the loop is closed is an error
 * @param unobservedErrorsFail whether an error that nobody has looked at is an error of the test
 * @since 0.1.0
 */
public record TestSettings(
        Duration timeout,
        Duration patience,
        @Nullable Long seed,
        Instant start,
        boolean leakedTasksFail,
        boolean unobservedErrorsFail) {
    private static final TestSettings DEFAULTS = new TestSettings(
            Duration.ofSeconds(60), Duration.ofSeconds(1), null, Instant.parse("2000-01-01T00:00:00Z"), true, true);

    /**
     * 60 s of real time, 1 s of patience, no seed, a clock that begins with the year 2000 in UTC, and every check on.
     *
     * @return the settings of a loop that is not given any
     */
    public static TestSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Changes the limit in real time.
     *
     * @param changed how long a run may take
     * @return new settings
     */
    public TestSettings withTimeout(Duration changed) {
        return new TestSettings(changed, patience, seed, start, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Changes how long a run waits for threads it does not know of.
     *
     * @param changed zero: not at all
     * @return new settings
     */
    public TestSettings withPatience(Duration changed) {
        return new TestSettings(timeout, changed, seed, start, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Shuffles what asyncio leaves open: which of several timers with the same deadline fires first, which of several Reactor
     * workers that are due at the same time runs first, and in which order blocking calls are run.
     *
     * @param changed the same seed gives the same order
     * @return new settings
     */
    public TestSettings withSeed(long changed) {
        return new TestSettings(timeout, patience, changed, start, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Changes where the clock begins.
     *
     * @param changed what {@link TestLoop#clock()} shows at first
     * @return new settings
     */
    public TestSettings startingAt(Instant changed) {
        return new TestSettings(timeout, patience, seed, changed, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Lets tasks be left running: they are cancelled and awaited, as {@code asyncio.run} does.
     *
     * @return new settings
     */
    public TestSettings allowingLeakedTasks() {
        return new TestSettings(timeout, patience, seed, start, false, unobservedErrorsFail);
    }

    /**
     * Lets errors go that nobody has looked at: they are logged.
     *
     * @return new settings
     */
    public TestSettings allowingUnobservedErrors() {
        return new TestSettings(timeout, patience, seed, start, leakedTasksFail, false);
    }
}
