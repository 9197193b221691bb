package io.github.corio.testing;

import io.github.corio.Asyncio;
import io.github.corio.Task;
import io.github.corio.loop.Handle;
import io.github.corio.loop.internal.LoopAccess;
import io.github.corio.loop.internal.LoopTimer;
import io.github.corio.loop.internal.SuspendableHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What happens in one run, step by step, for a person to read. */
final class Trace {
    private static final int MOST = 200;
    private static final Pattern UNNAMED = Pattern.compile("\\bTask-\\d+\\b");
    private static final Pattern LAMBDA = Pattern.compile("(?<![\\w.$])([\\w.$]+?)\\$\\$Lambda[\\w$/]*(@[0-9a-f]+)?");

    private final List<String> steps = new ArrayList<>();
    private @Nullable TestLoop loop;
    private @Nullable Task<?> running;
    private String begun = "";
    private String choice = "";
    private Duration time = Duration.ZERO;
    /** Tasks that have begun. */
    private final Set<Task<?>> known = new HashSet<>();
    /** Names for tasks that have none of their own: they have a number that is another in each run. */
    private final Map<String, String> numbers = new HashMap<>();

    private boolean over;

    /** From now on, until {@link #end}, of what is on this loop. */
    void begin(TestLoop traced) {
        loop = traced;
        over = false;
    }

    /** The test has ended: its cleanup is not of interest. */
    void end() {
        if (!over) {
            endStep();
        }
        over = true;
    }

    void chosen(Choices.Kind kind, int answer, IntFunction<String> names) {
        if (over) {
            return;
        }
        if (kind != Choices.Kind.FAULT && kind != Choices.Kind.CLOCK) {
            endStep(); // whoever is asked for the next step has ended the one before
        }
        if (answer != 0) {
            choice = kind == Choices.Kind.FAULT || kind == Choices.Kind.CLOCK
                    ? " <- chosen: " + names.apply(answer)
                    : kind == Choices.Kind.TURN
                            ? " <- chosen: before the loop goes on"
                            : " <- chosen: before " + taskName(names.apply(0));
            if (kind == Choices.Kind.FAULT || kind == Choices.Kind.CLOCK) {
                add((kind == Choices.Kind.FAULT ? "a dependency: " : "the clock: ") + names.apply(answer));
            }
        }
    }

    void step(Object what) {
        if (over) {
            return;
        }
        endStep();
        tellTime();
        if (what instanceof SuspendableHandle handle) {
            running = taskOf(handle);
            begun = (running == null ? taskName(Names.text(handle)) : describe(running)) + choice;
            choice = "";
        } else if (what instanceof LoopTimer timer) {
            if (!LoopAccess.onlyWakes(timer)) {
                add("timer " + Names.text(timer));
            }
        } else if (!(what instanceof Handle)) {
            add(Names.of(what));
        }
    }

    private String describe(Task<?> task) {
        Throwable site = task.awaitSite();
        return "task " + task.name()
                + (known.add(task) ? " begins" : site == null ? " goes on" : " goes on" + at(site));
    }

    private static String at(Throwable site) {
        return Frames.ofUser(site.getStackTrace()).stream()
                .findFirst()
                .map(frame -> " at " + frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("");
    }

    private void endStep() {
        Task<?> task = running;
        if (begun.isEmpty()) {
            return;
        }
        running = null;
        String line = begun;
        begun = "";
        if (task == null) {
            add(line);
        } else if (task.isDone()) {
            add(line
                    + (task.isCancelled()
                            ? ", is cancelled"
                            : task.exception() == null ? ", ends" : ", fails: " + Names.text(task.exception())));
        } else {
            Throwable site = task.awaitSite();
            Object source = task.waitsFor();
            add(line + ", waits" + (site == null ? "" : at(site))
                    + (source == null
                            ? ""
                            : " for "
                                    + (source instanceof Task<?> other ? "task " + other.name() : Names.text(source))));
        }
    }

    private void add(String line) {
        if (steps.size() < MOST) {
            steps.add(readable(line) + choice);
        } else if (steps.size() == MOST) {
            steps.add("...");
        }
        choice = "";
    }

    private void tellTime() {
        TestLoop traced = loop;
        Duration now = traced == null ? time : traced.currentTime();
        if (!now.equals(time) && steps.size() < MOST) {
            steps.add("time is " + now);
        }
        time = now;
    }

    private String readable(String line) {
        String text = UNNAMED.matcher(line)
                .replaceAll(found -> numbers.computeIfAbsent(found.group(), name -> "#" + (numbers.size() + 1)));
        return LAMBDA.matcher(text).replaceAll(" in $1");
    }

    private @Nullable Task<?> taskOf(SuspendableHandle handle) {
        String text = Names.text(handle);
        TestLoop traced = loop;
        if (traced == null) {
            return null;
        }
        for (Task<?> task : Asyncio.allTasks(traced.loop())) {
            if (Names.text(task).equals(text)) {
                return task;
            }
        }
        return null;
    }

    private static String taskName(String text) {
        return text.startsWith("Task[") && text.indexOf(',') > 0
                ? "task " + text.substring(5, text.indexOf(','))
                : text;
    }

    /** The steps, numbered, one a line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            text.append(String.format("%n%4d. %s", i + 1, steps.get(i)));
        }
        return text.toString();
    }
}
