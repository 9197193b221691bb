package io.github.corio;

import io.github.corio.loop.internal.Loops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stack of a future, if it is a task, and the graphs of the tasks that await it. It is a picture of a moment. The
 * task goes on meanwhile, unless it is the task that runs here.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.FutureCallGraph}, of Python 3.14.
 * </ul>
 *
 * @param future the future
 * @param callStack the lines of the application, innermost first, empty if it has no stack
 * @param awaitedBy the tasks that await it, each with those that await that
 * @since 0.1.0
 */
public record FutureCallGraph(
        AsyncFuture<?> future, List<StackTraceElement> callStack, List<FutureCallGraph> awaitedBy) {
    private static final int DEEPEST = 100;

    static @Nullable FutureCallGraph ofCurrent() {
        return Loops.running() instanceof TaskHandle handle ? of((Task<?>) handle.task()) : null;
    }

    static FutureCallGraph of(AsyncFuture<?> future) {
        return of(future, Collections.newSetFromMap(new IdentityHashMap<>()), DEEPEST);
    }

    /** Each is in it once, so that a circle ends. */
    private static FutureCallGraph of(AsyncFuture<?> future, Set<AsyncFuture<?>> seen, int deeper) {
        boolean unused = seen.add(future);
        List<FutureCallGraph> awaitedBy = new ArrayList<>();
        for (Awaiters.Awaiter by : deeper == 0 ? List.<Awaiters.Awaiter>of() : Awaiters.of(future)) {
            Task<?> task = by.task();
            if (task != null && !seen.contains(task)) {
                awaitedBy.add(of(task, seen, deeper - 1));
            }
        }
        return new FutureCallGraph(future, List.copyOf(stackOf(future)), List.copyOf(awaitedBy));
    }

    private static List<StackTraceElement> stackOf(AsyncFuture<?> future) {
        TaskHandle handle = future instanceof Task<?> task ? task.handle() : null;
        if (handle == null) {
            return List.of();
        }
        if (Loops.running() == handle) {
            return Frames.ofUser(new Throwable().getStackTrace(), Integer.MAX_VALUE);
        }
        Thread thread = handle.thread();
        StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        return handle.thread() == thread ? Frames.ofUser(stack, Integer.MAX_VALUE) : List.of();
    }

    /**
     * Prints the graph as asyncio does.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code asyncio.format_call_graph}, of Python 3.14.
     * </ul>
     *
     * @return several lines, without a line break at the end
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        write(text, "");
        return text.toString().stripTrailing();
    }

    private void write(StringBuilder text, String indent) {
        text.append(indent).append("* ").append(named()).append('\n');
        if (!callStack.isEmpty()) {
            text.append(indent).append("  + Call stack:\n");
            callStack.forEach(
                    frame -> text.append(indent).append("  |   ").append(frame).append('\n'));
        }
        if (!awaitedBy.isEmpty()) {
            text.append(indent).append("  + Awaited by:\n");
            awaitedBy.forEach(by -> by.write(text, indent + "     "));
        }
    }

    private String named() {
        return future instanceof Task<?> task
                ? "Task(name='" + Shown.clean(task.name()) + "', id=" + task.number() + ")"
                : "Future(" + Shown.text(future) + ")";
    }
}
