package io.github.corio.testing;

/**
 * A test fails in an interleaving that an exploration has found. The message has its steps, and the string that repeats
 * it. The cause is the failure of the test.
 *
 * @since 0.1.0
 */
public final class ExplorationError extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** Replays the failure. */
    private final String schedule;
    /** How many runs it took. */
    private final int runs;

    ExplorationError(String message, String schedule, int runs, Throwable cause) {
        super(message, cause);
        this.schedule = schedule;
        this.runs = runs;
        setStackTrace(cause.getStackTrace());
    }

    /**
     * Gives the string that repeats the interleaving: {@code @CoroutineTest(replay = …)}, {@link Explorer#replay}.
     *
     * @return the schedule
     */
    public String schedule() {
        return schedule;
    }

    /**
     * Counts the interleavings that were run until this one was found.
     *
     * @return 1 if the first one failed
     */
    public int runs() {
        return runs;
    }
}
