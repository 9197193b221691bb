package io.github.corio.testing;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.internal.LoopHandle;
import io.github.corio.loop.internal.Loops;
import io.github.corio.loop.internal.Ready;
import io.github.corio.loop.internal.SuspendableHandle;
import io.github.corio.loop.internal.Tracer;
import io.github.corio.loop.internal.Tracing;
import io.github.corio.loop.internal.Track;
import io.github.corio.loop.internal.Turn;
import io.github.corio.tools.timeline.Lanes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes down what the tasks of one loop do. What happens in one turn of a task happens at one moment. */
final class TimelineTracer extends Tracer {
    private final EventLoop loop;
    private final long begun;
    private final List<Followed> all = new ArrayList<>();
    private final Map<Long, Followed> byTask = new TreeMap<>();
    /** Each moment, by when it was on the clock of {@link System#nanoTime()}, less that of the beginning. */
    private final TreeMap<Long, Lanes.Moment> moments = new TreeMap<>();

    private final long nanoTime = System.nanoTime();
    private Lanes.Moment last = new Lanes.Moment(0, 0);
    /** The turn that {@link #last} belongs to. */
    private @Nullable Turn seen;

    private @Nullable Turn turn;

    TimelineTracer(EventLoop loop) {
        this.loop = loop;
        this.begun = loop.time().toNanos();
    }

    private Lanes.Moment now() {
        long nanos = loop.time().toNanos() - begun;
        if (turn == null || seen != turn || nanos != last.nanos()) {
            last = new Lanes.Moment(nanos, last.step() + 1);
            seen = turn;
            moments.put((turn == null ? System.nanoTime() : turn.began) - nanoTime, last);
        }
        return last;
    }

    private Lanes.Moment when(Ready ready) {
        Map.Entry<Long, Lanes.Moment> before = moments.floorEntry(ready.at - nanoTime);
        return before == null ? last : before.getValue();
    }

    @Override
    public synchronized void begins(Turn begins) {
        if (begins.loop == loop) {
            turn = begins;
            Followed task = byTask.get(begins.handle.number());
            if (task != null) {
                task.ran = now();
            }
        }
    }

    @Override
    public synchronized void ends(Turn ends) {
        if (ends.loop == loop) {
            Followed task = byTask.get(ends.handle.number());
            if (task != null) {
                task.ran();
            }
            turn = null;
        }
    }

    @Override
    public synchronized @Nullable Track track(Object of, SuspendableHandle task, @Nullable SuspendableHandle starter) {
        if (of != loop) {
            return null;
        }
        Followed followed = new Followed(task, starter == null ? 0 : starter.number(), now());
        all.add(followed);
        byTask.put(task.number(), followed);
        return followed;
    }

    synchronized Lanes lanes() {
        return new Lanes(all.stream().map(Followed::lane).toList());
    }

    private final class Followed extends Track {
        private final SuspendableHandle task;
        private final long startedBy;
        private final Lanes.Moment start;
        private final List<Lanes.Run> runs = new ArrayList<>();
        private final List<Lanes.Wait> waits = new ArrayList<>();
        private Lanes.@Nullable Moment ran;
        private Lanes.@Nullable Moment waiting;
        private Lanes.@Nullable Moment over;
        private String what = "";
        private Lanes.End how = Lanes.End.RUNNING;
        private String error = "";

        Followed(SuspendableHandle task, long startedBy, Lanes.Moment start) {
            this.task = task;
            this.startedBy = startedBy;
            this.start = start;
        }

        @Override
        public void waits(Object wait) {
            synchronized (TimelineTracer.this) {
                String words = Tracing.words(wait);
                what = words.startsWith("(T) ") ? words.substring(4) : words;
                waiting = now();
            }
        }

        @Override
        public void goesOn(boolean cancelled, @Nullable Ready woken) {
            synchronized (TimelineTracer.this) {
                Lanes.Moment since = waiting;
                waiting = null;
                if (since == null) {
                    return;
                }
                Lanes.Moment now = ran == null ? now() : ran; // in real time some has passed since
                Ready cause = woken == null || woken.by == task ? null : woken;
                LoopHandle waker = cause == null ? null : cause.by;
                String name = waker != null ? waker.traced() : cause == null ? "" : String.valueOf(cause.what);
                Lanes.Moment when = cause == null ? now : when(cause);
                waits.add(new Lanes.Wait(
                        what,
                        since,
                        now,
                        cancelled,
                        waker == null ? 0 : waker.number(),
                        name,
                        when.compareTo(since) < 0 ? since : when));
            }
        }

        @Override
        public void ended(End end, @Nullable Throwable failure) {
            synchronized (TimelineTracer.this) {
                goesOn(false, null);
                ran();
                over = now();
                how = Lanes.End.valueOf(end.name());
                error = failure == null ? "" : failure.getClass().getName();
                byTask.remove(task.number());
            }
        }

        void ran() {
            Lanes.Moment from = ran;
            ran = null;
            if (from != null) {
                runs.add(new Lanes.Run(from, waiting == null ? now() : waiting));
            }
        }

        Lanes.Lane lane() {
            Lanes.Moment end = over == null ? last : over;
            List<Lanes.Wait> shown = new ArrayList<>(waits);
            Lanes.Moment since = waiting;
            if (since != null) {
                shown.add(new Lanes.Wait(what, since, end, false, 0, "", end));
            }
            String name = "EventLoop-" + Loops.access(loop).number();
            return new Lanes.Lane(task.number(), task.traced(), name, start, end, how, error, startedBy, runs, shown);
        }
    }
}
