package io.github.corio.tools.timeline;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Writes a run in the Trace Event format, which Perfetto and Chrome open. A loop is a process, a task a thread. Runs
 * and waits are slices of it, and arrows are flows.
 *
 * @since 0.1.0
 */
public final class TraceEvents {
    private final StringJoiner events =
            new StringJoiner(",\n", "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n", "\n]}\n");
    private final Map<String, Integer> loops = new LinkedHashMap<>();
    private int flows;

    private TraceEvents() {}

    /**
     * Writes a run.
     *
     * @param lanes the run
     * @return an object of JSON
     */
    public static String of(Lanes lanes) {
        TraceEvents written = new TraceEvents();
        int index = 0;
        for (Lanes.Lane lane : lanes.inOrder()) {
            written.lane(lane, index++);
        }
        lanes.arrows().forEach(written::arrow);
        return written.events.toString();
    }

    private int process(String loop) {
        Integer known = loops.get(loop);
        if (known != null) {
            return known;
        }
        int process = loops.size() + 1;
        loops.put(loop, process);
        events.add("{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":" + process + ",\"tid\":0,\"args\":{\"name\":"
                + quote(loop) + "}}");
        return process;
    }

    private void lane(Lanes.Lane lane, int index) {
        String where = where(lane);
        events.add(
                "{\"ph\":\"M\",\"name\":\"thread_name\"" + where + ",\"args\":{\"name\":" + quote(lane.name()) + "}}");
        events.add(
                "{\"ph\":\"M\",\"name\":\"thread_sort_index\"" + where + ",\"args\":{\"sort_index\":" + index + "}}");
        begin(
                lane,
                lane.start(),
                "task",
                lane.name(),
                ",\"args\":{\"outcome\":\"" + lane.how().name().toLowerCase(Locale.ROOT) + "\",\"error\":"
                        + quote(lane.error()) + "}");
        int run = 0;
        int wait = 0;
        while (run < lane.runs().size() || wait < lane.waits().size()) {
            Lanes.Run ran = run < lane.runs().size() ? lane.runs().get(run) : null;
            Lanes.Wait waited = wait < lane.waits().size() ? lane.waits().get(wait) : null;
            if (waited == null || (ran != null && ran.start().compareTo(waited.start()) <= 0)) {
                if (ran != null) {
                    slice(lane, ran.start(), ran.end().atMost(lane.end()), "run", "runs", "");
                }
                run++;
            } else {
                slice(
                        lane,
                        waited.start(),
                        waited.end().atMost(lane.end()),
                        "wait",
                        waited.what(),
                        ",\"args\":{\"wokenBy\":" + quote(waited.waker()) + ",\"cancelled\":" + waited.cancelled()
                                + "}");
                wait++;
            }
        }
        end(lane, lane.end());
    }

    private void slice(Lanes.Lane lane, Lanes.Moment from, Lanes.Moment to, String category, String name, String args) {
        begin(lane, from, category, name, args);
        end(lane, to);
    }

    private void begin(Lanes.Lane lane, Lanes.Moment at, String category, String name, String args) {
        events.add("{\"ph\":\"B\",\"cat\":\"" + category + "\",\"name\":" + quote(name) + where(lane) + time(at) + args
                + "}");
    }

    private void end(Lanes.Lane lane, Lanes.Moment at) {
        events.add("{\"ph\":\"E\"" + where(lane) + time(at) + "}");
    }

    private void arrow(Lanes.Arrow arrow) {
        String flow =
                ",\"cat\":\"flow\",\"name\":\"" + arrow.kind().name().toLowerCase(Locale.ROOT) + "\",\"id\":" + ++flows;
        events.add("{\"ph\":\"s\"" + flow + where(arrow.from()) + time(arrow.left()) + "}");
        events.add("{\"ph\":\"f\",\"bp\":\"e\"" + flow + where(arrow.to()) + time(arrow.arrives()) + "}");
    }

    private String where(Lanes.Lane lane) {
        return ",\"pid\":" + process(lane.loop()) + ",\"tid\":" + lane.id();
    }

    /** In microseconds. */
    private static String time(Lanes.Moment at) {
        return String.format(Locale.ROOT, ",\"ts\":%d.%03d", at.nanos() / 1000, at.nanos() % 1000);
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
