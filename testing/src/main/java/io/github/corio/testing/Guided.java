package io.github.corio.testing;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Chooses as a {@link Schedule} says, and remembers what there was to choose. */
final class Guided implements Choices {
    /** More choices than this are not explored: such a run goes on as it does by itself. */
    private static final int MOST = 1 << 16;

    private final List<Schedule> differences;
    private final boolean tasks;
    private final boolean chaos;
    private final boolean sites;
    private final @Nullable Trace trace;
    private int[] options = new int[32];
    private int count;
    private int followed;

    /**
     * Begins a run.
     *
     * @param tasks whether tasks that are ready come in any order
     * @param chaos whether the clock may be late
     * @param sites whether to record where tasks wait, even without a trace
     * @param trace what is told of all that happens, if somebody wants to read it
     */
    Guided(Schedule schedule, boolean tasks, boolean chaos, boolean sites, @Nullable Trace trace) {
        this.differences = schedule.differences();
        this.tasks = tasks;
        this.chaos = chaos;
        this.sites = sites;
        this.trace = trace;
    }

    @Override
    public synchronized int choose(Kind kind, int answers, IntFunction<String> names) {
        if (count == MOST) {
            return 0;
        }
        if (count == options.length) {
            options = Arrays.copyOf(options, count * 2);
        }
        int at = count;
        options[at] = answers;
        count++;
        int answer = 0;
        if (followed < differences.size() && differences.get(followed).choice() == at) {
            int wanted = differences.get(followed).answer();
            if (wanted < answers) {
                answer = wanted;
                followed++;
            }
        }
        if (trace != null) {
            trace.chosen(kind, answer, names);
        }
        return answer;
    }

    /** How many choices there were. */
    synchronized int count() {
        return count;
    }

    /** False if there were more choices than are remembered. */
    synchronized boolean isWhole() {
        return count < MOST;
    }

    /** How many answers a choice had. */
    synchronized int options(int choice) {
        return options[choice];
    }

    /** False if some choice did not come again that was there when the schedule was made: the test does not repeat itself. */
    synchronized boolean followed() {
        return followed == differences.size();
    }

    @Override
    public boolean varies(Kind kind) {
        return switch (kind) {
            case TASK -> tasks;
            case CLOCK -> chaos;
            default -> true;
        };
    }

    @Override
    public boolean wantsSites() {
        return sites || trace != null;
    }

    @Override
    public boolean traces() {
        return trace != null;
    }

    @Override
    public synchronized void step(Object what) {
        if (trace != null) {
            trace.step(what);
        }
    }
}
