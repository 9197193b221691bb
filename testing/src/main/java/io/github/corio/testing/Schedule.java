package io.github.corio.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One interleaving of a test: where it differs from the one that happens by itself. Each difference is a number of a choice, counted from 0, and the
 * answer given there instead of 0. Immutable.
 */
final class Schedule {
    static final Schedule BY_ITSELF = new Schedule(null, -1, 0);

    private final @Nullable Schedule before;
    private final int at;
    private final int answer;
    private final int switches;

    private Schedule(@Nullable Schedule before, int at, int answer) {
        this.before = before;
        this.at = at;
        this.answer = answer;
        this.switches = before == null ? 0 : before.switches + 1;
    }

    /** The same with one more difference, behind all others. */
    Schedule with(int choice, int changed) {
        return new Schedule(this, choice, changed);
    }

    /** How many differences there are. */
    int switches() {
        return switches;
    }

    /** The number of the last choice that differs, -1 if none does. */
    int last() {
        return at;
    }

    /** The differences, first to last. */
    List<Schedule> differences() {
        List<Schedule> all = new ArrayList<>();
        for (Schedule schedule = this; schedule.before != null; schedule = schedule.before) {
            all.add(0, schedule);
        }
        return all;
    }

    int choice() {
        return at;
    }

    int answer() {
        return answer;
    }

    /** The same without one of its differences. */
    Schedule without(int index) {
        Schedule shorter = BY_ITSELF;
        List<Schedule> all = differences();
        for (int i = 0; i < all.size(); i++) {
            if (i != index) {
                shorter = shorter.with(all.get(i).at, all.get(i).answer);
            }
        }
        return shorter;
    }

    /** Reads what {@link #toString} gives. */
    static Schedule parse(String text) {
        Schedule schedule = BY_ITSELF;
        try {
            for (String difference : text.isEmpty() ? new String[0] : text.split(",", -1)) {
                int colon = difference.indexOf(':');
                schedule = schedule.with(
                        Integer.parseInt(difference.substring(0, colon).trim()),
                        Integer.parseInt(difference.substring(colon + 1).trim()));
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no schedule: it has the form 3:1,7:2, as a failed exploration prints it", e);
        }
        return schedule;
    }

    @Override
    public String toString() {
        return differences().stream()
                .map(difference -> difference.at + ":" + difference.answer)
                .collect(Collectors.joining(","));
    }
}
