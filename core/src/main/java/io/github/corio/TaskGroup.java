package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.Loops;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * Tasks that end together: the block they are created in ends when all of them have ended. If a task fails, the
 * others and the body are cancelled.
 *
 * <pre>{@code
 *   OPEN ----a task or the body fails, the body is cancelled, cancel()--> ABORTING: no more tasks
 *     \ the body ends                                                       | the body ends
 *      \--> WAITING: tasks may still create tasks                           v
 *               \--all have ended--> FINISHED <--all have ended-- WAITING, ABORTING
 * }</pre>
 *
 * <p>It belongs to the loop of the task that runs its body. Any thread may call {@link #cancel()}. {@code
 * Asyncio.taskGroup} enters it, and leaves it when the body has ended, so there is no way to use it twice or before
 * its block.
 *
 * <ul>
 *   <li><b>Suspends:</b> the block does at its end, until all tasks have ended. The methods here never do.
 *   <li><b>Cancellation:</b> of the task that runs the block cancels the body and all tasks.
 *   <li><b>Order:</b> tasks are cancelled in the order of their creation.
 *   <li><b>Errors:</b> an {@link ExceptionGroup} of all errors, when all tasks have ended.
 *   <li><b>asyncio:</b> {@code asyncio.TaskGroup}, with {@code cancel} of Python 3.15.
 * </ul>
 *
 * @since 0.1.0
 */
public final class TaskGroup {
    private final Task<?> parent;
    private final EventLoop loop;
    /** In the order of their creation, which is that of their cancellation. */
    private final Set<Task<?>> tasks = new LinkedHashSet<>();

    private final List<Throwable> errors = new ArrayList<>();
    /** An error that the JVM may not survive: it goes out bare, before all others. */
    private @Nullable Throwable fatal;

    private @Nullable AsyncFuture<Void> onCompleted;
    private boolean exiting;
    private boolean aborting;
    /** We have asked our own body to end, and have to take that back. */
    private boolean parentCancelRequested;
    /** A cancel from another thread has reached the tasks before the parent itself. */
    private boolean abortedFromElsewhere;
    /** The latest cancellation that came while the tasks of an aborted group were waited for. */
    private @Nullable CancelledError later;

    private TaskGroup(Task<?> parent) {
        this.parent = parent;
        this.loop = parent.loop();
    }

    /** A group whose body is what the running task does from now on. */
    static TaskGroup enter() {
        return new TaskGroup((Task<?>) TaskHandle.current().task());
    }

    // ---- tasks ----

    /**
     * Starts a Mono as a task of this group, in a copy of the running context.
     *
     * <ul>
     *   <li><b>Suspends:</b> never. The first step of the task is queued.
     *   <li><b>Cancellation:</b> of the task alone is no error of the group.
     *   <li><b>Errors:</b> an error of the task cancels the other tasks and the body.
     *   <li><b>asyncio:</b> {@code TaskGroup.create_task}.
     * </ul>
     *
     * @param awaitable a coroutine or any other Mono
     * @param <T> the type of the value
     * @return the task
     * @throws IllegalStateException if the group has ended, or is ending because of a failure or a cancel. Also on a
     *     thread that does not run its loop
     */
    public <T> Task<T> createTask(Mono<? extends T> awaitable) {
        return createTask(awaitable, EnsureFuture.nameOf(awaitable), AsyncContext.copy(), false);
    }

    /**
     * Starts a Mono as a task of this group with a name, as {@link #createTask(Mono)} does.
     *
     * @param awaitable a coroutine or any other Mono
     * @param name the name of the task
     * @param <T> the type of the value
     * @return the task
     */
    public <T> Task<T> createTask(Mono<? extends T> awaitable, String name) {
        return createTask(awaitable, name, AsyncContext.copy(), false);
    }

    /**
     * Starts a Mono as a task of this group in a given context, as {@link #createTask(Mono)} does in a copy of the
     * running one.
     *
     * @param awaitable a coroutine or any other Mono
     * @param context the context itself: changes that the task makes are seen in it
     * @param <T> the type of the value
     * @return the task
     */
    public <T> Task<T> createTask(Mono<? extends T> awaitable, AsyncContext context) {
        return createTask(awaitable, EnsureFuture.nameOf(awaitable), context, false);
    }

    /**
     * Starts a Mono as a task of this group with a name and a context, as {@link #createTask(Mono)} does.
     *
     * @param awaitable a coroutine or any other Mono
     * @param name the name of the task, null for a number
     * @param context the context itself: changes that the task makes are seen in it
     * @param eagerStart true to run the first step of a coroutine now, if a coroutine is running here
     * @param <T> the type of the value
     * @return the task
     */
    public <T> Task<T> createTask(
            Mono<? extends T> awaitable, @Nullable String name, AsyncContext context, boolean eagerStart) {
        requireOpen();
        EnsureFuture.requireNotSelf(awaitable, "A TaskGroup");
        Task<T> task = new Task<>(loop, awaitable, name, context);
        Task<T> unused = eagerStart ? task.startNow() : task.start();
        tasks.add(task);
        task.addLoopCallback(new Member());
        if (aborting && !task.isDone()) { // by its own first step, when it was not among the tasks yet
            boolean unusedToo = task.cancel();
        }
        return task;
    }

    /** Tells the group of the end of one of its tasks. As in asyncio the parent awaits these from the beginning. */
    private final class Member implements Consumer<AsyncFuture<?>>, Follows {
        @Override
        public void accept(AsyncFuture<?> task) {
            taskDone(task);
        }

        @Override
        public Object follower() {
            AsyncFuture<Void> end = onCompleted;
            return end == null ? parent : end;
        }
    }

    private void requireOpen() {
        if (!loop.inLoop()) {
            throw new IllegalStateException("createTask() of " + this + " from " + Thread.currentThread()
                    + ", which does not run its loop. Call it in a coroutine or callback of " + loop);
        }
        if (exiting && tasks.isEmpty()) {
            throw new IllegalStateException(
                    this + " has ended: no more tasks can be created in it. Create them in its block, or by"
                            + " Asyncio.createTask(...)");
        }
        if (aborting) {
            throw new IllegalStateException(
                    this + " is shutting down, since something in it has failed or cancel() was called: no"
                            + " more tasks can be created in it. Create what has to be done all the same by Asyncio.createTask(...)");
        }
    }

    /**
     * Ends the group early and without an error. Its tasks and its body are cancelled, and the block ends when they
     * have ended. Harmless when repeated, and when the group has ended. From a thread that does not run its loop, the
     * request is queued there.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Errors:</b> an error that a task has meanwhile, and a cancel from elsewhere, are still thrown by the
     *       block.
     *   <li><b>asyncio:</b> {@code TaskGroup.cancel}, of Python 3.15.
     * </ul>
     */
    public void cancel() {
        if (!loop.inLoop()) {
            Loops.access(loop).urgent().queue(this::cancel);
            return;
        }
        if (!aborting && !(exiting && tasks.isEmpty())) {
            abort();
            cancelParent();
        }
    }

    private void abort() {
        aborting = true;
        boolean ending = parent.ending();
        Cancels.sweep(() -> List.copyOf(tasks).forEach(task -> cancel(task, ending)));
    }

    private void cancel(Task<?> task, boolean ending) {
        try {
            boolean unused = ending ? task.end(null) : task.cancel();
        } catch (Throwable e) { // one that waits for itself, or no stack: the others are cancelled all the same
            report("A task of a group could not be cancelled", e);
        }
    }

    private void cancelParent() {
        parentCancelRequested = true;
        boolean unused = parent.cancel();
    }

    private void taskDone(AsyncFuture<?> task) {
        tasks.remove(task);
        if (onCompleted != null && tasks.isEmpty()) {
            boolean unused = onCompleted.complete(new Outcome.Success<>(null));
        }
        Throwable error = task.isCancelled() ? null : task.exception();
        if (error == null) {
            return;
        }
        errors.add(error);
        noteFatal(error);
        if (parent.isDone()) {
            report("A task of a group has failed whose parent has ended: " + task, error);
        } else if (!aborting) {
            abort();
            cancelParent();
        }
    }

    private void noteFatal(@Nullable Throwable error) {
        if (fatal == null && Exceptions.isJvmFatal(error)) {
            fatal = error;
        }
    }

    private void report(String what, Throwable error) {
        loop.callExceptionHandler(new ExceptionContext(what, error, this));
    }

    // ---- the end of the block ----

    /** The body has ended, with an error or null: waits for the tasks, and throws what the block has to end with. */
    void exit(@Nullable Throwable bodyError) {
        exiting = true;
        noteFatal(bodyError);
        if (bodyError != null && !aborting) {
            abort();
        }
        CancelledError cancel = waitForTasks(bodyError instanceof CancelledError cancelled ? cancelled : null);
        throwFatal();
        if (parentCancelRequested) {
            // without a request but our own there is nothing to go on with
            cancel = parent.uncancel() == 0 ? null : fromOutside(cancel);
        }
        if (cancel != null && errors.isEmpty()) {
            throw cancel;
        }
        if (bodyError != null && !(bodyError instanceof CancelledError)) {
            errors.add(bodyError);
        }
        if (!errors.isEmpty()) {
            keepCancelRequested();
            throw new ExceptionGroup("unhandled errors in a TaskGroup", errors);
        }
    }

    /** Of our own cancel, which has no message, and those of others: one with a message, if there is one. */
    private @Nullable CancelledError fromOutside(@Nullable CancelledError cancel) {
        CancelledError seen = cancel == null || (cancel.getMessage() == null && later != null) ? later : cancel;
        String merged = seen == null || seen.getMessage() != null ? null : parent.mergedMessage();
        return merged == null ? seen : new CancelledError(merged);
    }

    /** The wait itself may be cancelled, again and again. Gives the cancellation that the block ends with. */
    private @Nullable CancelledError waitForTasks(@Nullable CancelledError cancelOfBody) {
        CancelledError cancel = cancelOfBody;
        while (!tasks.isEmpty()) {
            AsyncFuture<Void> allEnded = new AllEnded();
            onCompleted = allEnded;
            try {
                allEnded.awaitDirect();
            } catch (CancelledError e) {
                later = e;
                if (!aborting) {
                    cancel = e;
                    abort();
                } else if (abortedFromElsewhere) {
                    abortedFromElsewhere = false;
                    cancel = e;
                }
            } finally {
                onCompleted = null;
            }
        }
        return cancel;
    }

    private void throwFatal() {
        if (fatal != null) {
            for (Throwable error : errors) {
                if (error != fatal) {
                    report("An error in a group gives way to " + Foreign.text(fatal), error);
                }
            }
            throw Unchecked.raise(fatal);
        }
    }

    /** The group's errors come out instead of a cancel from outside, which is delivered at the next await then. */
    private void keepCancelRequested() {
        if (parent.cancelling() > 0) {
            int unused = parent.uncancel();
            boolean unusedToo = parent.cancel();
        }
    }

    /** A cancel from another thread reaches the tasks at once, of which one may be running. */
    private final class AllEnded extends AsyncFuture<Void> {
        AllEnded() {
            super(loop);
        }

        @Override
        public boolean cancel(@Nullable String message) {
            boolean news = super.cancel(message);
            if (news && Loops.access(loop).urgent().running() && !aborting) {
                abortedFromElsewhere = true;
                abort();
            }
            return news;
        }

        @Override
        Collection<? extends AsyncFuture<?>> waitsForAll() {
            return tasks;
        }

        @Override
        String label() {
            return "the end of a TaskGroup";
        }

        @Override
        public String toString() {
            return "the end of " + TaskGroup.this;
        }
    }

    @Override
    public String toString() {
        return "TaskGroup[of " + parent.name() + ", " + tasks.size() + " tasks"
                + (errors.isEmpty() ? "" : ", " + errors.size() + " errors") + (aborting ? ", cancelling" : "") + "]";
    }
}
