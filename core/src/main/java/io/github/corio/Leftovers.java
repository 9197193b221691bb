package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.Handle;
import io.github.corio.loop.Strand;
import java.util.ArrayList;
import java.util.List;
import reactor.util.context.Context;

/** The tasks that a main has left behind on its loop: cancelled and awaited before the loop ends. */
final class Leftovers extends Handle {
    private final List<Task<?>> tasks;
    private final Runnable then;
    private int running;

    private Leftovers(List<Task<?>> tasks, Runnable then) {
        super(Context.empty());
        this.tasks = tasks;
        this.then = then;
        this.running = tasks.size();
    }

    /** The tasks of a loop that are not done, in the order of their creation. */
    static List<Task<?>> of(EventLoop loop) {
        List<Task<?>> pending = new ArrayList<>();
        for (Strand strand : loop.strands()) {
            if (strand instanceof TaskStrand step && step.task() instanceof Task<?> task && !task.done()) {
                pending.add(task);
            }
        }
        return pending;
    }

    /**
     * On the loop: cancels all tasks, but for a generator that is being closed already; calls {@code then} when they have ended,
     * at once if there are none. Those that wait for each other in a circle will not: the loop is closed over them.
     */
    static void cancelAll(EventLoop loop, Runnable then) {
        List<Task<?>> tasks = new ArrayList<>();
        Cancels.sweep(() -> {
            for (Task<?> task : of(loop)) {
                if (cancel(task)) {
                    tasks.add(task);
                }
            }
        });
        if (tasks.isEmpty()) {
            then.run();
            return;
        }
        Leftovers leftovers = new Leftovers(tasks, then);
        for (Task<?> task : tasks) {
            task.whenDone(leftovers);
        }
    }

    /** False if it will never end. */
    private static boolean cancel(Task<?> task) {
        if (task.awaitable() instanceof Awaitable<?> direct && direct.ending()) {
            return true;
        }
        try {
            boolean unused = task.cancel();
            return true;
        } catch (RecursionError circle) {
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
