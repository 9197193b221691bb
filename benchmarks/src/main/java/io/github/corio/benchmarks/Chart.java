package io.github.corio.benchmarks;

import io.github.corio.benchmarks.Row.Unit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A run as bars: a group for each row, in it a bar for each kind of fiber and each peer, on a logarithmic axis for each unit. */
final class Chart {
    private static final int WIDTH = 960;
    private static final int MARGIN = 24;
    /** Where bars begin, and the end of the axis; behind it is room for the number of the longest bar. */
    private static final int BEGIN = 310;

    private static final int END = 860;

    private static final int STEP = 16;
    private static final int BAR = 11;
    /** Between two marks that have a text. */
    private static final int APART = 50;

    private static final String STYLE = """
            text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 12px; fill: #424a53 }
            .title { font-size: 18px; font-weight: 600; fill: #1f2328 }
            .unit { font-size: 15px; font-weight: 600; fill: #1f2328 }
            .row { font-weight: 600; fill: #1f2328 }
            .name { text-anchor: end }
            .mark { text-anchor: middle; font-size: 11px }
            .value { paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
            .ground { fill: #ffffff }
            .grid { stroke: #d1d9e0 }
            .platform { fill: #a8670f }
            .virtual { fill: #178564 }
            .carriers { fill: #1f6fd1 }
            .peer { fill: #8a929b }
            @media (prefers-color-scheme: dark) {
              text { fill: #b7bdc8 }
              .title, .unit, .row { fill: #f0f3f6 }
              .value { stroke: #0d1117 }
              .ground { fill: #0d1117 }
              .grid { stroke: #30363d }
              .platform { fill: #d9973a }
              .virtual { fill: #3fb68b }
              .carriers { fill: #4c9aff }
              .peer { fill: #7d8590 }
            }
            """;

    private final StringBuilder body = new StringBuilder();
    private int y;

    private Chart() {}

    /** The chart, as a whole SVG file. The same numbers give the same text. */
    static String svg(String conditions, Collection<Measured> run) {
        Chart chart = new Chart();
        chart.y = 38;
        chart.text("title", MARGIN, "Corio and its peers");
        chart.y += 22;
        chart.text("conditions", MARGIN, conditions + ". Less is better; the axes are logarithmic.");
        for (Unit unit : Unit.values()) {
            List<Measured> rows =
                    run.stream().filter(row -> row.row().unit() == unit).toList();
            if (!rows.isEmpty()) {
                chart.panel(unit, rows);
            }
        }
        chart.y += MARGIN;
        return String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
                <title>Corio and its peers: %3$s</title>
                <style>
                %4$s</style>
                <rect class="ground" width="%1$d" height="%2$d"/>
                %5$s</svg>
                """, WIDTH, chart.y, escaped(conditions), STYLE, chart.body);
    }

    private void panel(Unit unit, List<Measured> rows) {
        Axis axis = Axis.of(unit, rows);
        y += 44;
        text("unit", MARGIN, unit.title);
        marks(axis);
        for (Measured row : rows) {
            group(axis, row);
        }
        y += 20;
        marks(axis);
    }

    private void marks(Axis axis) {
        for (int i = 0; i <= axis.steps; i += axis.stepsToText()) {
            text("mark", axis.x(axis.mark(i)), axis.text(i));
        }
    }

    private void group(Axis axis, Measured row) {
        y += 24;
        text("row", MARGIN, row.row().work());
        int top = y + 6;
        int bottom = top + STEP * (row.corio().size() + row.peers().size());
        for (int i = 0; i <= axis.steps; i++) {
            double x = axis.x(axis.mark(i));
            add("<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x, top, x, bottom);
        }
        y += 2;
        row.corio().forEach((kind, value) -> bar(axis, row, kind.label(), kind.label(), value));
        row.peers().forEach((name, value) -> bar(axis, row, "peer", name, value));
        y = bottom;
    }

    private void bar(Axis axis, Measured row, String style, String name, double value) {
        y += STEP;
        text("name", BEGIN - 8, name);
        double x = axis.x(value);
        if (x > BEGIN) {
            add(
                    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                    style, BEGIN, y - BAR + 1, x - BEGIN, BAR);
        }
        text("value", x + 6, row.text(value));
    }

    private void text(String style, double x, String text) {
        add("<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>", style, x, y, escaped(text));
    }

    private void add(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("`", "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** From the last mark below all numbers to the first that is not below any of them. */
    private record Axis(Unit unit, double low, int steps) {
        static Axis of(Unit unit, List<Measured> rows) {
            double[] values = rows.stream()
                    .flatMap(row -> Stream.of(row.corio(), row.peers()))
                    .flatMap(numbers -> numbers.values().stream())
                    .mapToDouble(Double::doubleValue)
                    .filter(value -> value > 0)
                    .sorted()
                    .toArray();
            double least = values.length == 0 ? unit.base : values[0];
            double most = values.length == 0 ? unit.base : values[values.length - 1];
            double low = 1;
            while (low >= least) {
                low /= unit.base;
            }
            while (low * unit.base < least) {
                low *= unit.base;
            }
            int steps = 1;
            while (low * Math.pow(unit.base, steps) < most) {
                steps++;
            }
            return new Axis(unit, low, steps);
        }

        double mark(int step) {
            return low * Math.pow(unit.base, step);
        }

        /** Where the axis begins, for what is no number or too small. */
        double x(double value) {
            double share = Math.log(value / low) / Math.log(unit.base) / steps;
            return share > 0 ? BEGIN + (END - BEGIN) * share : BEGIN;
        }

        int stepsToText() {
            return (APART * steps + END - BEGIN - 1) / (END - BEGIN);
        }

        String text(int step) {
            String text = unit.text(mark(step));
            return text.contains(".") ? text.replaceFirst("\\.?0+ ", " ") : text;
        }
    }
}
