package io.github.corio.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link TestLoop}: begin with {@link #defaults()} and change what has to differ. Immutable and
 * thread-safe.
 *
 * @param timeout how long a run may take in real time
 * @param patience how long in real time a run that cannot go on waits for a thread it does not know of, before its
 *     {@link DeadlockError}. Null is a time that depends on what is awaited, see {@link DeadlockError}
 * @param seed decides everything that asyncio leaves open, null for the order of the beginnings
 * @param chaos whether the seed also decides what only a busy machine leaves open
 * @param start what {@link TestLoop#clock()} shows at first
 * @param zone the zone of that clock
 * @param ceiling how far virtual time may run by itself
 * @param leakedTasksFail whether a task left running when the loop is closed is an error
 * @param unobservedErrorsFail whether an error that no code has observed is an error of the test
 * @since 0.1.0
 */
public record TestSettings(
        Duration timeout,
        @Nullable Duration patience,
        @Nullable Long seed,
        boolean chaos,
        Instant start,
        ZoneId zone,
        Duration ceiling,
        boolean leakedTasksFail,
        boolean unobservedErrorsFail) {
    private static final TestSettings DEFAULTS = new TestSettings(
            Duration.ofSeconds(60),
            null,
            null,
            false,
            Instant.parse("2000-01-01T00:00:00Z"),
            ZoneOffset.UTC,
            Duration.ofDays(36_525),
            true,
            true);

    /** For a time that is longer than a clock counts, the longest there is: 292 years. */
    static Duration countable(Duration time) {
        return Duration.ofNanos(TimeUnit.NANOSECONDS.convert(time));
    }

    /**
     * Gives the default settings: 60 s of real time, a patience for each kind of wait, no seed, all checks on. The
     * clock begins with the year 2000 in UTC, and has a century of virtual time.
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
        return new TestSettings(
                changed, patience, seed, chaos, start, zone, ceiling, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Changes how long a run waits for threads it does not know of, whatever is awaited.
     *
     * @param changed zero for no wait, null for a time of its own for each kind of wait
     * @return new settings
     */
    public TestSettings withPatience(@Nullable Duration changed) {
        return new TestSettings(
                timeout, changed, seed, chaos, start, zone, ceiling, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Shuffles what asyncio and Reactor leave open:
     *
     * <ul>
     *   <li>which of several timers with the same deadline fires first,
     *   <li>which of several workers that are due runs first, and whether the loop goes on before them,
     *   <li>in which order blocking calls run,
     *   <li>in which order tasks go on that threads outside have woken at about the same time,
     *   <li>the choices of {@link Faults}.
     * </ul>
     *
     * @param changed the same seed gives the same order
     * @return new settings
     */
    public TestSettings withSeed(long changed) {
        return new TestSettings(
                timeout, patience, changed, chaos, start, zone, ceiling, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Lets a seed shuffle more: which of the tasks that are ready goes on first, against asyncio's promise, and delays that are
     * nearly equal. Times are no longer exact then.
     *
     * @param changed whether it does
     * @return new settings
     */
    public TestSettings withChaos(boolean changed) {
        return new TestSettings(
                timeout, patience, seed, changed, start, zone, ceiling, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Changes where the clock begins.
     *
     * @param changed what {@link TestLoop#clock()} shows at first
     * @return new settings
     */
    public TestSettings startingAt(Instant changed) {
        return new TestSettings(
                timeout, patience, seed, chaos, changed, zone, ceiling, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Changes the zone of the clock.
     *
     * @param changed the zone of {@link TestLoop#clock()}
     * @return new settings
     */
    public TestSettings withZone(ZoneId changed) {
        return new TestSettings(
                timeout, patience, seed, chaos, start, changed, ceiling, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Changes how far virtual time may run by itself. Work that repeats itself for ever would make it run away while
     * the test waits.
     *
     * @param changed the time since the beginning at which a run fails
     * @return new settings
     */
    public TestSettings withCeiling(Duration changed) {
        return new TestSettings(
                timeout, patience, seed, chaos, start, zone, changed, leakedTasksFail, unobservedErrorsFail);
    }

    /**
     * Lets tasks be left running: they are cancelled and awaited, as {@code asyncio.run} does.
     *
     * @return new settings
     */
    public TestSettings allowingLeakedTasks() {
        return new TestSettings(timeout, patience, seed, chaos, start, zone, ceiling, false, unobservedErrorsFail);
    }

    /**
     * Lets errors go that no code has observed. They are logged.
     *
     * @return new settings
     */
    public TestSettings allowingUnobservedErrors() {
        return new TestSettings(timeout, patience, seed, chaos, start, zone, ceiling, leakedTasksFail, false);
    }
}
