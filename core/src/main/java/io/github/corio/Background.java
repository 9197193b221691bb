package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.internal.LoopAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/**
 * Work that outlives its creator, for example an audit that is written after the answer to a request. Each piece of
 * work is a task on a loop of its own, in a copy of the Context of its creator. An application has a single {@code
 * Background}, and closes it at its shutdown. Thread-safe.
 *
 * <ul>
 *   <li><b>Suspends:</b> never. {@link #awaitEnd} blocks the calling thread.
 *   <li><b>Cancellation:</b> {@link #close()} cancels the work that still runs.
 *   <li><b>Errors:</b> an error that no code observes goes to the exception handler of its loop, which logs it.
 *   <li><b>asyncio:</b> the set of background tasks that the documentation of {@code create_task} recommends.
 * </ul>
 *
 * @since 0.1.0
 */
public final class Background implements AutoCloseable {
    /** Guarded by itself, as is {@link #closed}. */
    private final Set<Task<?>> tasks = new LinkedHashSet<>();

    private boolean closed;

    /** Makes a background without work. */
    public Background() {}

    /**
     * Starts a Mono as a task on a new loop, in a copy of the Context that is current here.
     *
     * <ul>
     *   <li><b>Suspends:</b> never.
     *   <li><b>Cancellation:</b> of the task cancels this piece of work alone.
     *   <li><b>Signals on:</b> the loop of the work.
     *   <li><b>Errors:</b> an error that no code observes goes to the exception handler of that loop.
     *   <li><b>asyncio:</b> {@code asyncio.create_task}, with a reference that is kept.
     * </ul>
     *
     * @param work a coroutine or any other Mono
     * @param <T> the type of the value
     * @return its task. To wait for it on another loop, write {@code await(task.hide())}
     * @throws IllegalStateException after {@link #close()}
     */
    public <T> Task<T> start(Mono<? extends T> work) {
        Objects.requireNonNull(work, "work");
        requireOpen();
        AsyncContext context = AsyncContext.ofCaller();
        EventLoop loop = EventLoop.createFor(context.get());
        Task<T> task = new Task<>(loop, work, EnsureFuture.nameOf(work), context);
        try {
            add(task);
            SubscribeSupport.endWith(task, () -> ended(task));
            return task.start(); // without the lock: the Scheduler may run the work right here, on this stack
        } catch (Throwable refused) { // by its Scheduler, or by a close at this moment
            ended(task);
            loop.dispose();
            throw refused;
        }
    }

    private void add(Task<?> task) {
        synchronized (tasks) {
            requireOpen();
            tasks.add(task);
        }
    }

    private void requireOpen() {
        synchronized (tasks) {
            if (closed) {
                throw new IllegalStateException("This Background was closed, and takes no more work, on "
                        + Thread.currentThread() + ". Close it when nothing is left that could start something");
            }
        }
    }

    private void ended(Task<?> task) {
        synchronized (tasks) {
            boolean unused = tasks.remove(task);
            tasks.notifyAll();
        }
    }

    /**
     * Gives the tasks that run at this moment.
     *
     * @return a snapshot, oldest first
     */
    public Set<Task<?>> tasks() {
        synchronized (tasks) {
            return new LinkedHashSet<>(tasks);
        }
    }

    /**
     * Blocks the calling thread until all work has ended, also what is started meanwhile.
     *
     * @param limit how long at most, in real time
     * @return false if the time was over first
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException on a thread of a loop, and on one that must not block
     */
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        LoopAccess.requireBlockingAllowed("wait for the end of background work");
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(limit); // as long as can be, if it is longer
        synchronized (tasks) {
            while (!tasks.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                tasks.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            return true;
        }
    }

    /**
     * Takes no more work and cancels the work that still runs, without a wait. Call {@link #awaitEnd} before it to let
     * the work end by itself, and after it to wait for the cleanup. Harmless when repeated.
     */
    @Override
    public void close() {
        ArrayList<Task<?>> left;
        synchronized (tasks) {
            closed = true;
            left = new ArrayList<>(tasks);
        }
        for (Task<?> task : left) {
            end(task);
        }
    }

    private static void end(Task<?> task) {
        try {
            boolean unused = task.end("the application shuts down");
        } catch (Throwable e) { // one that waits for itself, or no stack: the others are told all the same
            task.loop().callExceptionHandler(new ExceptionContext("Background work could not be cancelled", e, task));
        }
    }

    @Override
    public String toString() {
        return "Background" + tasks();
    }
}
