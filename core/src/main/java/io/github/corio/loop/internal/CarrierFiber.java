package io.github.corio.loop.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * A virtual thread on a {@link Carrier}, and its scheduler. It runs when the engine {@link #mount}s it, until it
 * {@link #leave}s: a {@link Thread#yield} whose continuation the scheduler keeps instead of queueing it. If its body
 * blocks in another way (a lock, sleep, I/O), the JDK says when it could go on, and the carrier then mounts it by itself.
 *
 * <pre>{@code
 *               mount                leave
 *   LEFT ----------------> MOUNTED ---------> LEFT         LEFT is also: started, and never mounted yet
 *                           ^ |  | body ends: ENDED
 *     the carrier mounts it | |  | stops, as the JDK wants (park, monitor, sleep, Thread.yield)
 *                           | |  v
 *                        QUEUED <--- BLOCKED               <---: execute, any thread
 *                           ^ execute while MOUNTED: WOKEN; QUEUED when it has stopped, forgotten when it has left
 * }</pre>
 *
 * <p>{@code execute} may come too often. While a dump or a debugger walks the stack of an unmounted thread, mounting it does
 * nothing, and {@code execute} follows; it also follows if nobody tried. So in LEFT it is ignored. A mount that did nothing
 * is BLOCKED: {@code execute} brings it back.
 *
 * <p>Unparks and interrupts of a fiber that has left only set its permit and its flag.
 */
class CarrierFiber extends Carrier.Work implements Executor, Runnable {
    /** How a mount ended. */
    enum Stop {
        /** By {@link #leave}: the engine mounts it again. */
        LEFT,
        /** Its body waits for something that is not ours: the carrier mounts it again, then calls {@link #resumed}. */
        BLOCKED,
        /** Its thread has ended. */
        ENDED
    }

    private static final int LEFT = 0;
    private static final int MOUNTED = 1;
    private static final int WOKEN = 2;
    private static final int BLOCKED = 3;
    private static final int QUEUED = 4;
    private static final int ENDED = 5;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(CarrierFiber.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        Schedulers.registerNonBlockingThreadPredicate(thread -> of(thread) != null);
    }

    final Carrier carrier;
    private final Thread thread;
    /** What the engine keeps for this fiber: a ThreadLocal would cost each of them a map. */
    @Nullable
    Object local;

    private @Nullable Runnable body;
    /** The thread's own; a virtual thread that the body makes inherits this scheduler, with another one. */
    private @Nullable Runnable continuation;

    private volatile int state; // LEFT
    /** The thread that mounted it last. */
    private @Nullable Thread mounter;
    /** How it has stopped on a thread that another one has taken the place of: the engine goes on with that on the new thread. */
    private @Nullable Stop stopped;
    /** The next yield is a {@link #leave}. On the carrier only, as {@link #left} and {@link #done}. */
    private boolean leaving;

    private boolean left;
    private boolean done;

    /**
     * A fiber that is ready to be mounted.
     *
     * @throws OutOfMemoryError if there is no room for it; nothing has happened then
     */
    CarrierFiber(Carrier carrier, @Nullable String name, Runnable body) {
        this.carrier = carrier;
        this.body = body;
        this.thread = VirtualThreads.unstarted(this, name, this);
        thread.start(); // comes to execute
    }

    /** The fiber whose thread this is; null for any other thread. */
    static @Nullable CarrierFiber of(Thread thread) {
        return VirtualThreads.schedulerOf(thread) instanceof CarrierFiber fiber && fiber.thread == thread
                ? fiber
                : null;
    }

    /** The fiber that this code runs on; null on any other thread. */
    static @Nullable CarrierFiber current() {
        return of(Thread.currentThread());
    }

    final Thread thread() {
        return thread;
    }

    /**
     * Runs the fiber here until it stops. On the carrier's own stack; for a fiber that has left or is new.
     *
     * @return how it stopped; {@link Stop#BLOCKED} also if a debugger kept it from running
     */
    final Stop mount() {
        if (!carrier.isOwnStack()) {
            throw new IllegalStateException(this + " can only be mounted by " + carrier.thread());
        }
        if (state != LEFT) {
            throw new IllegalStateException(this + " cannot be mounted now");
        }
        return run(continuation);
    }

    /** The JDK could go on. */
    @Override
    final void onCarrier() {
        Stop elsewhere = stopped;
        stopped = null;
        resumed(elsewhere == null ? run(continuation) : elsewhere);
    }

    /** A spare has taken the place of the thread on which this fiber has stopped: there, {@link #resumed} is called with this. */
    final void goOnElsewhere(Stop stop) {
        stopped = stop;
        carrier.submit(this);
    }

    /**
     * After a body that was {@link Stop#BLOCKED} has run on. On the carrier's own stack.
     *
     * @param stop how it stopped this time
     */
    void resumed(Stop stop) {}

    private Stop run(@Nullable Runnable continuation) {
        if (continuation == null) {
            throw new IllegalStateException("Not started");
        }
        mounter = Thread.currentThread();
        state = MOUNTED; // volatile: before the JDK looks whether the thread is suspended; see execute
        carrier.mounting();
        try {
            continuation.run();
        } finally {
            carrier.unmounted();
            settle();
        }
        int now = state;
        return now == LEFT ? Stop.LEFT : now == ENDED ? Stop.ENDED : Stop.BLOCKED;
    }

    private void settle() {
        if (left) {
            left = false;
            STATE.setRelease(this, LEFT);
        } else if (done && !thread.isAlive()) {
            state = ENDED;
        } else if (!STATE.compareAndSet(this, MOUNTED, BLOCKED)) { // woken in between
            state = QUEUED;
            carrier.submit(this);
        }
    }

    /**
     * Gives the carrier its stack back, and returns when the fiber has been mounted again. On this fiber.
     *
     * @throws IllegalStateException if the stack cannot be left: there is a native frame or a class initializer on it.
     *     Nothing has happened then
     */
    @SuppressWarnings("ThreadPriorityCheck") // its effect is ours to decide: we are the scheduler
    final void leave() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException(this + " can only be left by itself");
        }
        leaving = true;
        boolean pinned = true;
        try {
            Thread.yield();
        } finally { // it may also throw, when there is no room for the frames
            pinned = leaving;
            leaving = false;
        }
        if (pinned) {
            throw new IllegalStateException(
                    "pinned: a coroutine cannot suspend below a native frame or a class initializer");
        }
    }

    /** The JDK says that a thread of this scheduler could go on. Any thread. */
    @Override
    public final void execute(Runnable command) {
        Runnable own = continuation;
        if (own == null) {
            continuation = command; // from start(), in the constructor
        } else if (command != own) {
            VirtualThreads.defaultScheduler().execute(command);
        } else if (Thread.currentThread() == mounter && leaving) {
            leaving = false;
            left = true;
        } else {
            wake();
        }
    }

    private void wake() {
        for (; ; ) {
            int now = state;
            if (now == MOUNTED) {
                if (STATE.compareAndSet(this, MOUNTED, WOKEN)) {
                    return;
                }
            } else if (now == BLOCKED) {
                if (STATE.compareAndSet(this, BLOCKED, QUEUED)) {
                    carrier.submit(this);
                    return;
                }
            } else {
                return;
            }
        }
    }

    /** The thread's task. */
    @Override
    public final void run() {
        Runnable task = body;
        body = null;
        try {
            if (task != null) {
                task.run();
            }
        } finally {
            done = true;
        }
    }
}
