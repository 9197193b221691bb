package io.github.corio.tools;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Shows the tasks of a running process: {@code java -jar corio-tools.jar pstree PID}.
 *
 * <p>asyncio: {@code python -m asyncio ps} and {@code pstree}.
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
              watch PID [SECONDS]    pstree again and again, every 2 seconds""";
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
     * Runs a command. The process ends with 0, with 1 if the other process does not answer, with 2 if the command is none.
     *
     * @param args the command and the number of the process
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(new CorioTools(out, System.err).run(args));
    }

    int run(String... args) {
        boolean watch = args.length > 1 && args.length <= 3 && args[0].equals("watch");
        String operation = watch ? "tree" : args.length == 2 ? OPERATIONS.get(args[0]) : null;
        if (operation == null) {
            err.println(USAGE);
            return 2;
        }
        try (RunningProcess process = RunningProcess.attach(args[1])) {
            if (watch) {
                return watch(process, args.length == 3 ? Long.parseLong(args[2]) : 2);
            }
            out.println(process.ask(operation).stripTrailing());
            return 0;
        } catch (RunningProcess.NoAnswer e) {
            err.println(e.getMessage());
            return 1;
        } catch (NumberFormatException e) {
            err.println(USAGE);
            return 2;
        }
    }

    private int watch(RunningProcess process, long seconds) throws RunningProcess.NoAnswer {
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
            return 0;
        }
    }
}
