package io.github.corio.testing;

import io.github.corio.CoroutineAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a test under interleaving after interleaving, systematically, until all have been run or the budget is spent.
 * Immutable and thread-safe.
 *
 * <p>First comes the interleaving that happens by itself. Then come all that differ from it in a single place, then in
 * two, and so on. So a failure that is found has the fewest switches that make the test fail. When the interleavings
 * with so many switches exceed the budget, it runs samples. Half of the rest is spent on these, and half on
 * interleavings with more switches at random places.
 *
 * <p>It explores the order of tasks that are ready, of timers with the same deadline, of Reactor's workers and of
 * blocking calls. It also explores the choices of {@link Faults}. Everything else in the test has to repeat itself.
 *
 * <ul>
 *   <li><b>asyncio:</b> none.
 * </ul>
 *
 * @since 0.1.0
 */
public final class Explorer {
    /** So many schedules are remembered for later. */
    private static final int MOST_OPEN = 300_000;

    private static final int DEEPEST = 6;
    private static final int SHRINKING_RUNS = 200;

    private final int runs;
    private final Duration time;
    private final boolean tasks;
    private final TestSettings settings;

    private Explorer(int runs, Duration time, boolean tasks, TestSettings settings) {
        this.runs = runs;
        this.time = time;
        this.tasks = tasks;
        this.settings = settings;
    }

    /**
     * Makes an explorer of so many interleavings, and of a minute of real time at most.
     *
     * @param runs how many
     * @return an explorer
     */
    public static Explorer upTo(int runs) {
        if (runs <= 0) {
            throw new IllegalArgumentException("An exploration needs at least one run, not " + runs);
        }
        return new Explorer(runs, Duration.ofMinutes(1), true, TestSettings.defaults());
    }

    /**
     * Changes the limit in real time.
     *
     * @param changed after which no new run is begun
     * @return another explorer
     */
    public Explorer within(Duration changed) {
        return new Explorer(runs, changed, tasks, settings);
    }

    /**
     * Leaves tasks that are ready in the order that asyncio promises, first in, first out: for code that relies on it.
     *
     * @return another explorer
     */
    public Explorer inOrder() {
        return new Explorer(runs, time, false, settings);
    }

    /**
     * Changes how each run behaves. The seed of the settings has no meaning. {@link TestSettings#withChaos} makes the
     * clock late at times. Without a {@link TestSettings#patience()} a run waits for nothing in real time.
     *
     * @param changed the settings of each test loop
     * @return another explorer
     */
    public Explorer with(TestSettings changed) {
        return new Explorer(runs, time, tasks, changed);
    }

    /**
     * Explores the body of a coroutine. Each run is on a loop of its own. Blocks the calling thread.
     *
     * @param body the body, run afresh each time
     * @return what was explored
     * @throws ExplorationError the first failure
     */
    public Exploration explore(CoroutineAction body) {
        return exploreRuns(loop -> loop.run(body));
    }

    /** Explores whatever somebody does with a loop that is closed afterwards. */
    Exploration exploreRuns(Consumer<TestLoop> body) {
        Search search = new Search(body);
        AtomicReference<@Nullable Exploration> explored = new AtomicReference<>();
        search.watched(() -> explored.set(search.explore()));
        return Objects.requireNonNull(explored.get());
    }

    /**
     * Runs an interleaving again.
     *
     * @param schedule what an {@link ExplorationError} has printed
     * @param body the body
     * @throws ExplorationError if it fails
     */
    public void replay(String schedule, CoroutineAction body) {
        replayRun(schedule, loop -> loop.run(body));
    }

    /** Runs one interleaving of whatever somebody does with a loop. */
    void replayRun(String schedule, Consumer<TestLoop> body) {
        Search search = new Search(body);
        Schedule parsed = Schedule.parse(schedule);
        search.watched(() -> {
            Failure failure = search.run(parsed);
            if (failure != null) {
                throw search.error(parsed, failure.error);
            }
        });
    }

    private record Failure(Throwable error) {}

    /** One exploration. Of the calling thread. */
    private final class Search {
        private final Consumer<TestLoop> body;
        private final long end =
                System.nanoTime() + TestSettings.countable(time).toNanos();
        private final Random random = new Random(1);
        private final TestSettings each;
        /** Patience knows one wait from the next by its place. */
        private final boolean sites =
                settings.patience() != null && !settings.patience().isZero();

        private int done;
        private boolean steady = true;
        private boolean complete = true;
        /** Schedules are random now, and need not fit. */
        private boolean deep;

        private List<Schedule> next = new ArrayList<>();
        /** Of the run at this moment. */
        private volatile TestLoop current;

        private volatile Schedule schedule = Schedule.BY_ITSELF;
        /** Nobody is interested any more. */
        private volatile boolean over;

        /** Of the run at this moment, or before. */
        private Guided seen = new Guided(Schedule.BY_ITSELF, tasks, false, false, null);

        Search(Consumer<TestLoop> body) {
            this.body = body;
            this.each = settings.patience() == null ? settings.withPatience(Duration.ZERO) : settings;
            this.current = TestLoop.create(each, seen, true); // so that there always is one
            current.close();
        }

        /** Does something on a thread that can be left behind. */
        void watched(Runnable work) {
            try {
                Driver.watch(work, () -> current.driver());
            } catch (TestTimeoutError late) {
                over = true;
                throw new ExplorationError(
                        late.getMessage() + "\nRun it again with replay = \"" + schedule + "\"",
                        schedule.toString(),
                        done + 1,
                        late);
            }
        }

        Exploration explore() {
            next.add(Schedule.BY_ITSELF);
            int length = 1;
            int switches = -1;
            while (!next.isEmpty() && isInBudget()) {
                List<Schedule> now = next;
                next = new ArrayList<>();
                boolean all = now.size() <= runs - done;
                if (!all) {
                    Collections.shuffle(now, random);
                }
                int most = all ? now.size() : (runs - done) / 2;
                int tried = 0;
                while (tried < most && isInBudget()) {
                    check(now.get(tried));
                    length = Math.max(length, seen.count());
                    now.set(tried, Schedule.BY_ITSELF); // it is not needed any more
                    tried++;
                }
                if (tried < now.size()) {
                    complete = false;
                    break;
                }
                switches++;
            }
            boolean exhausted = complete && next.isEmpty() && steady;
            deep = true;
            complete = false;
            while (!exhausted && isInBudget()) {
                check(deeper(length, switches));
            }
            return new Exploration(done, exhausted, switches, steady);
        }

        private boolean isInBudget() {
            return !over && done < runs && (done == 0 || end - System.nanoTime() > 0);
        }

        /** Switches at random places: more than have all been tried. Of d, each has a chance of 1 in (choices * answers)^d. */
        private Schedule deeper(int length, int switches) {
            int number = switches + 1 + random.nextInt(DEEPEST);
            Schedule schedule = Schedule.BY_ITSELF;
            int[] places = random.ints(number, 0, length).sorted().distinct().toArray();
            for (int place : places) {
                schedule = schedule.with(
                        place, 1 + random.nextInt(place < seen.count() ? Math.max(1, seen.options(place) - 1) : 1));
            }
            return schedule;
        }

        private void check(Schedule schedule) {
            Failure failure = run(schedule);
            done++;
            if (failure != null) {
                int found = done;
                throw report(schedule, failure.error, found);
            }
            if (!deep && !seen.followed()) {
                steady = false;
            }
            complete &= seen.isWhole();
            for (int at = schedule.last() + 1; at < seen.count() && complete; at++) {
                for (int answer = 1; answer < seen.options(at); answer++) {
                    next.add(schedule.with(at, answer));
                }
                complete = next.size() < MOST_OPEN;
            }
        }

        private @Nullable Failure run(Schedule schedule) {
            return run(schedule, null);
        }

        private @Nullable Failure run(Schedule schedule, @Nullable Trace trace) {
            this.schedule = schedule;
            seen = new Guided(schedule, tasks, settings.chaos(), sites, trace);
            TestLoop loop = TestLoop.create(each, seen, true);
            current = loop;
            if (trace != null) {
                trace.begin(loop);
            }
            try {
                body.accept(loop);
            } catch (Throwable error) {
                if (trace != null) {
                    trace.end();
                }
                loop.closeAfter(error);
                return new Failure(error);
            }
            if (trace != null) {
                trace.end();
            }
            try {
                loop.close();
            } catch (Throwable error) {
                return new Failure(error);
            }
            return null;
        }

        private ExplorationError report(Schedule failing, Throwable failure, int found) {
            Schedule shrunk = shrink(failing);
            return error(shrunk, failure, found);
        }

        /** Leaves out what the failure does not need. */
        private Schedule shrink(Schedule failing) {
            Schedule shortest = failing;
            int budget = SHRINKING_RUNS;
            for (int i = shortest.switches() - 1; i >= 0 && budget > 0 && !over; i--) {
                Schedule shorter = shortest.without(i);
                budget--;
                if (run(shorter) != null) {
                    shortest = shorter;
                    i = Math.min(i, shortest.switches());
                }
            }
            return shortest;
        }

        ExplorationError error(Schedule schedule, Throwable failure) {
            return error(schedule, failure, 1);
        }

        private ExplorationError error(Schedule schedule, Throwable failure, int found) {
            Trace trace = new Trace();
            Failure again = run(schedule, trace);
            Throwable cause = again == null ? failure : again.error;
            String switches = schedule.switches() == 0
                    ? "in the order that comes by itself"
                    : "with " + schedule.switches() + (schedule.switches() == 1 ? " switch" : " switches");
            return new ExplorationError(
                    Names.text(cause) + "\nFails " + switches + ", in run " + found
                            + " of the exploration. Run it again with replay = \"" + schedule
                            + "\". Step by step:" + trace
                            + (again == null
                                    ? "\nRun again under the same schedule it did not fail: something beside the schedule decides, threads or random numbers"
                                    : ""),
                    schedule.toString(),
                    found,
                    cause);
        }
    }
}
