package io.github.corio.tools.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where each moment of a run is drawn. Distances are those of time, but moments that follow one another closely, or at the same time, keep a
 * little room between them, so that one sees which was first.
 */
final class Axis {
    private static final double ROOM = 10;
    private static final int TICKS = 8;
    private static final double LABEL = 64;

    private final TreeMap<Lanes.Moment, Double> places = new TreeMap<>();

    Axis(Lanes lanes, double from, double to) {
        TreeSet<Lanes.Moment> moments = new TreeSet<>();
        for (Lanes.Lane lane : lanes.all()) {
            moments.add(lane.start());
            moments.add(lane.end());
            lane.runs().forEach(run -> moments.add(run.start()));
            lane.waits().forEach(wait -> moments.add(wait.start()));
            lane.waits().forEach(wait -> moments.add(wait.end()));
        }
        place(new ArrayList<>(moments), from, to);
    }

    private void place(List<Lanes.Moment> moments, double from, double to) {
        int gaps = Math.max(1, moments.size() - 1);
        double room = Math.min(ROOM, (to - from) / gaps / 2);
        double low = 0;
        double high = to - from;
        for (int i = 0; i < 100; i++) { // the scale, in pixels a nanosecond, at which all of it takes just the width
            double scale = (low + high) / 2;
            if (width(moments, scale, room) > to - from) {
                high = scale;
            } else {
                low = scale;
            }
        }
        double at = from;
        Lanes.Moment before = null;
        for (Lanes.Moment moment : moments) {
            at += before == null ? 0 : Math.max(room, low * (moment.nanos() - before.nanos()));
            places.put(moment, at);
            before = moment;
        }
    }

    private static double width(List<Lanes.Moment> moments, double scale, double room) {
        double width = 0;
        for (int i = 1; i < moments.size(); i++) {
            width += Math.max(
                    room, scale * (moments.get(i).nanos() - moments.get(i - 1).nanos()));
        }
        return width;
    }

    /** The place of any moment. */
    double at(Lanes.Moment moment) {
        var before = places.floorEntry(moment);
        var after = places.ceilingEntry(moment);
        if (before == null || after == null) {
            return before == null ? (after == null ? 0 : after.getValue()) : before.getValue();
        }
        long span = after.getKey().nanos() - before.getKey().nanos();
        double part = span == 0 ? 0 : (double) (moment.nanos() - before.getKey().nanos()) / span;
        return before.getValue() + part * (after.getValue() - before.getValue());
    }

    /** Round times, and where they are. */
    List<Tick> ticks() {
        List<Tick> ticks = new ArrayList<>();
        if (places.isEmpty()) {
            return ticks;
        }
        long last = places.lastKey().nanos();
        long step = step(last);
        double free = Double.NEGATIVE_INFINITY;
        for (long nanos = 0; nanos <= last; nanos += step) {
            double x = at(new Lanes.Moment(nanos, Long.MIN_VALUE));
            if (x >= free) {
                ticks.add(new Tick(x, words(nanos)));
                free = x + LABEL;
            }
        }
        return ticks;
    }

    record Tick(double x, String label) {}

    private static long step(long nanos) {
        long power = 1;
        while (power < Long.MAX_VALUE / 10) {
            for (long step : new long[] {power, 2 * power, 5 * power}) {
                if (nanos / step < TICKS) {
                    return step;
                }
            }
            power *= 10;
        }
        return power;
    }

    /** A duration in the largest unit that leaves few digits. */
    static String words(long nanos) {
        if (nanos == 0) {
            return "0";
        }
        String[] units = {"ns", "µs", "ms", "s"};
        double value = nanos;
        int unit = 0;
        while (unit < units.length - 1 && value >= 1000) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.3f", value).replaceAll("\\.?0+$", "") + " " + units[unit];
    }
}
