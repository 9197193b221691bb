package io.github.corio.tools.timeline;

import java.util.List;
import java.util.Locale;

/**
 * Draws a run as an SVG that needs no other file. It has a lane for each task, bars where the task runs and waits, and
 * arrows for starts, wake-ups and cancels. It has a background of its own, light or dark as the reader's browser asks.
 *
 * @since 0.1.0
 */
public final class Picture {
    private static final int WIDTH = 960;
    private static final int LANE = 36;
    private static final int BAR = 20;
    private static final int TOP = 78;
    private static final int BOTTOM = 50;
    private static final int LEFT = 20;
    private static final int RIGHT = 28;
    private static final int INDENT = 12;
    /** The width of a character: the font is one in which all have the same. */
    private static final double CHARACTER = 6.7;

    private static final int LONGEST_NAME = 28;
    private static final int LONGEST_OUTCOME = 24;
    /** So many tasks are drawn. */
    private static final int MOST = 200;

    private static final String STYLE = """
            <style>
            svg { --card: #ffffff; --edge: #d0d7de; --ink: #1f2328; --dim: #59636e; --grid: #eaeef2; --lane: #afb8c1; --run: #0969da;
              --wait: #ddf4ff; --waits: #54aeff; --gone: #ffebe9; --goes: #ff8182; --start: #818b98; --wake: #1a7f37; --cancel: #cf222e; }
            @media (prefers-color-scheme: dark) { svg { --card: #0d1117; --edge: #3d444d; --ink: #f0f6fc; --dim: #9198a1; --grid: #21262d; --lane: #656c76; --run: #4493f8;
              --wait: #12233d; --waits: #1f6feb; --gone: #3c1418; --goes: #da3633; --start: #9198a1; --wake: #3fb950; --cancel: #f85149; } }
            text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); }
            .title { font: 600 14px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
            .dim { fill: var(--dim); } .failed { fill: var(--cancel); }
            .card { fill: var(--card); stroke: var(--edge); } .grid { stroke: var(--grid); } .lane { stroke: var(--lane); stroke-width: 2; }
            .run { fill: var(--run); } .wait { fill: var(--wait); stroke: var(--waits); } .gone { fill: var(--gone); stroke: var(--goes); }
            .end { stroke: var(--card); stroke-width: 1.5; } .mark { fill: none; stroke: var(--card); stroke-width: 1.6; stroke-linecap: round; }
            .arrow { fill: none; stroke-width: 1.4; } .starts { stroke: var(--start); stroke-dasharray: 3 2.5; } .wakes { stroke: var(--wake); } .cancels { stroke: var(--cancel); }
            .starts-head, .running-end { fill: var(--start); } .wakes-head, .succeeded-end { fill: var(--wake); } .cancels-head, .failed-end { fill: var(--cancel); } .cancelled-end { fill: var(--dim); }
            .label { paint-order: stroke; stroke: var(--wait); stroke-width: 3px; stroke-linejoin: round; } .gone-label { stroke: var(--gone); }
            .aside { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
            </style>
            """;

    private final StringBuilder svg = new StringBuilder();
    private final List<Lanes.Lane> shown;
    private final Lanes lanes;
    private final Axis axis;
    private final double left;
    private final int height;
    private final int more;

    private Picture(Lanes lanes) {
        List<Lanes.Lane> all = lanes.inOrder();
        this.shown = all.subList(0, Math.min(MOST, all.size()));
        this.more = all.size() - shown.size();
        this.lanes = new Lanes(shown);
        int longest = 4;
        for (Lanes.Lane lane : shown) {
            int width = Math.min(LONGEST_NAME, Text.width(lane.name()));
            longest = Math.max(longest, width + (int) Math.ceil(this.lanes.depth(lane) * INDENT / CHARACTER));
        }
        this.left = LEFT + longest * CHARACTER + 16;
        this.axis = new Axis(this.lanes, left, WIDTH - RIGHT - longestOutcome(shown) * CHARACTER);
        this.height = TOP + Math.max(1, shown.size()) * LANE + BOTTOM;
    }

    private static int longestOutcome(List<Lanes.Lane> lanes) {
        return lanes.stream()
                .mapToInt(lane -> Math.min(LONGEST_OUTCOME, Text.width(outcome(lane))))
                .max()
                .orElse(0);
    }

    /**
     * Draws a run.
     *
     * @param lanes the run
     * @param title what to write above it
     * @return the SVG
     */
    public static String of(Lanes lanes, String title) {
        return new Picture(lanes).draw(title);
    }

    private String draw(String title) {
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" role=\"img\">%n"
                        .replace("%n", "\n"),
                WIDTH,
                height));
        svg.append("<title>").append(Text.escaped(title)).append("</title>\n").append(STYLE);
        head("starts");
        head("wakes");
        head("cancels");
        line("<rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\"/>", WIDTH - 1, height - 1);
        text(LEFT, 30, "title", title, title.length());
        grid();
        shown.forEach(this::bars);
        lanes.arrows().forEach(this::arrow);
        shown.forEach(this::words);
        legend();
        return svg.append("</svg>\n").toString();
    }

    private void head(String kind) {
        line(
                "<defs><marker id=\"%1$s\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" markerUnits=\"userSpaceOnUse\""
                        + " orient=\"auto\"><path class=\"%1$s-head\" d=\"M0 0.5 L8 4 L0 7.5 Z\"/></marker></defs>",
                kind);
    }

    private void grid() {
        for (Axis.Tick tick : axis.ticks()) {
            line(
                    "<line class=\"grid\" x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\"/>",
                    tick.x(), TOP - 12, height - BOTTOM);
            line(
                    "<text class=\"dim\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    tick.x(), TOP - 18, tick.label());
        }
    }

    private int middle(Lanes.Lane lane) {
        return TOP + shown.indexOf(lane) * LANE + LANE / 2;
    }

    private void bars(Lanes.Lane lane) {
        int y = middle(lane);
        double start = axis.at(lane.start());
        double end = axis.at(lane.end());
        line("<line class=\"lane\" x1=\"%.1f\" y1=\"%2$d\" x2=\"%3$.1f\" y2=\"%2$d\"/>", start, y, end);
        for (Lanes.Wait wait : lane.waits()) {
            double from = axis.at(wait.start());
            double to = axis.at(wait.end());
            line(
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\"><title>%s</title></rect>",
                    wait.cancelled() ? "gone" : "wait",
                    from,
                    y - BAR / 2,
                    Math.max(1, to - from),
                    BAR,
                    Text.escaped(lane.name() + " waits for " + wait.what() + ", "
                            + Axis.words(wait.end().nanos() - wait.start().nanos())
                            + (wait.waker().isEmpty()
                                    ? ""
                                    : ", " + (wait.cancelled() ? "cancelled" : "woken") + " by " + wait.waker())));
        }
        for (Lanes.Run run : lane.runs()) {
            double from = axis.at(run.start());
            line(
                    "<rect class=\"run\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"1.5\"/>",
                    from - 2, y - BAR / 2 - 1, Math.max(4, axis.at(run.end().atMost(lane.end())) - from), BAR + 2);
        }
        mark(lane.how(), end, y);
    }

    private void mark(Lanes.End how, double x, int y) {
        String sign = switch (how) {
            case SUCCEEDED -> "M%1$.1f %2$.1f l2 2 l4 -4.5";
            case FAILED -> "M%1$.1f %2$.1f m0.5 -2.5 l5 5 m0 -5 l-5 5";
            case CANCELLED -> "M%1$.1f %2$.1f h6";
            case RUNNING -> "";
        };
        if (!sign.isEmpty()) {
            line(
                    "<circle class=\"end %s-end\" cx=\"%.1f\" cy=\"%d\" r=\"7\"/>",
                    how.name().toLowerCase(Locale.ROOT), x, y);
            line("<path class=\"mark\" d=\"" + sign + "\"/>", x - 3, (double) y);
        }
    }

    private void arrow(Lanes.Arrow arrow) {
        double x1 = axis.at(arrow.left());
        double x2 = axis.at(arrow.arrives());
        int from = middle(arrow.from());
        int to = middle(arrow.to());
        int down = to > from ? 1 : -1;
        int y1 = from + down * (BAR / 2 + 1);
        int y2 = to - down * (arrow.kind() == Lanes.Arrow.Kind.STARTS ? 2 : BAR / 2 + 2);
        String kind = arrow.kind().name().toLowerCase(Locale.ROOT);
        line(
                "<path class=\"arrow %1$s\" marker-end=\"url(#%1$s)\" d=\"M%2$.1f %3$d C%2$.1f %5$d %4$.1f %6$d %4$.1f %6$d\"/>",
                kind, x1, y1, x2, y2 - down * 14, y2);
    }

    private void words(Lanes.Lane lane) {
        int baseline = middle(lane) + 4;
        text(LEFT + lanes.depth(lane) * INDENT, baseline, "", lane.name(), LONGEST_NAME);
        for (Lanes.Wait wait : lane.waits()) {
            double from = axis.at(wait.start());
            double to = axis.at(wait.end());
            int room = (int) ((to - from - 16) / CHARACTER);
            if (room >= 3 || room >= Text.width(wait.what())) {
                text(from + 8, baseline, wait.cancelled() ? "label gone-label" : "label", wait.what(), room);
            }
        }
        String outcome = outcome(lane);
        if (!outcome.isEmpty()) {
            String style = lane.how() == Lanes.End.FAILED ? "aside failed" : "aside dim";
            text(axis.at(lane.end()) + 12, baseline, style, outcome, LONGEST_OUTCOME);
        }
    }

    private static String outcome(Lanes.Lane lane) {
        return switch (lane.how()) {
            case SUCCEEDED -> "";
            case FAILED -> lane.error().isEmpty() ? "failed" : Text.simple(lane.error());
            case CANCELLED -> "cancelled";
            case RUNNING -> "not done";
        };
    }

    private void legend() {
        int y = height - 20;
        double x = LEFT;
        line("<rect class=\"run\" x=\"%.1f\" y=\"%d\" width=\"4\" height=\"14\" rx=\"1.5\"/>", x, y - 11);
        x = legend(x + 10, y, "runs");
        line("<rect class=\"wait\" x=\"%.1f\" y=\"%d\" width=\"22\" height=\"14\" rx=\"3\"/>", x, y - 11);
        x = legend(x + 28, y, "waits");
        line("<line class=\"lane\" x1=\"%.1f\" y1=\"%2$d\" x2=\"%3$.1f\" y2=\"%2$d\"/>", x, y - 4, x + 22);
        x = legend(x + 28, y, "ready");
        for (String kind : List.of("starts", "wakes", "cancels")) {
            line("<path class=\"arrow %1$s\" marker-end=\"url(#%1$s)\" d=\"M%2$.1f %3$d h26\"/>", kind, x, y - 4);
            x = legend(x + 32, y, kind);
        }
        if (more > 0) {
            text(x, y, "dim", "and " + more + " tasks more", 40);
        }
    }

    private double legend(double x, int y, String words) {
        text(x, y, "dim", words, words.length());
        return x + words.length() * CHARACTER + 22;
    }

    /** Words that take no more room than so many characters. */
    private void text(double x, int y, String style, String words, int room) {
        String fitting = Text.fitting(words, room);
        line(
                "<text%s x=\"%.1f\" y=\"%d\">%s</text>",
                style.isEmpty() ? "" : " class=\"" + style + "\"", x, y, Text.escaped(fitting));
    }

    private void line(String format, Object... args) {
        svg.append(String.format(Locale.ROOT, format, args)).append('\n');
    }
}
