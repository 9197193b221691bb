package io.github.corio.tools.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tasks of a run over time, each in a lane. Immutable.
 *
 * @param all the lanes, in any order
 * @since 0.1.0
 */
public record Lanes(List<Lane> all) {
    /**
     * Takes the lanes as they are.
     *
     * @param all the lanes
     */
    public Lanes {
        all = List.copyOf(all);
    }

    /**
     * A point in time. In virtual time much happens at the same nanosecond, one thing after another.
     *
     * @param nanos since the beginning
     * @param step which of those at the same time it is
     */
    public record Moment(long nanos, long step) implements Comparable<Moment> {
        @Override
        public int compareTo(Moment other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(step, other.step);
        }

        Moment atMost(Moment latest) {
            return compareTo(latest) <= 0 ? this : latest;
        }
    }

    /** How a task has ended. */
    public enum End {
        /** With a value. */
        SUCCEEDED,
        /** With an error. */
        FAILED,
        /** By a cancel. */
        CANCELLED,
        /** It has not. */
        RUNNING
    }

    /**
     * One task.
     *
     * @param id its number
     * @param name its name
     * @param loop the name of its loop
     * @param start when it was started
     * @param end when it has ended, or the last moment that was seen
     * @param how how it has ended
     * @param error the name of the error, empty if there is none
     * @param startedBy the number of the task that has started it, 0 if that is not known
     * @param runs when it ran, in order
     * @param waits when it waited, in order
     */
    public record Lane(
            long id,
            String name,
            String loop,
            Moment start,
            Moment end,
            End how,
            String error,
            long startedBy,
            List<Run> runs,
            List<Wait> waits) {
        /**
         * Takes the lists as they are.
         *
         * @param id its number
         * @param name its name
         * @param loop the name of its loop
         * @param start when it was started
         * @param end when it has ended
         * @param how how it has ended
         * @param error the name of the error
         * @param startedBy the number of the task that has started it
         * @param runs when it ran
         * @param waits when it waited
         */
        public Lane {
            runs = List.copyOf(runs);
            waits = List.copyOf(waits);
        }
    }

    /**
     * A task runs.
     *
     * @param start from then
     * @param end until then
     */
    public record Run(Moment start, Moment end) {}

    /**
     * A task waits.
     *
     * @param what for what
     * @param start from then
     * @param end until then, when the task goes on
     * @param cancelled true if that was cancelled
     * @param wokenBy the number of the task that has ended the wait, 0 if none has
     * @param waker what has ended it, empty if that is not known
     * @param woken when that was
     */
    public record Wait(
            String what, Moment start, Moment end, boolean cancelled, long wokenBy, String waker, Moment woken) {}

    /** A task does something to another one. */
    record Arrow(Lane from, Moment left, Lane to, Moment arrives, Kind kind) {
        enum Kind {
            STARTS,
            WAKES,
            CANCELS
        }
    }

    /** Each lane behind the one that has started it, in the order of their starts. */
    List<Lane> inOrder() {
        Map<Long, Lane> byId = byId();
        Map<Long, List<Lane>> children = new HashMap<>();
        for (Lane lane : all) {
            long parent = byId.containsKey(lane.startedBy) && lane.startedBy != lane.id ? lane.startedBy : 0;
            children.computeIfAbsent(parent, id -> new ArrayList<>()).add(lane);
        }
        children.values()
                .forEach(each -> each.sort(Comparator.comparing(Lane::start).thenComparing(Lane::id)));
        List<Lane> ordered = new ArrayList<>();
        List<Lane> next = new ArrayList<>(children.getOrDefault(0L, List.of()));
        while (!next.isEmpty()) {
            Lane lane = next.remove(0);
            ordered.add(lane);
            next.addAll(0, children.getOrDefault(lane.id, List.of()));
        }
        return ordered;
    }

    /** How many starts a lane is away from the first. */
    int depth(Lane lane) {
        Map<Long, Lane> byId = byId();
        int depth = 0;
        for (Lane at = byId.get(lane.startedBy); at != null && depth < 8; at = byId.get(at.startedBy)) {
            depth++;
        }
        return depth;
    }

    /** The starts, wakes and cancels among these lanes. */
    List<Arrow> arrows() {
        Map<Long, Lane> byId = byId();
        List<Arrow> arrows = new ArrayList<>();
        for (Lane lane : all) {
            Lane starter = byId.get(lane.startedBy);
            if (starter != null && starter.id != lane.id) {
                arrows.add(new Arrow(starter, lane.start, lane, lane.start, Arrow.Kind.STARTS));
            }
            for (Wait wait : lane.waits) {
                Lane waker = byId.get(wait.wokenBy);
                if (waker != null && waker.id != lane.id) {
                    Arrow.Kind kind = wait.cancelled ? Arrow.Kind.CANCELS : Arrow.Kind.WAKES;
                    arrows.add(new Arrow(waker, wait.woken.atMost(waker.end), lane, wait.end, kind));
                }
            }
        }
        return arrows;
    }

    private Map<Long, Lane> byId() {
        Map<Long, Lane> byId = new HashMap<>();
        all.forEach(lane -> byId.put(lane.id, lane));
        return byId;
    }
}
