package io.github.corio;

import io.github.corio.loop.EventLoop;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * The list or the tuple that a {@code gather} or a {@code zip} ends with, when nobody will have it: each value in it is discarded. A
 * future that was given to them belongs to others too, so its value stays.
 */
final class ManyValues {
    private ManyValues() {}

    static void discard(@Nullable Object values, BitSet theirs, Context context, EventLoop loop) {
        if (!(values instanceof Iterable<?> many)) {
            return;
        }
        int index = 0;
        for (Object each : many) {
            if (!theirs.get(index++)) {
                Foreign.discard(
                        each instanceof Outcome.Success<?> success
                                ? success.value()
                                : each instanceof Outcome<?> ? null : each,
                        context,
                        loop);
            }
        }
    }
}
