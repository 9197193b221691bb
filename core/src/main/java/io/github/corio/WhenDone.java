package io.github.corio;

import io.github.corio.loop.internal.LoopHandle;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The handles that a pending future queues when it is done, as they are in its state: null for none, the {@link LoopHandle} itself for one, a
 * {@link Several} for more. They never change, so that a CAS can put others in their place.
 */
final class WhenDone {
    private WhenDone() {}

    /** The newest, and those that were there before it. */
    private record Several(LoopHandle newest, Object before) {}

    /** These, and behind them the one that is added. */
    static Object with(@Nullable Object handles, LoopHandle added) {
        return handles == null ? added : new Several(added, handles);
    }

    static @Nullable Object of(Iterable<LoopHandle> inOrder) {
        Object handles = null;
        for (LoopHandle handle : inOrder) {
            handles = with(handles, handle);
        }
        return handles;
    }

    /** Oldest first. */
    static ArrayDeque<LoopHandle> inOrder(@Nullable Object handles) {
        ArrayDeque<LoopHandle> inOrder = new ArrayDeque<>();
        Object rest = handles;
        while (rest instanceof Several several) {
            inOrder.addFirst(several.newest);
            rest = several.before;
        }
        if (rest instanceof LoopHandle oldest) {
            inOrder.addFirst(oldest);
        }
        return inOrder;
    }

    /** True if one of them looks at the outcome: a callback need not. */
    static boolean hasWaiter(@Nullable Object handles) {
        Object rest = handles;
        while (rest instanceof Several several) {
            if (!(several.newest instanceof DoneCallback)) {
                return true;
            }
            rest = several.before;
        }
        return rest != null && !(rest instanceof DoneCallback);
    }
}
