package io.github.corio.testing;

import java.util.function.IntFunction;

/** Chooses by a seed: every answer about as often, for every seed and from the first choice on. */
final class Shuffle implements Choices {
    private final boolean chaos;
    private long state;

    /** Chooses under the seed; with chaos also what only a busy machine leaves open. */
    Shuffle(long seed, boolean chaos) {
        this.state = mix(seed);
        this.chaos = chaos;
    }

    @Override
    public synchronized int choose(Kind kind, int options, IntFunction<String> names) {
        state = mix(state);
        if (kind == Kind.FAULT && (state & 1) == 0) {
            return 0; // a dependency works at least every other time
        }
        if (kind == Kind.TURN && (state & 15) != 0) {
            return 0; // mostly, so that several workers become due, whose order is chosen then
        }
        return kind == Kind.TURN ? 1 : (int) Math.floorMod(state >>> 4, (long) options);
    }

    @Override
    public boolean varies(Kind kind) {
        return chaos || (kind != Kind.TASK && kind != Kind.CLOCK);
    }

    /** Spreads every bit over all (SplitMix64). */
    static long mix(long bits) {
        long z = bits + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
