package io.github.corio.testing;

import java.util.function.IntFunction;

/**
 * Who decides, in one run, whatever asyncio and Reactor leave open. Asked by one thread at a time, so that the same answers give the
 * same run.
 */
interface Choices {
    /** The order in which things were begun. */
    Choices IN_ORDER = new Choices() {
        @Override
        public int choose(Kind kind, int options, IntFunction<String> names) {
            return 0;
        }

        @Override
        public boolean varies(Kind kind) {
            return false;
        }
    };

    /** What is chosen. */
    enum Kind {
        /** Which of several workers that are due runs next. */
        WORKER("of several workers that are due"),
        /** Which of several timers with one deadline fires next. */
        TIMER("of several timers with one deadline"),
        /** Whether the loop goes on, or a worker that is due runs first. */
        TURN("whether the loop goes on"),
        /** Which blocking call begins next. */
        CALL("of several blocking calls"),
        /** Which of several tasks that were woken by threads outside of the test goes on first. */
        ARRIVAL("of several arrivals from other threads"),
        /** Which of several tasks that are ready goes on first, against asyncio's order. */
        TASK("of several tasks that are ready"),
        /** How far the clock moves past what it was set to. */
        CLOCK("how late the clock is looked at"),
        /** What a dependency does. */
        FAULT("what a dependency does");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * Decides.
     *
     * @param kind what about
     * @param options how many answers there are, two at least
     * @param names what each of them is called, for a trace
     * @return one of them; 0 is what happens if nobody decides
     */
    int choose(Kind kind, int options, IntFunction<String> names);

    /** Says whether anything but 0 may be the answer. */
    boolean varies(Kind kind);

    /** Called for each step of a task, and for whatever else runs: for a trace. */
    default void step(Object what) {}

    /** Says whether anybody may want to read where tasks wait: not in a run that is repeated, with a trace, before it is shown. */
    default boolean wantsSites() {
        return true;
    }

    /** Says whether steps are wanted. */
    default boolean traces() {
        return false;
    }
}
