package io.github.corio.loop.internal;

import io.github.corio.loop.Handle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * A {@link Handle} as its loop sees it: what it runs, and what it calls instead where it cannot.
 *
 * <p>Everything but the cancel belongs to the loop.
 *
 * @since 0.1.0
 */
public abstract class LoopHandle implements Handle {
    private Context context;
    volatile boolean cancelled;
    /** Of {@link Tracing}: a {@link Ready} that says since when this waits for its turn. Null while nobody wants to hear that. */
    @Nullable
    Object ready;

    /**
     * Makes a handle that runs in the given context.
     *
     * @param context what {@link #context()} gives at first
     */
    protected LoopHandle(Context context) {
        this.context = Objects.requireNonNull(context, "context");
    }

    /**
     * The work itself, run by the loop with exclusive access to it. What it throws goes to the loop's exception handler.
     *
     * @throws Throwable anything; the loop goes on
     */
    protected abstract void run() throws Throwable;

    /**
     * Called instead of {@link #run()} if the loop is closed before this could run. By default nothing is done, as asyncio
     * does; a handle that somebody outside of the loop waits for tells him here. What it throws goes to the loop's exception
     * handler.
     */
    protected void dropped() {}

    /**
     * Called instead of {@link #run()} if an accessor of a ThreadLocal throws while the loop prepares the thread. By default the handle runs
     * all the same, without these ThreadLocals, since others may wait for what it does. A callback does not run.
     *
     * @param reason what was thrown
     * @throws Throwable what goes to the loop's exception handler
     */
    protected void failed(Throwable reason) throws Throwable {
        run();
        throw reason;
    }

    /**
     * Says that this handle calls nobody else's code: it only changes state of Corio's own and queues handles. It runs without the
     * ThreadLocals of its Context, and may run on the stack of a body that waits.
     *
     * @return false unless a handle of Corio's own says so
     */
    protected boolean inner() {
        return false;
    }

    @Override
    public Context context() {
        return context;
    }

    /**
     * Replaces the Context for what this handle does from now on. It belongs to the loop: change it there.
     *
     * @param changed the new value
     */
    public void context(Context changed) {
        this.context = Objects.requireNonNull(changed, "changed");
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    /** Cancels it for whoever has added it and has no use for it any more, whatever a subclass means by {@link #cancel()}. */
    public final void withdraw() {
        cancelled = true;
    }

    @Override
    public final boolean isCancelled() {
        return cancelled;
    }

    /** For a {@link Tracer}: what it is called, without a call of the application's code. */
    public String traced() {
        Object source = source();
        String name = (source == null ? this : source).getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }

    /** For a {@link Tracer}: the number of the task; 0 for a callback. */
    public long number() {
        return 0;
    }

    /** What users know it as. */
    String kind() {
        return getClass().getSimpleName();
    }

    /** What to show for {@link #run()} in a log: by default the class. */
    @Nullable
    Object source() {
        return null;
    }

    @Override
    public String toString() {
        Object source = source();
        return kind() + "[" + (source == null ? "" : source) + (cancelled ? ", cancelled" : "") + "]";
    }
}
