package io.github.corio.micrometer;

import io.github.corio.loop.internal.SuspendableHandle;
import io.github.corio.loop.internal.Tracer;
import io.github.corio.loop.internal.Track;
import io.github.corio.loop.internal.Turn;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what loops and tasks do, from the moment it is added. Nothing here belongs to a loop, so that loops may come and go. */
final class TaskCounts extends Tracer {
    /** What holds its loop for longer is slow, as in debug mode. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    final LongAdder started = new LongAdder();
    final Map<Track.End, LongAdder> ended = new EnumMap<>(Track.End.class);
    final LongAdder leftBehind = new LongAdder();
    final LongAdder slow = new LongAdder();
    final LongAdder turns = new LongAdder();
    final LongAdder lagNanos = new LongAdder();
    final RecentMax lag = new RecentMax();

    /** Of all tasks: it knows none of them. */
    private final Track track = new Track() {
        @Override
        public void ended(End end, @Nullable Throwable error) {
            count(end).increment();
        }
    };

    TaskCounts() {
        for (Track.End end : Track.End.values()) {
            ended.put(end, new LongAdder());
        }
    }

    LongAdder count(Track.End end) {
        return Objects.requireNonNull(ended.get(end));
    }

    @Override
    public Track track(Object loop, SuspendableHandle task, @Nullable SuspendableHandle starter) {
        started.increment();
        return track;
    }

    @Override
    public void begins(Turn turn) {
        long nanos = Math.max(0, turn.lag());
        turns.increment();
        lagNanos.add(nanos);
        lag.record(nanos);
    }

    @Override
    public void ends(Turn turn) {
        if (System.nanoTime() - turn.began > SLOW_NANOS) {
            slow.increment();
        }
    }

    @Override
    public void leftBehind() {
        leftBehind.increment();
    }
}
