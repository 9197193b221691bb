package io.github.corio.tools.timeline;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** Reads the tasks and their waits from a file of the flight recorder. A task whose end is not in it lasts as long as what is known of it. */
public final class FlightRecording {
    private static final String TASK = "io.github.corio.Task";
    private static final String AWAIT = "io.github.corio.Await";

    private final Map<Long, RecordedEvent> tasks = new HashMap<>();
    private final Map<Long, List<RecordedEvent>> waits = new HashMap<>();
    private Instant first = Instant.MAX;

    private FlightRecording() {}

    /**
     * Reads a recording.
     *
     * @param file the file
     * @return the tasks in it, empty if the events were not enabled
     * @throws IOException if it is no recording, or cannot be read
     */
    public static Lanes read(Path file) throws IOException {
        FlightRecording read = new FlightRecording();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                read.add(recording.readEvent());
            }
        }
        return read.lanes();
    }

    private void add(RecordedEvent event) {
        String type = event.getEventType().getName();
        if (!type.equals(TASK) && !type.equals(AWAIT)) {
            return;
        }
        if (event.getStartTime().isBefore(first)) {
            first = event.getStartTime();
        }
        long task = event.getLong("task");
        if (type.equals(TASK)) {
            tasks.put(task, event);
        } else {
            waits.computeIfAbsent(task, id -> new ArrayList<>()).add(event);
        }
    }

    private Lanes lanes() {
        List<Lanes.Lane> lanes = new ArrayList<>();
        tasks.forEach((id, task) -> lanes.add(lane(id, task, waitsOf(id))));
        waits.keySet().stream()
                .filter(id -> !tasks.containsKey(id))
                .forEach(id -> lanes.add(lane(id, null, waitsOf(id))));
        return new Lanes(lanes);
    }

    private List<RecordedEvent> waitsOf(long task) {
        List<RecordedEvent> found = waits.getOrDefault(task, List.of());
        return found.stream()
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    private Lanes.Lane lane(long id, @Nullable RecordedEvent task, List<RecordedEvent> awaited) {
        List<Lanes.Wait> all = awaited.stream().map(this::wait).toList();
        RecordedEvent known = task == null ? awaited.get(0) : task;
        Lanes.Moment start = moment(known.getStartTime());
        Lanes.Moment end = moment((task == null ? awaited.get(awaited.size() - 1) : task).getEndTime());
        String outcome = task == null ? "running" : task.getString("outcome");
        return new Lanes.Lane(
                id,
                known.getString("name"),
                known.getString("loop"),
                start,
                end,
                Lanes.End.valueOf(outcome.toUpperCase(Locale.ROOT)),
                task == null ? "" : task.getString("error"),
                task == null ? 0 : task.getLong("startedBy"),
                between(all, start, end),
                all);
    }

    private Lanes.Wait wait(RecordedEvent event) {
        Lanes.Moment start = moment(event.getStartTime());
        Lanes.Moment end = moment(event.getEndTime());
        long woken = end.nanos() - event.getDuration("readyFor").toNanos();
        return new Lanes.Wait(
                event.getString("waitsFor"),
                start,
                end,
                event.getBoolean("cancelled"),
                event.getLong("wokenByTask"),
                event.getString("wokenBy"),
                new Lanes.Moment(Math.max(start.nanos(), woken), 0));
    }

    /** Where it does not wait, or not for so long that it was recorded, it runs. */
    private static List<Lanes.Run> between(List<Lanes.Wait> waits, Lanes.Moment start, Lanes.Moment end) {
        List<Lanes.Run> runs = new ArrayList<>();
        Lanes.Moment from = start;
        for (Lanes.Wait wait : waits) {
            if (from.compareTo(wait.start()) < 0) {
                runs.add(new Lanes.Run(from, wait.start()));
            }
            from = wait.end();
        }
        if (from.compareTo(end) < 0) {
            runs.add(new Lanes.Run(from, end));
        }
        return runs;
    }

    private Lanes.Moment moment(Instant at) {
        return new Lanes.Moment(ChronoUnit.NANOS.between(first, at), 0);
    }
}
