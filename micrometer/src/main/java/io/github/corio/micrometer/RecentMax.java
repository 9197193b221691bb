package io.github.corio.micrometer;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;

/** The largest of many numbers since about the last two reads that were a minute apart. Thread-safe. */
final class RecentMax {
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongAccumulator now = new LongAccumulator(Math::max, 0);
    private long before;
    private long since = System.nanoTime();

    void record(long value) {
        now.accumulate(value);
    }

    synchronized long get() {
        if (System.nanoTime() - since > WINDOW_NANOS) {
            before = now.getThenReset();
            since = System.nanoTime();
        }
        return Math.max(before, now.get());
    }
}
