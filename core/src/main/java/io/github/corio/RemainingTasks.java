package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.SuspendableHandle;
import io.github.corio.loop.internal.Tracing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.context.Context;

/** The tasks that a main has left behind on its loop: cancelled and awaited before the loop ends. */
final class RemainingTasks extends LoopHandle {
    private static final Logger LOG = Loggers.getLogger(RemainingTasks.class);

    private final List<Task<?>> tasks;
    private final Runnable then;
    private int running;

    private RemainingTasks(List<Task<?>> tasks, Runnable then) {
        super(Context.empty());
        this.tasks = tasks;
        this.then = then;
        this.running = tasks.size();
    }

    /** The tasks of a loop that are not done, in the order of their creation. */
    static List<Task<?>> of(EventLoop loop) {
        List<Task<?>> pending = new ArrayList<>();
        for (SuspendableHandle handle : Loops.access(loop).all()) {
            if (handle instanceof TaskHandle step && step.task() instanceof Task<?> task && !task.isDone()) {
                pending.add(task);
            }
        }
        return pending;
    }

    /**
     * On the loop: tells all tasks to end, but for those that clean up already because they were told before; calls {@code then} when
     * they have ended, at once if there are none. Those that wait for each other in a circle will not: the loop is closed over them.
     */
    static void cancelAll(EventLoop loop, Runnable then) {
        List<Task<?>> tasks = of(loop);
        if (!tasks.isEmpty()) { // most requests leave none
            Set<AsyncFuture<?>> cleanups = cleanups(tasks);
            Cancels.sweep(() -> tasks.removeIf(task -> !cleanups.contains(task) && !end(task)));
        }
        if (tasks.isEmpty()) {
            then.run();
            return;
        }
        RemainingTasks leftovers = new RemainingTasks(tasks, then);
        for (Task<?> task : tasks) {
            task.whenDone(leftovers);
        }
    }

    /** What a task waits for that was told to end: what was cancelled with it, or begun by it for its cleanup. */
    private static Set<AsyncFuture<?>> cleanups(List<Task<?>> tasks) {
        Set<AsyncFuture<?>> cleanups = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<AsyncFuture<?>> rest = new ArrayDeque<>();
        tasks.stream().filter(Task::ending).forEach(rest::add);
        Set<AsyncFuture<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (AsyncFuture<?> next = rest.poll(); next != null; next = rest.poll()) {
            if (seen.add(next)) {
                rest.addAll(next.waitsForAll());
                if (next instanceof Task<?> task && (task.cancelling() > 0 || task.partOfCleanup())) {
                    cleanups.add(task);
                }
            }
        }
        return cleanups;
    }

    /** False if it never will. */
    private static boolean end(Task<?> task) {
        try {
            warn(task);
            if (Tracing.on() && !task.ending() && task.cancelling() == 0) {
                Tracing.leftBehind();
            }
            boolean unused = task.end(null);
            return true;
        } catch (CancelCycleException circle) {
            task.loop()
                    .callExceptionHandler(
                            new ExceptionContext("A task that waits for itself was left behind", circle, task));
            return false;
        } catch (Throwable e) { // no stack or no memory: the others have to be cancelled all the same
            task.loop()
                    .callExceptionHandler(new ExceptionContext("A task that was left behind, not cancelled", e, task));
            return false;
        }
    }

    private static void warn(Task<?> task) {
        if (CreationSite.WARN && !task.ending() && task.cancelling() == 0) {
            LOG.warn(
                    "{}, created at {}, is cancelled because its loop ends. Await it, create it in a taskGroup, or start what"
                            + " is to outlive its creator in a Background; -Dcorio.warnLeftBehind=false if this is meant",
                    task.name(),
                    task.createdAt());
        }
    }

    /** Called once for each task that has ended. */
    @Override
    protected void run() {
        if (--running > 0) {
            return;
        }
        for (Task<?> task : tasks) {
            if (task.outcome() instanceof Outcome.Failure<?> failure && task.observe()) {
                task.loop()
                        .callExceptionHandler(new ExceptionContext(
                                "Unhandled exception during shutdown of the loop", failure.error(), task));
            }
        }
        then.run();
    }

    /** The loop was closed meanwhile: that has ended the task. */
    @Override
    protected void dropped() {
        run();
    }
}
