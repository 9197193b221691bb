package io.github.corio.loop.internal;

import io.github.corio.loop.LoopClosedError;
import org.jspecify.annotations.Nullable;

/**
 * A stack that bodies run on. While a body of its loop runs on it, it holds the loop's baton.
 *
 * <p>A <em>free</em> fiber, one without a body, that is given the baton {@link #drive drives} the loop: it runs callbacks and starts
 * new bodies on itself, one after another. It gives the baton away when a suspended body is next, or when nothing is left.
 *
 * <p>A body that has to wait does not leave its stack yet. Its fiber first runs the engine's own handles right there, and where the
 * next one is the body's own wake-up, the body simply returns: no switch. For everything else, a callback of others included, the
 * fiber gives the baton away and parks. So nothing foreign ever runs on the stack of a body that waits, where it would see the
 * body's ScopedValues, hold its monitors and get its interrupts.
 */
abstract class Fiber extends SuspendableHandle.Stack {
    /** The loop of the body that it has; null while it is free. */
    @Nullable
    Engine engine;

    /** Null until it is used. */
    private @Nullable String ordinaryName;

    private @Nullable ClassLoader ordinaryLoader;

    /** Leaves the stack until this fiber is given the baton. */
    abstract void park();

    /**
     * The budget is spent, on a free fiber with nothing in flight: others have their turn.
     *
     * @return true if the baton is away for that
     */
    abstract boolean yieldTo(Engine engine);

    /** The same, on the stack of a body. True if the baton has to be given away for that. */
    abstract boolean mustYield(Engine engine);

    /**
     * Passes the baton on, on the stack of a body that waits: to a stack that can run the handle, which is in flight; with null, back to the
     * loop.
     *
     * @return false if the caller still has the baton
     */
    abstract boolean give(Engine engine, @Nullable LoopHandle next);

    /** Passes the baton on, on a free fiber, to the stack of a suspended body, which is in flight. */
    abstract void pass(Engine engine, SuspendableHandle.Stack stack);

    // ---- with a body ----

    @Override
    final void suspend(SuspendableHandle self) {
        Engine engine = requireEngine();
        checkOpen(engine);
        engine.leave();
        try {
            if (away(engine, self)) {
                park();
            }
        } catch (Throwable failed) { // no memory, or no stack: the baton is still here
            engine.enterAgain(self);
            throw failed;
        }
        engine.enter(self);
        checkOpen(engine);
    }

    @Override
    final void yieldTurn(SuspendableHandle self) {
        Engine engine = requireEngine();
        if (!engine.isInEagerStep(self) && engine.alone()) {
            engine.budget--; // others on the Scheduler get their turn all the same
            return;
        }
        StackGuard.toSuspend();
        boolean unused = engine.enqueueHere(self);
        suspend(self);
    }

    @Override
    final boolean startNow(SuspendableHandle self, SuspendableHandle child) {
        Engine engine = requireEngine();
        engine.turns.putBack();
        engine.leave();
        engine.startsNow(child, self);
        engine.turns.taken = child;
        try {
            if (give(engine, child)) {
                park();
            }
        } catch (Throwable cannotLeave) { // the baton is still here
            SuspendableHandle unused = engine.takeStarter(child);
            engine.turns.taken = null;
            engine.enterAgain(self);
            return false;
        }
        engine.enter(self);
        return true;
    }

    /** Drains until the handle is woken: false; or until the baton is away: true. */
    private boolean away(Engine engine, SuspendableHandle self) {
        for (; ; ) {
            LoopHandle next = drainInPlace(engine, self);
            if (next == self) {
                return false;
            }
            if (give(engine, next)) {
                return true;
            }
        }
    }

    /** Runs the engine's own handles, until another one is next; null if nothing is, or if others must have their turn. */
    private @Nullable LoopHandle drainInPlace(Engine engine, SuspendableHandle self) {
        SuspendableHandle starter = engine.takeStarter(self);
        if (starter != null) { // this was an eager first step: back to the one that asked for it
            engine.turns.taken = starter;
            return starter;
        }
        for (; ; ) {
            if (engine.budget <= 0 && mustYield(engine)) {
                return null;
            }
            LoopHandle handle = engine.next();
            if (handle == null || needsStack(handle) || !handle.inner()) {
                return handle;
            }
            engine.call(handle);
        }
    }

    // ---- without a body ----

    /** Runs the loop, whose baton this fiber has, until the baton is away. */
    final void drive(Engine engine) {
        forget();
        Loop.current(engine);
        engine.driver = Thread.currentThread();
        try {
            while (!step(engine)) {}
        } finally {
            Loop.current(null);
        }
    }

    /** True if the baton is away. */
    private boolean step(Engine engine) {
        LoopHandle handle;
        try {
            if (engine.budget <= 0 && engine.turns.taken == null && yieldTo(engine)) {
                return true;
            }
            handle = engine.next();
        } catch (Throwable e) {
            engine.dispatcher.tryLater(e);
            return true;
        }
        if (handle == null) {
            return engine.turns.othersFirst() ? engine.yieldToOthers() : engine.release();
        }
        if (!needsStack(handle)) {
            engine.call(handle);
            return false;
        }
        SuspendableHandle suspendable = (SuspendableHandle) handle;
        if (suspendable.stack != null) {
            pass(engine, suspendable.stack);
            return true;
        }
        runBody(engine, suspendable);
        return false;
    }

    private void runBody(Engine engine, SuspendableHandle suspendable) {
        forget();
        this.engine = engine;
        suspendable.stack = this;
        engine.call(suspendable);
        forget();
        suspendable.stack = null;
        this.engine = null;
        suspendable.cancel(); // a wake-up that comes late finds nobody
        engine.live.remove(suspendable);
        SuspendableHandle starter = engine.takeStarter(suspendable);
        if (starter != null) {
            engine.turns.taken = starter;
        }
    }

    /** On this fiber somebody else is next, who must not see anything of the one before: a body, or the callback after it. */
    void forget() {
        boolean unused = Thread.interrupted();
        Thread here = Thread.currentThread();
        String name = ordinaryName;
        if (name == null) {
            ordinaryName = here.getName();
            ordinaryLoader = here.getContextClassLoader();
            return;
        }
        if (!name.equals(here.getName())) {
            here.setName(name);
        }
        if (here.getContextClassLoader() != ordinaryLoader) {
            here.setContextClassLoader(ordinaryLoader);
        }
    }

    private static boolean needsStack(LoopHandle handle) {
        return handle instanceof SuspendableHandle suspendable && suspendable.stackful;
    }

    private Engine requireEngine() {
        Engine now = engine;
        if (now == null) {
            throw new IllegalStateException("No body runs on this fiber");
        }
        return now;
    }

    private static void checkOpen(Engine engine) {
        if (!engine.life.accepts()) {
            engine.ending.refuse(engine.running);
            throw new LoopClosedError("The event loop was closed while this code was waiting on it; it cannot go on. "
                    + "Cancel and await what still runs before the loop is closed (Asyncio.run does).");
        }
    }
}
