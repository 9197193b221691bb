package io.github.corio.testing;

import io.github.corio.Asyncio;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.Loops;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What every task of a loop waits for, where, and who waits for it, as text. A picture of one moment; where the loop was in
 * debug mode, as that of a {@link TestLoop} is, it shows the awaiting lines.
 *
 * @since 0.1.0
 */
public final class TaskDump {
    static final int LINES = 4;

    private final Collection<Task<?>> tasks;
    private final StringBuilder text = new StringBuilder();

    private TaskDump(Collection<Task<?>> tasks) {
        this.tasks = tasks;
    }

    /**
     * All tasks of a loop that are not done, in the order of their creation. May be called from any thread.
     *
     * @param loop the loop
     * @return several lines, without a line break at the end
     */
    public static String of(EventLoop loop) {
        TaskDump dump = new TaskDump(Asyncio.allTasks(loop));
        dump.running(Loops.access(loop).runningThread());
        dump.all();
        return dump.text.toString().stripTrailing();
    }

    /** The circle of tasks that wait for each other, if there is one: "a, b, a". */
    static @Nullable String circle(EventLoop loop) {
        for (Task<?> first : Asyncio.allTasks(loop)) {
            Set<Task<?>> path = new LinkedHashSet<>();
            Object at = first;
            while (at instanceof Task<?> task && path.add(task)) {
                at = task.waitsFor();
            }
            if (at == first) {
                return path.stream().map(Task::name).collect(Collectors.joining(", ")) + ", " + first.name();
            }
        }
        return null;
    }

    private void running(@Nullable Thread thread) {
        if (thread != null) {
            line("running now, on " + Threads.name(thread) + " (" + thread.getState() + "):");
            frames(thread.getStackTrace());
        }
    }

    private void all() {
        if (tasks.isEmpty()) {
            line("no task is pending");
            return;
        }
        for (Task<?> task : tasks) {
            Object source = task.waitsFor();
            line("task " + task.name()
                    + (source == null ? " does not wait: it runs or is ready to run" : " waits for " + name(source)));
            Throwable awaits = task.awaitSite();
            if (awaits != null && source != null) {
                frames(awaits.getStackTrace());
            }
            Throwable created = task.creationSite();
            if (created != null) {
                Frames.ofUser(created.getStackTrace()).stream()
                        .findFirst()
                        .ifPresent(where -> line("    created at " + where));
            }
            List<String> waiters = waitersOf(task);
            if (!waiters.isEmpty()) {
                line("    awaited by " + String.join(", ", waiters));
            }
        }
    }

    private static String name(Object source) {
        return source instanceof Task<?> task ? "task " + task.name() : Names.text(source);
    }

    private List<String> waitersOf(Task<?> task) {
        List<String> names = new ArrayList<>();
        for (Task<?> other : tasks) {
            if (other.waitsFor() == task) {
                names.add(other.name());
            }
        }
        return names;
    }

    private void frames(StackTraceElement[] stack) {
        Frames.ofUser(stack).stream().limit(LINES).forEach(frame -> line("    at " + frame));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
