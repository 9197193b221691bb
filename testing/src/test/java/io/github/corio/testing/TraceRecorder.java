package io.github.corio.testing;

import io.github.corio.CancelledError;
import io.github.corio.ExceptionGroup;
import io.github.corio.Outcome;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lines of one trace, and how values and errors are shown in them. Belongs to the loop. */
final class TraceRecorder {
    private static final int LIMIT = 400;

    private final EventLoop loop;
    private final Duration start;
    private final List<String> lines = new ArrayList<>();
    private boolean on = true;

    TraceRecorder(EventLoop loop) {
        this.loop = loop;
        this.start = loop.time();
    }

    void emit(String who, String text) {
        if (on) {
            lines.add(millis(loop.time().minus(start)) + " " + who + " " + text);
            if (lines.size() >= LIMIT) {
                lines.add("LIMIT");
                stop();
                loop.stop();
            }
        }
    }

    /** Ends what still runs: a chain of eager tasks, say, that never gives up its turn. */
    void requireOn() {
        if (!on) {
            throw new AssertionError("the recording is over");
        }
    }

    void deadlock(Duration since) {
        if (on) {
            lines.add(millis(since.minus(start)) + " - DEADLOCK");
        }
    }

    void stop() {
        on = false;
    }

    List<String> lines() {
        return lines;
    }

    /** Half a millisecond is shown as the next: the clock of the reference is a hair ahead after each timer. */
    private static long millis(Duration time) {
        return Math.round(time.toNanos() / 1e6);
    }

    static String show(@Nullable Object value) {
        if (value instanceof Throwable error) {
            return showError(error);
        }
        if (value instanceof Outcome.Success<?> success) {
            return show(success.value());
        }
        if (value instanceof Outcome.Failure<?> failure) {
            return showError(failure.error());
        }
        if (value instanceof Outcome.Cancelled<?> cancelled) {
            return showError(cancelled.error());
        }
        if (value instanceof PythonValue result) {
            return result.shown();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(TraceRecorder::show).collect(Collectors.joining(", ", "[", "]"));
        }
        return value == null ? "None" : value.toString();
    }

    private static String showError(Throwable error) {
        if (error instanceof ExceptionGroup group) {
            return "ExceptionGroup" + show(group.exceptions());
        }
        if (error instanceof ValueError) {
            return "ValueError(" + error.getMessage() + ")";
        }
        if (error instanceof TimeoutException) {
            return "TimeoutError";
        }
        if (error instanceof CancelledError) {
            return "CancelledError";
        }
        return error.getClass() == IllegalStateException.class
                ? "RuntimeError"
                : error.getClass().getSimpleName();
    }
}
