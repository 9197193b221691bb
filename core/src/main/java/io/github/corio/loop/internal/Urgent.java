package io.github.corio.loop.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * What other threads want done on a loop before the body that runs there begins anything more: cancels. Each is queued like a
 * callback. A body that reaches an await sooner does all of them there, and the queue then finds nothing to do.
 *
 * <p>May be given work from any thread; it is done on the loop, each once, in the order in which it came.
 *
 * @since 0.1.0
 */
public final class Urgent {
    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.lookup().findVarHandle(Urgent.class, "newest", Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Consumer<LoopHandle> queue;
    private final BiConsumer<LoopHandle, Throwable> report;
    /** Meets {@link #run}: whoever adds does so by a CAS, the loop takes all that is there. */
    private volatile @Nullable Node newest;
    /** Belongs to the loop. */
    private boolean running;

    Urgent(Consumer<LoopHandle> queue, BiConsumer<LoopHandle, Throwable> report) {
        this.queue = queue;
        this.report = report;
    }

    /**
     * Has something done on the loop. When this returns, no body of the loop passes its next await before it is done. Forgotten if
     * the loop is closed.
     *
     * @param action what to do
     */
    public void queue(Runnable action) {
        Objects.requireNonNull(action, "action");
        StackGuard.toWake();
        for (; ; ) {
            Node before = newest;
            if (NEWEST.compareAndSet(this, before, new Node(action, before))) {
                break;
            }
        }
        queue.accept(new Turn());
    }

    /**
     * Says whether there is something to do.
     *
     * @return true if there is
     */
    public boolean any() {
        return newest != null;
    }

    /**
     * Says whether the loop does what is urgent at this moment. Called on the loop.
     *
     * @return true inside of an action
     */
    public boolean running() {
        return running;
    }

    /** Does all there is to do. Called on the loop. What an action throws goes to the loop's exception handler. */
    public void run() {
        StackGuard.toSuspend(); // what was taken must not be lost for want of a stack
        ArrayDeque<Runnable> inOrder = new ArrayDeque<>();
        for (Node node = (Node) NEWEST.getAndSet(this, null); node != null; node = node.before) {
            inOrder.addFirst(node.action);
        }
        boolean before = running;
        running = true;
        for (Runnable action : inOrder) {
            try {
                action.run();
            } catch (Throwable e) {
                report.accept(new Turn(), e);
            }
        }
        running = before;
    }

    private record Node(Runnable action, @Nullable Node before) {}

    private final class Turn extends LoopHandle {
        Turn() {
            super(Context.empty());
        }

        @Override
        protected void run() {
            if (any()) {
                Urgent.this.run();
            }
        }

        @Override
        protected void dropped() {
            newest = null;
        }
    }
}
