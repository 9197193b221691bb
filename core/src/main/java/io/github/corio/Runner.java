package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopAccess;
import io.github.corio.loop.internal.Loops;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Runs several main coroutines, one after another, on a loop and in a context that they share. It blocks the calling
 * thread for each. {@link #close()} cancels and awaits the tasks that are left, and closes the loop. It belongs to the
 * thread that uses it, except for {@link #interrupt()}.
 *
 * <ul>
 *   <li><b>Cancellation:</b> an interrupt of the calling thread, or the end of the JVM, cancels the main and waits for
 *       its cleanup.
 *   <li><b>Errors:</b> those of the main, as they are.
 *   <li><b>asyncio:</b> {@code asyncio.Runner}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class Runner implements AutoCloseable {
    private final Supplier<EventLoop> loopFactory;
    private @Nullable EventLoop loop;
    private @Nullable AsyncContext context;
    private Context captured = Context.empty();
    private boolean closed;
    private volatile @Nullable Thread blocked;

    /** Makes a runner on a loop of its own, on {@link EventLoop#getDefaultScheduler()}. */
    public Runner() {
        this(EventLoop::create);
    }

    /**
     * Makes a runner on the loop that the factory makes at first use. The runner closes it.
     *
     * @param loopFactory called once
     */
    public Runner(Supplier<EventLoop> loopFactory) {
        this.loopFactory = Objects.requireNonNull(loopFactory, "loopFactory");
    }

    /**
     * Gives the loop, and makes it if there is none yet.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Runner.get_loop}.
     * </ul>
     *
     * @return the loop
     * @throws IllegalStateException if the runner is closed
     */
    public EventLoop getLoop() {
        if (closed) {
            throw new IllegalStateException("This runner was closed, and cannot be used any more, on "
                    + Thread.currentThread() + ". Make a new one: new Runner()");
        }
        EventLoop made = loop;
        if (made == null) {
            made = Objects.requireNonNull(loopFactory.get(), "the loop factory gave null");
            loop = made;
            context = AsyncContext.copy();
        }
        return made;
    }

    /**
     * Runs a main coroutine to its end, and blocks the calling thread meanwhile. All mains share a context, so the next
     * main sees a {@link ContextVar} that this one sets.
     *
     * <ul>
     *   <li><b>Cancellation:</b> an interrupt of the calling thread, or the end of the JVM, cancels the main and waits
     *       for its end. A second interrupt does not wait. The end of the JVM waits {@code -Dcorio.shutdown.seconds}
     *       at most, 10 by default. It does not wait if the loop itself has called {@code System.exit}: nothing runs
     *       on that loop any more, and no {@code finally} either.
     *   <li><b>Errors:</b> those of the main, as they are.
     *   <li><b>asyncio:</b> {@code Runner.run}.
     * </ul>
     *
     * @param main what to run
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws IllegalStateException on a thread that runs a loop or must not block. Also if the runner is closed, or
     *     the loop was stopped before the end of the main
     */
    public <T> @Nullable T run(Mono<? extends T> main) {
        Objects.requireNonNull(main, "main");
        LoopAccess.requireBlockingAllowed("run " + Foreign.text(main));
        EventLoop target = getLoop();
        AsyncContext shared = Objects.requireNonNull(context);
        capture(shared);
        return runOn(target, main, shared, thread -> blocked = thread);
    }

    /** Each main sees the ThreadLocals that the calling thread has now, not those of an earlier run. */
    private void capture(AsyncContext shared) {
        Context now = AsyncContext.captured();
        Context changed = shared.get();
        for (Object key : captured.stream().map(Map.Entry::getKey).toList()) {
            changed = changed.delete(key);
        }
        shared.set(changed.putAll(now.readOnly()));
        captured = now;
    }

    /**
     * Runs a main, as the first {@link #run(Mono)} does.
     *
     * @param main the body of a coroutine
     * @param <T> the type of its value
     * @return its value
     */
    public <T> @Nullable T run(CoroutineBody<? extends T> main) {
        return run(Coroutine.<T>of(main));
    }

    /**
     * Runs a main without a value, as the first {@link #run(Mono)} does.
     *
     * @param main the body of a coroutine
     */
    public void run(CoroutineAction main) {
        Void unused = run(Coroutine.ofAction(main));
    }

    /**
     * Does the same as an interrupt of the thread in {@link #run}: the first time it cancels the main, the second time
     * {@code run} throws immediately. Thread-safe.
     *
     * <ul>
     *   <li><b>asyncio:</b> the SIGINT handler of {@code asyncio.Runner}.
     * </ul>
     */
    public void interrupt() {
        Thread thread = blocked;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /**
     * Cancels all tasks of the loop, awaits them, passes their errors to the exception handler, and closes the loop. It
     * blocks until that is over. A task that was created too late to be cancelled has been unwound by then, and the
     * exception handler has heard of it. An interrupt, which is kept, ends only this last wait. Harmless when repeated.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Runner.close}.
     * </ul>
     *
     * @throws IllegalStateException on a thread that runs a loop or must not block, unless the loop is closed already
     * @throws IllegalStateException if the Scheduler was disposed of before its loop. The remaining tasks have not been
     *     awaited then, but the loop is closed
     * @throws java.util.concurrent.RejectedExecutionException likewise
     */
    @Override
    public void close() {
        EventLoop closing = loop;
        if (closing != null && !closing.isClosed()) {
            LoopAccess.requireBlockingAllowed("close a runner");
        }
        closed = true;
        loop = null;
        if (closing == null) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // one that came before does not end a wait here
        try {
            if (!closing.isClosed()) {
                interrupted |= endLeftovers(closing);
            }
        } finally {
            closing.dispose();
            closing.close(); // waits
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** True if the thread was interrupted meanwhile, which does not end the wait. */
    private static boolean endLeftovers(EventLoop loop) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        boolean interrupted = false;
        try {
            loop.callSoon(() -> RemainingTasks.cancelAll(loop, () -> ended.complete(null)));
            while (!ended.isDone() && !loop.isClosed()) {
                try {
                    boolean unused = Loops.access(loop).runUntil(ended, () -> {});
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (IllegalStateException e) {
            if (!loop.isClosed()) { // else another thread was faster
                throw e;
            }
        }
        if (!ended.isDone()) {
            Loops.access(loop).requireScheduler(); // else somebody has closed the loop on purpose
        }
        return interrupted;
    }

    /** Runs a main on a loop that stays open. */
    static <T> @Nullable T runOn(EventLoop loop, Mono<? extends T> main, AsyncContext context, Blocked blocked) {
        String name = main instanceof Coroutine<?> coroutine ? coroutine.taskName() : null;
        Task<T> task = new Task<>(loop, main, name, context);
        CompletableFuture<Void> done = new CompletableFuture<>();
        task.addLoopCallback(ended -> done.complete(null));
        Thread shutdown = AtShutdown.cancel(task, done);
        boolean interrupted = false;
        Runnable start = task::start;
        blocked.by(Thread.currentThread());
        try {
            while (true) {
                try {
                    Runnable first = start;
                    start = () -> {};
                    if (!Loops.access(loop).runUntil(done, first)) {
                        boolean unused = task.observe();
                        throw new IllegalStateException("Event loop stopped before " + task + " had ended");
                    }
                    break;
                } catch (InterruptedException e) {
                    if (interrupted) {
                        throw interruption(e);
                    }
                    interrupted = true;
                    boolean unused = task.cancel("run was interrupted");
                }
            }
        } finally {
            blocked.by(null);
            AtShutdown.forget(shutdown);
        }
        if (interrupted && task.isCancelled() && task.cancelling() <= 1) { // nobody else has asked for it
            throw interruption(new InterruptedException("interrupted in run; " + task + " was cancelled for it"));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return task.result();
    }

    private static RuntimeException interruption(InterruptedException e) {
        Thread.currentThread().interrupt();
        return Exceptions.propagate(e);
    }

    /** Told which thread waits in run. */
    interface Blocked {
        void by(@Nullable Thread thread);
    }
}
