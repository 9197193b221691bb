package io.github.corio.loop.internal;

import io.github.corio.loop.FiberKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * A fiber that is a thread: a cached platform thread, or a virtual one of the JDK's pool that ends with its last body.
 *
 * <p>The baton is handed over by a {@link Parker}. A fiber in the middle of a body knows its loop; one that is free reads it from
 * {@link #assigned}, which was written before the grant. The giver must not touch the loop afterwards.
 */
final class ThreadFiber extends Fiber implements Runnable {
    /** How many platform fibers there may be at once. */
    static final int MAX = Integer.getInteger("corio.fibers.max", 2048);

    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Cache CACHE = new Cache();

    static {
        Schedulers.registerNonBlockingThreadPredicate(thread -> FiberKind.isFiber(thread) || runsBody(thread));
    }

    private final Parker baton = new Parker();
    private final boolean virtual;
    private @Nullable Thread thread;
    /** The loop to drive next, while this fiber is free. Without one, a grant means nothing. */
    private @Nullable Engine assigned;

    private ThreadFiber(Engine loop, boolean virtual) {
        this.assigned = loop;
        this.virtual = virtual;
    }

    /** The current thread runs a body, which may have given it another name. */
    private static boolean runsBody(Thread thread) {
        return thread == Thread.currentThread()
                && Loop.current() instanceof Engine loop
                && loop.running instanceof SuspendableHandle body
                && body.thread() == thread;
    }

    /** A free fiber for a loop: an idle one or a new one. */
    static ThreadFiber free(Engine loop) {
        ThreadFactory virtualThreads = FiberKind.current() == FiberKind.PLATFORM ? null : FiberThreads.VIRTUAL;
        if (virtualThreads != null) {
            ThreadFiber fiber = new ThreadFiber(loop, true);
            virtualThreads.newThread(fiber).start();
            return fiber;
        }
        ThreadFiber idle = CACHE.take();
        if (idle == null) {
            return CACHE.start(loop);
        }
        idle.assigned = loop;
        return idle;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        FiberThreads.LIVE.increment();
        try {
            baton.await();
            do {
                driveAssigned();
            } while (!virtual && CACHE.keep(this));
        } finally {
            FiberThreads.LIVE.decrement();
        }
    }

    /** In a frame of its own: the one that waits in the cache must not keep the last body, and its subscriber, alive. */
    private void driveAssigned() {
        Engine loop = assigned;
        assigned = null;
        if (loop != null) {
            drive(loop);
        }
    }

    @Override
    @Nullable
    Thread thread() {
        return thread;
    }

    @Override
    void takeBaton() {
        baton.grant();
    }

    @Override
    void park() {
        baton.await();
    }

    @Override
    boolean mustYield(Engine loop) {
        if (loop.idle != null || loop.turns.othersFirst()) { // others there would never have a turn
            return true;
        }
        goOn(loop);
        return false;
    }

    @Override
    boolean yieldTo(Engine loop) {
        if (loop.idle != null || loop.turns.othersFirst()) {
            return loop.yieldToOthers();
        }
        goOn(loop);
        return false;
    }

    @SuppressWarnings("ThreadPriorityCheck") // not relied on: it only gives others on the same carrier a turn
    private void goOn(Engine loop) {
        loop.budget = Engine.BUDGET;
        if (virtual) {
            Thread.yield();
        }
    }

    @Override
    boolean give(Engine engine, @Nullable LoopHandle next) {
        if (next == null) {
            if (engine.budget <= 0) {
                return engine.yieldToOthers();
            }
            if (engine.life.isClosing()) { // what is left is told so, which is others' code
                engine.passToScheduler();
                return true;
            }
            return engine.release();
        }
        SuspendableHandle.Stack stack = next instanceof SuspendableHandle handle ? handle.stack : null;
        if (stack == null) {
            try {
                stack = free(engine);
            } catch (Throwable e) { // no thread to be had
                if (next instanceof SuspendableHandle handle && handle.stackful) {
                    engine.failStart(handle, e);
                    return false;
                }
                engine.passToScheduler(); // a callback runs on the Scheduler's thread as well
                return true;
            }
        }
        stack.takeBaton();
        return true;
    }

    @Override
    void pass(Engine loop, SuspendableHandle.Stack stack) {
        stack.takeBaton();
    }

    /** The idle platform fibers, and how many there are in all. Nothing foreign runs under its lock. */
    private static final class Cache {
        private final Deque<ThreadFiber> idle = new ArrayDeque<>();
        private int count;
        private int started;

        synchronized @Nullable ThreadFiber take() {
            return idle.pollLast();
        }

        ThreadFiber start(Engine loop) {
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
            try {
                Thread thread = new Thread(null, fiber, FiberThreads.NAME + "-" + number, 0, false);
                thread.setDaemon(true);
                thread.setContextClassLoader(ThreadFiber.class.getClassLoader());
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
