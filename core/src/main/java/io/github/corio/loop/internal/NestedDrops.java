package io.github.corio.loop.internal;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Drops handles of closed loops, one inside of the other. A callback that is dropped may complete a future, whose callback is dropped then,
 * and so on along a chain of any length. The first {@value #DEEPEST} of a chain call each other, as a callback that blocks for the next one
 * needs it. From there on the deepest calls all the others, one after another: so the chain ends before the stack does.
 *
 * <p>Of one thread.
 */
final class NestedDrops {
    private static final int DEEPEST = 16;
    private static final ThreadLocal<NestedDrops> HERE = ThreadLocal.withInitial(NestedDrops::new);

    private final Queue<Runnable> beyond = new ArrayDeque<>();
    private int depth;

    private NestedDrops() {}

    /** Calls what drops a handle, which throws nothing: now, or when what is dropped at this moment has ended. */
    static void drop(Runnable dropping) {
        NestedDrops here = HERE.get();
        if (here.depth == DEEPEST) {
            here.beyond.add(dropping);
            return;
        }
        here.depth++;
        try {
            Runnable next = dropping;
            while (next != null) {
                next.run();
                next = here.depth == DEEPEST ? here.beyond.poll() : null;
            }
        } finally {
            here.depth--;
            if (here.depth == 0) {
                HERE.remove();
            }
        }
    }
}
