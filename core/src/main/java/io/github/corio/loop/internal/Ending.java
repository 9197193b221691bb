package io.github.corio.loop.internal;

import io.github.corio.loop.LoopClosedError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How one loop ends. {@link #begin} drops what is queued and leaves only the suspended bodies to run, each of which gets a {@link
 * LoopClosedError} where it waits. {@link #finished} comes when these have ended.
 */
final class Ending {
    /** So often in a row a body may wait on a loop that is closed, in its cleanup say, before nobody waits for it any more. */
    private static final int REFUSALS = 10_000;

    private final Lifecycle life;
    private final TurnQueue turns;
    private final LiveTasks live;
    private final Reporter reporter;
    /** Made by the first one that waits for the end. Meets the CLOSED of the lifecycle: written before that is read, read after it is set. */
    private volatile @Nullable CompletableFuture<Void> ended;

    /** The body that was refused last, and how often. */
    private @Nullable LoopHandle refused;

    private int refusals;

    Ending(Lifecycle life, TurnQueue turns, LiveTasks live, Reporter reporter) {
        this.life = life;
        this.turns = turns;
        this.live = live;
        this.reporter = reporter;
    }

    // ---- any thread ----

    /** Completed when the loop has ended, or will not because of a body that ignores it. */
    synchronized CompletableFuture<Void> ended() {
        CompletableFuture<Void> end = ended;
        if (end == null) {
            end = new CompletableFuture<>();
            ended = end;
            if (life.isClosed()) {
                end.complete(null);
            }
        }
        return end;
    }

    // ---- the holder of the baton ----

    /**
     * From now on the loop accepts nothing. What was queued is dropped, and so is what has no stack.
     *
     * @return true if suspended bodies are left to run
     */
    boolean begin() {
        life.end();
        List<SuspendableHandle> suspended = new ArrayList<>();
        List<SuspendableHandle> unstarted = new ArrayList<>();
        for (SuspendableHandle suspendable : live.snapshot()) {
            (suspendable.stack != null ? suspended : unstarted).add(suspendable);
        }
        List<LoopHandle> forgotten = turns.replace(suspended);
        unstarted.forEach(this::dropUnstarted);
        for (LoopHandle handle : forgotten) {
            if (!(handle instanceof SuspendableHandle) && !handle.cancelled) {
                drop(handle);
            }
        }
        return !suspended.isEmpty();
    }

    /** Nothing is left, and the baton is away, for ever. */
    void finished() {
        dropLate(); // meets a submitter who did not see that it was about to be closed
        CompletableFuture<Void> end = ended;
        if (end != null) {
            boolean unused = end.complete(null);
        }
    }

    /** Called before a body is told that the loop is closed, each time: at first where it waited, then where it wants to. */
    void refuse(@Nullable LoopHandle body) {
        if (body != refused) {
            refused = body;
            refusals = 0;
        }
        if (++refusals == REFUSALS) {
            boolean unused = ended().complete(null);
        }
    }

    // ---- telling ----

    /** The loop is closed: the handle will not run. */
    void drop(LoopHandle handle) {
        NestedDrops.drop(() -> {
            try {
                handle.dropped();
            } catch (Throwable error) {
                reporter.report(handle, error);
            }
        });
    }

    /** The loop is closed: the handle, which has no stack, will not run. */
    private void dropUnstarted(SuspendableHandle suspendable) {
        live.remove(suspendable);
        drop(suspendable);
        suspendable.cancel();
    }

    /** Drops what has come in since the loop was closed, on any thread. */
    void dropLate() {
        for (; ; ) {
            LoopHandle late = turns.pollLate();
            if (late == null) {
                return;
            }
            if (late.cancelled) {
                continue;
            }
            if (late instanceof SuspendableHandle suspendable) {
                dropUnstarted(suspendable);
            } else {
                drop(late);
            }
        }
    }
}
