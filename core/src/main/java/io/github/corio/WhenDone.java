package io.github.corio;

import io.github.corio.loop.internal.LoopHandle;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The handles that a pending future queues when it is done, as they are in its state: null for none, the {@link LoopHandle} itself for one, a
 * {@link Several} for more. They never change, so that a CAS can put others in their place.
 *
 * <p>One that was cancelled is left where it is until half of them are: many that leave cost each a step, and not a look at all others.
 */
final class WhenDone {
    private WhenDone() {}

    /** The newest, and those that were there before it: so many, of which some were cancelled. */
    private record Several(LoopHandle newest, Object before, int count, int cancelled) {}

    /** These, and behind them the one that is added. */
    static Object with(@Nullable Object handles, LoopHandle added) {
        if (handles instanceof Several several) {
            return new Several(added, handles, several.count + 1, several.cancelled);
        }
        return handles == null ? added : new Several(added, handles, 2, 0);
    }

    /** These, of which one more was cancelled. */
    static @Nullable Object withOneCancelled(Object handles) {
        if (handles instanceof Several several && several.cancelled + 1 < several.count / 2) {
            return new Several(several.newest, several.before, several.count, several.cancelled + 1);
        }
        return of(inOrder(handles));
    }

    static @Nullable Object of(Iterable<LoopHandle> inOrder) {
        Object handles = null;
        for (LoopHandle handle : inOrder) {
            handles = with(handles, handle);
        }
        return handles;
    }

    /** Oldest first, without those that were cancelled. */
    static ArrayDeque<LoopHandle> inOrder(@Nullable Object handles) {
        ArrayDeque<LoopHandle> inOrder = new ArrayDeque<>();
        Object rest = handles;
        while (rest instanceof Several several) {
            if (!several.newest.isCancelled()) {
                inOrder.addFirst(several.newest);
            }
            rest = several.before;
        }
        if (rest instanceof LoopHandle oldest && !oldest.isCancelled()) {
            inOrder.addFirst(oldest);
        }
        return inOrder;
    }

    /** True if one of them looks at the outcome: a callback need not. */
    static boolean hasWaiter(@Nullable Object handles) {
        Object rest = handles;
        while (rest instanceof Several several) {
            if (looks(several.newest)) {
                return true;
            }
            rest = several.before;
        }
        return rest instanceof LoopHandle oldest && looks(oldest);
    }

    private static boolean looks(LoopHandle handle) {
        return !(handle instanceof DoneCallback) && !handle.isCancelled();
    }
}
