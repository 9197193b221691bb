package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ThreadLocalPropagator;
import io.github.corio.loop.internal.LoopAccess;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The place where the Reactor {@link Context} of a task is kept, so that a {@link ContextVar} can be changed. Every
 * task has its own context, a copy of its creator's, unless it is given a context. Tasks that are given the same
 * context see each other's changes.
 *
 * <p>Threads may pass it on. A single task uses it at a time.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code contextvars.Context}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class AsyncContext {
    private static final ThreadLocal<@Nullable AsyncContext> OF_THREAD = new ThreadLocal<>();
    private static final boolean CAPTURES = hasRegistry();
    private static final VarHandle ENTERED;

    static {
        try {
            ENTERED = MethodHandles.lookup().findVarHandle(AsyncContext.class, "entered", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Context value;
    /** True while a function runs in it, suspended perhaps. Set by CAS, since two threads may try at once. */
    private volatile boolean entered;

    private AsyncContext(Context value) {
        this.value = value;
    }

    /**
     * Makes a context with the given entries.
     *
     * @param entries what it holds at first
     * @return a new context
     */
    public static AsyncContext of(ContextView entries) {
        return new AsyncContext(Context.of(entries));
    }

    /**
     * Makes a copy of the context that is current here: of the running task or callback, else of the thread.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code contextvars.copy_context()}.
     * </ul>
     *
     * @return a new context
     */
    public static AsyncContext copy() {
        return new AsyncContext(now());
    }

    /**
     * A copy of the context that is current here; outside of a loop together with the ThreadLocals of the thread, if Reactor captures
     * these for {@code block()}: with {@code Hooks.enableAutomaticContextPropagation()}.
     */
    static AsyncContext ofCaller() {
        return new AsyncContext(captured().putAll(now().readOnly()));
    }

    /** What Reactor itself captures when it subscribes for a caller; there is no other way to ask for that. */
    static Context captured() {
        if (!CAPTURES || Loops.running() != null || Schedulers.isInNonBlockingThread()) { // which must not block()
            return Context.empty();
        }
        ContextView caller = Mono.deferContextual(Mono::<ContextView>just).block(); // it is there: nothing is blocked
        return caller == null ? Context.empty() : Context.of(caller);
    }

    private static boolean hasRegistry() {
        try {
            Class<?> unused =
                    Class.forName("io.micrometer.context.ContextRegistry", false, AsyncContext.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /**
     * Gives the entries that this context holds at this moment.
     *
     * @return the entries, {@link ContextVar}s among them
     */
    public ContextView view() {
        return value;
    }

    /**
     * Calls a function in this context, and keeps the changes that the function makes. The {@link
     * ThreadLocalPropagator} sets the ThreadLocals for the call.
     *
     * <ul>
     *   <li><b>Suspends:</b> only if the function does.
     *   <li><b>Errors:</b> those of the function, as they are.
     *   <li><b>asyncio:</b> {@code Context.run}.
     * </ul>
     *
     * @param function what to call, once, on the current thread
     * @param <T> the type of its value
     * @return its value
     * @throws IllegalStateException if a {@code run} of this context has not returned yet
     * @throws Exception what the function throws
     */
    public <T extends @Nullable Object> T run(Callable<T> function) throws Exception {
        if (entered || !ENTERED.compareAndSet(this, false, true)) {
            throw alreadyEntered();
        }
        try {
            return runEntered(function);
        } finally {
            entered = false;
        }
    }

    private IllegalStateException alreadyEntered() {
        LoopHandle running = Loops.running();
        return new IllegalStateException(
                "Cannot run a function in " + this + ", which is already entered, on "
                        + Thread.currentThread() + (running == null ? "" : ", in " + running)
                        + ". Call it without run, if you are in that context; else run it in a copy: AsyncContext.of(context.view())");
    }

    private <T extends @Nullable Object> T runEntered(Callable<T> function) throws Exception {
        ThreadLocalPropagator.Scope scope = LoopAccess.enterThreadLocals(value);
        try {
            LoopHandle running = Loops.running();
            return running == null ? runOnThread(function) : runIn(running, function);
        } finally {
            if (scope != null) {
                scope.close();
            }
        }
    }

    private <T extends @Nullable Object> T runOnThread(Callable<T> function) throws Exception {
        AsyncContext before = OF_THREAD.get();
        OF_THREAD.set(this);
        try {
            return function.call();
        } finally {
            OF_THREAD.set(before);
        }
    }

    private <T extends @Nullable Object> T runIn(LoopHandle running, Callable<T> function) throws Exception {
        Context before = running.context();
        running.context(value);
        try {
            return function.call();
        } finally {
            Context after = running.context();
            running.context(before);
            value = after; // last, since this may be the context that was current before
        }
    }

    /** The context that is current here. */
    static Context now() {
        LoopHandle running = Loops.running();
        if (running != null) {
            return running.context();
        }
        AsyncContext ofThread = OF_THREAD.get();
        return ofThread == null ? Context.empty() : ofThread.value;
    }

    /** Changes the context that is current here. */
    static void change(Context changed) {
        LoopHandle running = Loops.running();
        if (running != null) {
            running.context(changed);
            return;
        }
        AsyncContext ofThread = OF_THREAD.get();
        if (ofThread == null) {
            OF_THREAD.set(new AsyncContext(changed));
        } else {
            ofThread.value = changed;
        }
    }

    Context get() {
        return value;
    }

    void set(Context changed) {
        value = changed;
    }

    /** Makes sure that this context names the loop. */
    AsyncContext on(EventLoop loop) {
        Context now = value;
        if (now.<@Nullable Object>getOrDefault(EventLoop.CONTEXT_KEY, null) != loop) {
            value = now.put(EventLoop.CONTEXT_KEY, loop);
        }
        return this;
    }

    @Override
    public String toString() {
        return "AsyncContext" + Foreign.text(value);
    }
}
