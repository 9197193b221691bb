package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Limits and groups inside of each other, cancelled from outside: what CPython made of each row, see cancels/generate.py. */
class NestedCancelsTest {
    private static List<String> rows() throws IOException {
        try (BufferedReader rows = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(NestedCancelsTest.class.getResourceAsStream("/cancels/nested.txt")),
                StandardCharsets.UTF_8))) {
            return rows.lines().toList();
        }
    }

    @Test
    void cancelsOnTheLoopDoWhatTheyDoInCPython() throws IOException {
        List<String> rows = rows();
        assertThat(rows).hasSizeGreaterThan(1000);
        List<String> here = rows.stream().map(row -> again(row, false)).toList();
        assertThat(here).containsExactlyElementsOf(rows);
    }

    /** A cancel from another thread meets a task that waits: then it comes to the same, but for what happens in the same instant. */
    @Test
    void cancelsFromAnotherThreadDoTheSame() throws IOException {
        List<String> rows = rows().stream()
                .filter(row -> !row.substring(0, row.indexOf(' ')).matches(".*/(.*,)?(0|50)(,.*)?"))
                .filter(row -> !row.substring(0, row.indexOf(' ')).endsWith("/"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(900);
        List<String> here = rows.stream().map(row -> again(row, true)).toList();
        assertThat(here).containsExactlyElementsOf(rows);
    }

    private static String again(String row, boolean fromAnotherThread) {
        String program = row.substring(0, row.indexOf(" = "));
        String[] parts = program.split("/", -1);
        List<Integer> cancels = parts[3].isEmpty()
                ? List.of()
                : List.of(parts[3].split(",")).stream().map(Integer::valueOf).toList();
        try (Virtual virtual = new Virtual()) {
            Program run = new Program(virtual.loop(), fromAnotherThread);
            String result = virtual.run(async(() -> run.main(List.of(parts[0], parts[1]), parts[2], cancels)));
            return program + " = " + result;
        }
    }

    private static final class Program {
        private final List<String> events = new ArrayList<>();
        private final EventLoop loop;
        private final boolean fromAnotherThread;
        private final long start;

        Program(EventLoop loop, boolean fromAnotherThread) {
            this.loop = loop;
            this.fromAnotherThread = fromAnotherThread;
            this.start = loop.time().toMillis();
        }

        String main(List<String> wrappers, String body, List<Integer> cancels) {
            Task<Void> task = createTask(async(() -> inside(wrappers, body)));
            for (int at : cancels) {
                loop.callLater(Duration.ofMillis(at), () -> cancel(task, "outside" + at));
            }
            String end;
            try {
                await(task);
                end = "done";
            } catch (Throwable e) {
                end = show(e);
            }
            String all = String.join(" ", events) + (events.isEmpty() ? "" : " ");
            return (events.isEmpty() ? " " : all) + "| " + end + "@" + now() + ", cancelling " + task.cancelling();
        }

        private void cancel(Task<?> task, String message) {
            if (!fromAnotherThread) {
                boolean unused = task.cancel(message);
                return;
            }
            Thread other = new Thread(() -> {
                boolean unused = task.cancel(message);
            });
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private long now() {
            return loop.time().toMillis() - start;
        }

        private void log(String what) {
            events.add(what + "@" + now());
        }

        private static void pause(int millis) {
            await(sleep(Duration.ofMillis(millis)));
        }

        private void cleaned(String name, int sleep, int cleanup) {
            try {
                pause(sleep);
                log(name);
            } finally {
                if (cleanup > 0) {
                    pause(cleanup);
                    log(name + "-cleaned");
                }
            }
        }

        private void body(String kind) {
            switch (kind) {
                case "sleep" -> cleaned("body", 100, 0);
                case "cleanup" -> cleaned("body", 100, 30);
                case "swallow" -> swallow();
                case "self" -> {
                    boolean unused = Objects.requireNonNull(currentTask()).cancel("self");
                    pause(100);
                    log("body");
                }
                default -> fail(25);
            }
        }

        private void swallow() {
            try {
                pause(100);
                log("body");
            } catch (CancelledError e) {
                log("swallowed");
                pause(35);
                log("went-on");
            }
        }

        private static void fail(int after) {
            pause(after);
            throw new IllegalArgumentException();
        }

        private Void inside(List<String> wrappers, String body) throws Exception {
            if (wrappers.isEmpty()) {
                body(body);
                return null;
            }
            String name = wrappers.get(0).replaceAll("[0-9]", "");
            int number = Integer.parseInt(wrappers.get(0).replaceAll("[a-z]", ""));
            List<String> rest = wrappers.subList(1, wrappers.size());
            try {
                switch (name) {
                    case "timeout" -> await(timeout(Duration.ofMillis(number), limit -> inside(rest, body)));
                    case "waitfor" -> await(waitFor(async(() -> inside(rest, body)), Duration.ofMillis(number)));
                    case "group" ->
                        await(taskGroup(group -> {
                            Task<Void> unused = group.createTask(async(() -> cleaned("child", number, 40)));
                            return inside(rest, body);
                        }));
                    case "failing" ->
                        await(taskGroup(group -> {
                            Task<Void> unused = group.createTask(async(() -> fail(number)));
                            return inside(rest, body);
                        }));
                    default ->
                        await(taskGroup(group -> {
                            Task<Void> unused = group.createTask(async(() -> cleaned("child", 1000, 40)));
                            loop.callLater(Duration.ofMillis(number), group::cancel);
                            return inside(rest, body);
                        }));
                }
            } finally {
                log("left-" + name);
            }
            return null;
        }

        private static String show(Throwable e) {
            if (e instanceof ExceptionGroup group) {
                return group.exceptions().stream().map(Program::show).collect(Collectors.joining(",", "group(", ")"));
            }
            if (e instanceof CancelledError) {
                return "cancelled(" + (e.getMessage() == null ? "" : e.getMessage()) + ")";
            }
            return e instanceof TimeoutException
                    ? "timeout"
                    : e instanceof IllegalArgumentException ? "failure" : e.toString();
        }
    }
}
