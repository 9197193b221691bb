package io.github.corio.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A fiber that is a thread: a cached platform thread, or a virtual one that ends with its last body.
 *
 * <p>The baton is handed over by a {@link Parker}: whoever gives it writes {@link #loop} and {@link #next}, then grants;
 * the fiber reads them after its wait. The giver must not touch the loop afterwards.
 */
final class ThreadFiber extends Fiber implements Runnable {
    /** How many platform fibers there may be at once. */
    static final int MAX = Integer.getInteger("corio.fibers.max", 2048);

    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Cache CACHE = new Cache();

    private final Parker baton = new Parker();
    private final boolean virtual;
    /** The body to run next, while this fiber is idle. */
    private @Nullable Strand next;

    private ThreadFiber(LoopCore loop, boolean virtual) {
        super(loop);
        this.virtual = virtual;
    }

    /**
     * A fiber for a new body: an idle one or a new one. It starts when it is given the baton.
     *
     * @throws IllegalStateException if there are too many
     * @throws OutOfMemoryError if a thread cannot start
     */
    static ThreadFiber acquire(LoopCore loop) {
        ThreadFactory virtualThreads = FiberKind.current() == FiberKind.PLATFORM ? null : FiberKind.VIRTUAL_THREADS;
        if (virtualThreads != null) {
            ThreadFiber fiber = new ThreadFiber(loop, true);
            virtualThreads.newThread(fiber).start();
            return fiber;
        }
        ThreadFiber idle = CACHE.take();
        if (idle != null) {
            idle.loop = loop;
            return idle;
        }
        return CACHE.start(loop);
    }

    @Override
    public void run() {
        baton.await();
        do {
            runNext();
        } while (!virtual && CACHE.keep(this));
    }

    /** In a frame of its own: the one that waits in the cache must not keep the last body, and its subscriber, alive. */
    private void runNext() {
        Strand strand = next;
        next = null;
        if (strand == null) {
            throw new IllegalStateException("A fiber was given the baton without a body to run");
        }
        LoopCore.current(loop);
        runBodies(strand);
        LoopCore.current(null);
    }

    /** The thread is this fiber's own: an interrupt that is left was meant for a body that has ended. */
    @Override
    void begins() {
        boolean unused = Thread.interrupted();
    }

    @Override
    void takeBaton(Strand woken) {
        if (woken.stack == null) {
            next = woken;
        }
        baton.grant();
    }

    @Override
    boolean give(@Nullable Strand strand) {
        if (strand == null) {
            if (loop.budget <= 0) {
                loop.yieldToWorker();
                return true;
            }
            return loop.release();
        }
        Strand.Stack stack = strand.stack;
        if (stack == null) {
            try {
                stack = acquire(loop);
            } catch (Throwable e) { // no thread to be had
                loop.failStart(strand, e);
                return false;
            }
        }
        stack.takeBaton(strand);
        return true;
    }

    @Override
    void park() {
        baton.await();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // not relied on: it only gives others on the same carrier a turn
    boolean yieldsToOthers() {
        if (loop.idle != null) { // the worker's thread waits for this loop: others there would never have a turn
            return true;
        }
        loop.budget = LoopCore.BUDGET;
        if (virtual) {
            Thread.yield();
        }
        return false;
    }

    /** The idle platform fibers, and how many there are in all. Nothing foreign runs under its lock. */
    private static final class Cache {
        private final Deque<ThreadFiber> idle = new ArrayDeque<>();
        private int count;
        private int started;

        synchronized @Nullable ThreadFiber take() {
            return idle.pollLast();
        }

        ThreadFiber start(LoopCore loop) {
            int number;
            synchronized (this) {
                if (count >= MAX) {
                    throw new IllegalStateException(
                            MAX + " coroutine bodies are suspended on platform threads, and that is"
                                    + " the limit (-Dcorio.fibers.max). Run on Java 21 or newer, where a suspended body costs no"
                                    + " platform thread, or compose what only waits from Monos: sleep(...).then(...)");
                }
                count++;
                number = ++started;
            }
            ThreadFiber fiber = new ThreadFiber(loop, false);
            Thread thread = new Thread(null, fiber, "corio-fiber-" + number, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(ThreadFiber.class.getClassLoader());
            try {
                thread.start();
            } catch (Throwable e) {
                synchronized (this) {
                    count--;
                }
                throw e;
            }
            return fiber;
        }

        /** Keeps the fiber until it is used again: true; false if its time is up. */
        boolean keep(ThreadFiber fiber) {
            synchronized (this) {
                idle.addLast(fiber);
            }
            if (fiber.baton.await(KEEP_NANOS)) {
                return true;
            }
            synchronized (this) {
                if (idle.remove(fiber)) {
                    count--;
                    return false;
                }
            }
            fiber.baton.await(); // taken at the last moment
            return true;
        }
    }
}
