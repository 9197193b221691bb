package io.github.corio.loop.internal;

import io.github.corio.loop.TimerHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/** A {@link LoopHandle} with a deadline. A cancelled one stays in the loop's heap until it comes to the top or is swept out. */
public final class LoopTimer extends LoopHandle implements TimerHandle {
    /** Gone when it has run or was cancelled: a timer may lie in a heap long after that. */
    private @Nullable Runnable action;

    final long deadline;
    /** Order of registration, which decides between equal deadlines. Set by the heap. */
    long order;
    /** The heap that holds this timer, while it does. Read without a lock by a foreign cancel: see {@code TimerHeap}. */
    volatile @Nullable Holder heap;

    public LoopTimer(Context context, long deadline, Runnable action) {
        super(context);
        this.deadline = deadline;
        this.action = action;
    }

    @Override
    public Duration when() {
        return Duration.ofNanos(deadline);
    }

    @Override
    public void cancel() {
        if (cancelled) {
            return;
        }
        super.cancel();
        action = null;
        Holder holder = heap;
        if (holder != null) {
            holder.countCancelled();
        }
    }

    @Override
    protected void run() {
        Runnable once = action;
        action = null;
        if (once != null) {
            once.run();
        }
    }

    @Override
    protected void failed(Throwable reason) throws Throwable {
        throw reason;
    }

    @Override
    protected boolean inner() {
        return action instanceof Inner;
    }

    @Override
    @Nullable
    Object source() {
        return action;
    }

    @Override
    String kind() {
        return "TimerHandle";
    }

    boolean before(LoopTimer other) {
        return deadline != other.deadline ? deadline < other.deadline : order < other.order;
    }

    /** What holds timers and wants to know how many of them are cancelled. */
    interface Holder {
        /** One of the timers held was cancelled. From any thread. */
        void countCancelled();
    }
}
