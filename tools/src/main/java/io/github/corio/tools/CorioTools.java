package io.github.corio.tools;

import io.github.corio.tools.timeline.FlightRecording;
import io.github.corio.tools.timeline.Lanes;
import io.github.corio.tools.timeline.Picture;
import io.github.corio.tools.timeline.TraceEvents;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows the tasks of a running process: {@code java -jar corio-tools.jar pstree PID}.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code python -m asyncio ps} and {@code pstree}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class CorioTools {
    private static final String USAGE = """
            java -jar corio-tools.jar COMMAND PID

              ps PID                 the tasks, one a line
              pstree PID             the tasks, each below those that wait for it, with lines of code
              deadlocks PID          the circles of tasks that wait for each other
              json PID, mermaid PID  the tree as JSON, as a flowchart of Mermaid
              watch PID [SECONDS]    pstree again and again, every 2 seconds
              debug PID on|off       debug mode of the loops that are open now
              timeline FILE [-o OUT] a flight recording as a picture: OUT ends with .svg, or with .json for Perfetto""";
    private static final Map<String, String> OPERATIONS =
            Map.of("ps", "list", "pstree", "tree", "deadlocks", "deadlocks", "json", "json", "mermaid", "mermaid");
    private static final String CLEAR = "\033[H\033[2J";

    private final PrintStream out;
    private final PrintStream err;

    CorioTools(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs a command. The process ends with 0, with 1 if the other process does not answer, with 2 for an unknown
     * command.
     *
     * @param args the command and the number of the process
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(new CorioTools(out, System.err).run(args));
    }

    int run(String... args) {
        if (args.length > 0 && args[0].equals("timeline")) {
            return timeline(args);
        }
        Command command = args.length < 2 ? null : command(args);
        if (command == null) {
            err.println(USAGE);
            return 2;
        }
        try (RunningProcess process = RunningProcess.attach(args[1])) {
            command.ask(process);
            return 0;
        } catch (RunningProcess.NoAnswer e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    /** Asks a process, and prints what it says. */
    private interface Command {
        void ask(RunningProcess process) throws RunningProcess.NoAnswer;
    }

    private @Nullable Command command(String... args) {
        String more = args.length == 3 ? args[2] : "";
        if (args.length > 3) {
            return null;
        }
        return switch (args[0] + " " + more) {
            case "debug on" -> process -> process.setDebug(true);
            case "debug off" -> process -> process.setDebug(false);
            case "watch " -> process -> watch(process, 2);
            default -> {
                if (args[0].equals("watch") && more.matches("[1-9][0-9]{0,8}")) {
                    yield process -> watch(process, Long.parseLong(more));
                }
                String operation = more.isEmpty() ? OPERATIONS.get(args[0]) : null;
                yield operation == null
                        ? null
                        : process -> out.println(process.ask(operation).stripTrailing());
            }
        };
    }

    /** Draws a recording into a file, or writes it as Trace Event JSON. */
    private int timeline(String... args) {
        boolean named = args.length == 4 && args[2].equals("-o");
        if (args.length != 2 && !named) {
            err.println(USAGE);
            return 2;
        }
        try {
            Path recording = Path.of(args[1]);
            Path drawn = Path.of(named ? args[3] : args[1].replaceFirst("\\.jfr$", "") + ".svg");
            Lanes lanes = FlightRecording.read(recording);
            if (lanes.all().isEmpty()) {
                err.println(recording
                        + " has no tasks: enable io.github.corio.Task and io.github.corio.Await in the recording");
                return 1;
            }
            boolean json = drawn.toString().endsWith(".json");
            Files.writeString(
                    drawn, json ? TraceEvents.of(lanes) : Picture.of(lanes, String.valueOf(recording.getFileName())));
            out.println(drawn);
            return 0;
        } catch (InvalidPathException | IOException e) {
            err.println("Cannot read or write: " + e);
            return 1;
        }
    }

    private void watch(RunningProcess process, long seconds) throws RunningProcess.NoAnswer {
        try {
            while (true) {
                String tree = process.ask("tree");
                out.print(CLEAR);
                out.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS));
                out.println(tree.stripTrailing());
                out.flush();
                TimeUnit.SECONDS.sleep(seconds);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
