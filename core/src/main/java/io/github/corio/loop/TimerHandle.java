package io.github.corio.loop;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * A {@link Handle} with a deadline: what {@link EventLoop#callLater callLater} and {@link EventLoop#callAt callAt} give
 * back. Cancelling it is thread-safe and lets go of the callback. A cancelled timer stays in the loop's heap until it comes to the top or until
 * cancelled ones are the majority of a large heap.
 *
 * <p>asyncio: {@code asyncio.TimerHandle}.
 *
 * @since 0.1.0
 */
public final class TimerHandle extends Handle {
    /** Gone when it has run or was cancelled: a timer may lie in a heap long after that. */
    private @Nullable Runnable action;

    final long deadline;
    /** Order of registration, which decides between equal deadlines. Set by the heap. */
    long order;
    /** The heap that holds this timer, while it does. Read without a lock by a foreign cancel: see {@code TimerHeap}. */
    volatile @Nullable Holder heap;

    TimerHandle(Context context, long deadline, Runnable action) {
        super(context);
        this.deadline = deadline;
        this.action = action;
    }

    /**
     * The deadline, on the clock of {@link EventLoop#time()}.
     *
     * @return the absolute loop time at which this timer becomes due
     */
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

    boolean before(TimerHandle other) {
        return deadline != other.deadline ? deadline < other.deadline : order < other.order;
    }

    /** What holds timers and wants to know how many of them are cancelled. */
    interface Holder {
        /** One of the timers held was cancelled. From any thread. */
        void countCancelled();
    }
}
