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
 * Runs several mains, one after another, on one loop and in one context, blocking the calling thread for each; closing it
 * cancels and awaits what they have left behind, and closes the loop.
 *
 * <p>Belongs to the thread that uses it, but for {@link #interrupt()}.
 *
 * <p>asyncio: {@code asyncio.Runner}.
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

    /** A runner on a loop of its own, on {@link EventLoop#getDefaultScheduler()}. */
    public Runner() {
        this(EventLoop::create);
    }

    /**
     * A runner on the loop that the factory makes at first use. The runner closes it.
     *
     * @param loopFactory called once
     */
    public Runner(Supplier<EventLoop> loopFactory) {
        this.loopFactory = Objects.requireNonNull(loopFactory, "loopFactory");
    }

    /**
     * The loop, made if there is none yet.
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
     * Runs a main to its end. All mains share one context, so a {@link ContextVar} set by one is seen by the next.
     *
     * <p>If the calling thread is interrupted, or the JVM is shut down, the main is cancelled and its end awaited; a second
     * interrupt does not wait. The end of the JVM waits {@code -Dcorio.shutdown.seconds} at most, 10 if that is not set; and not for
     * a main whose own loop has called {@code System.exit}, since that call never returns: nothing runs on that loop any more, no
     * {@code finally} either.
     *
     * @param main what to run
     * @param <T> the type of its value
     * @return its value, null if it is empty
     * @throws IllegalStateException on a thread that runs a loop or must not block; if the runner is closed; if the loop was
     *     stopped before the main had ended
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
     * Does what an interrupt of the thread in {@link #run} does: the first time the main is cancelled, the second time run
     * throws at once. Thread-safe.
     *
     * <p>asyncio: the SIGINT handler of {@code asyncio.Runner}.
     */
    public void interrupt() {
        Thread thread = blocked;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /**
     * Cancels all tasks of the loop, awaits them, tells the exception handler of their errors, and closes the loop. Blocks until
     * that is over: what was created too late to be cancelled has been unwound, and the exception handler has been told that
     * it was destroyed. An interrupt, which is kept, ends only this last wait. Harmless when repeated.
     *
     * @throws IllegalStateException on a thread that runs a loop or must not block, unless the loop is closed already
     * @throws IllegalStateException if the Scheduler was disposed of before its loop: what was left has not been awaited, but the
     *     loop is closed
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
        loop.callSoon(() -> RemainingTasks.cancelAll(loop, () -> ended.complete(null)));
        boolean interrupted = false;
        while (!ended.isDone() && !loop.isClosed()) {
            try {
                boolean unused = Loops.access(loop).runUntil(ended, () -> {});
            } catch (InterruptedException e) {
                interrupted = true;
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
        task.addDoneCallback(ended -> done.complete(null));
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
