package io.github.corio.loop.internal;

import org.jspecify.annotations.Nullable;

/** For a {@link Tracer}: follows one task. Called on the loop of the task, and never throws. */
public abstract class Track {
    /**
     * The task begins to wait.
     *
     * @param wait the {@code Wait}; {@link Tracing#words} has words for it
     */
    public void waits(Object wait) {}

    /**
     * It goes on.
     *
     * @param cancelled the wait was cancelled
     * @param woken what has woken the task, if that is known
     */
    public void goesOn(boolean cancelled, @Nullable Ready woken) {}

    /** How a task has ended. */
    public enum End {
        SUCCEEDED,
        FAILED,
        CANCELLED
    }

    /**
     * It has ended.
     *
     * @param end how
     * @param error the error that it has failed with
     */
    public abstract void ended(End end, @Nullable Throwable error);

    /** Two that follow the same task. */
    static final class Both extends Track {
        private final Track first;
        private final Track second;

        Both(Track first, Track second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void waits(Object wait) {
            first.waits(wait);
            second.waits(wait);
        }

        @Override
        public void goesOn(boolean cancelled, @Nullable Ready woken) {
            first.goesOn(cancelled, woken);
            second.goesOn(cancelled, woken);
        }

        @Override
        public void ended(End end, @Nullable Throwable error) {
            first.ended(end, error);
            second.ended(end, error);
        }
    }
}
