package io.github.corio.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Asyncio;
import io.github.corio.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jdk.jfr.Recording;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another process is looked at, whatever kind of fiber this JDK has. */
class CorioToolsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    /** Returns when the process says that it is ready: one that is attached to before takes seconds until it answers. */
    private String start(String main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Dcorio.fibers=" + System.getProperty("corio.fibers", "platform"),
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                "-cp",
                System.getProperty("java.class.path")));
        command.add(main);
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        assertThat(process.inputReader().lines().anyMatch("ready"::equals)).isTrue();
        return String.valueOf(process.pid());
    }

    private int run(String... args) {
        out.reset();
        err.reset();
        return new CorioTools(print(out), print(err)).run(args);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsTheTreeOfAnotherProcess() throws IOException {
        String pid = start(Sleepers.class.getName(), "20");
        assertThat(run("pstree", pid)).isZero();
        assertThat(out())
                .contains(
                        "(T) sleepers: waits for gather of 20", "Sleepers.sleepers(Sleepers.java:", "waits for sleep");
        assertThat(run("ps", pid)).isZero();
        assertThat(out()).hasLineCount(22).contains("TASK", "sleepers");
        assertThat(run("json", pid)).isZero();
        assertThat(out()).startsWith("{\"loops\":[");
        assertThat(run("mermaid", pid)).isZero();
        assertThat(out()).startsWith("flowchart TD");
        assertThat(run("deadlocks", pid)).isZero();
        assertThat(out()).isBlank();
        assertThat(run("debug", pid, "on")).isZero();
        assertThat(run("pstree", pid)).isZero();
        assertThat(out()).contains(", debug, ");
        assertThat(run("debug", pid, "off")).isZero();
        assertThat(run("pstree", pid)).isZero();
        assertThat(out()).doesNotContain(", debug, ");
    }

    /** Corio registers its bean half a second after the first task has begun: this one begins it when it is looked at. */
    @Test
    void waitsForAProcessThatHasJustBegunItsFirstTask() throws Exception {
        String pid = start(Late.class.getName());
        try (RunningProcess looked = RunningProcess.attach(pid, Duration.ofMinutes(1))) {
            OutputStream in = Objects.requireNonNull(started.get(0)).getOutputStream();
            in.write('\n');
            in.flush();
            assertThat(looked.ask("tree")).contains("(T) late: waits for sleep");
        }
    }

    @Test
    @Timeout(100)
    void showsTenThousandTasks() throws IOException {
        String pid = start(Sleepers.class.getName(), "10000");
        assertThat(run("pstree", pid)).isZero();
        assertThat(out()).contains("waits for gather of 10000");
        assertThat(run("ps", pid)).isZero();
        assertThat(out().lines().count()).isGreaterThan(10_000);
    }

    @Test
    void saysThatAProcessHasNoCorio() throws IOException {
        String pid = start(Idle.class.getName());
        assertThat(run("ps", pid)).isEqualTo(1);
        assertThat(err()).startsWith("There is no Corio in process " + pid);
    }

    @Test
    void saysThatThereIsNoSuchProcess() throws Exception {
        String pid = start(Idle.class.getName());
        Process process = Objects.requireNonNull(started.get(0));
        process.destroyForcibly();
        int unused = process.waitFor();
        assertThat(run("ps", pid)).isEqualTo(1);
        assertThat(err()).startsWith("There is no process " + pid);
    }

    @Test
    void saysThatAProcessHasEndedMeanwhile() throws Exception {
        String pid = start(Sleepers.class.getName(), "1");
        Process process = started.get(0);
        try (RunningProcess looked = RunningProcess.attach(pid)) {
            process.destroyForcibly();
            int unused = process.waitFor();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> looked.ask("tree")))
                    .hasMessage("Process " + pid + " has ended");
        }
    }

    @Test
    void drawsARecording() throws IOException {
        Path file = folder.resolve("app.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("io.github.corio.Task");
            recording.enable("io.github.corio.Await").withoutThreshold();
            recording.start();
            Asyncio.run(Asyncio.async(() -> {
                        Task<Void> left = Asyncio.createTask(
                                Asyncio.async(() -> Asyncio.await(Asyncio.sleep(Duration.ofMillis(5)))), "left <1>");
                        Asyncio.await(left);
                    })
                    .named("main"));
            recording.stop();
            recording.dump(file);
        }
        assertThat(run("timeline", file.toString())).isZero();
        assertThat(out()).isEqualToIgnoringNewLines(folder.resolve("app.svg").toString());
        assertThat(Files.readString(folder.resolve("app.svg")))
                .startsWith("<svg ")
                .contains(
                        ">main</text>",
                        ">left &lt;1&gt;</text>",
                        "waits for (T) left &lt;1&gt;",
                        "class=\"arrow wakes\"");
        String json = folder.resolve("app.json").toString();
        assertThat(run("timeline", file.toString(), "-o", json)).isZero();
        assertThat(Files.readString(Path.of(json))).contains("\"traceEvents\":[", "\"name\":\"(T) left <1>\"");
    }

    @Test
    void saysThatARecordingHasNothingToDraw() throws IOException {
        Path file = folder.resolve("empty.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            recording.stop();
            recording.dump(file);
        }
        assertThat(run("timeline", file.toString())).isEqualTo(1);
        assertThat(err()).contains("enable io.github.corio.Task");
        assertThat(run("timeline", Files.writeString(file, "no recording").toString()))
                .isEqualTo(1);
        assertThat(err()).startsWith("Cannot read or write");
        assertThat(run("timeline")).isEqualTo(2);
    }

    @Test
    void saysHowItIsUsed() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("pstree")).isEqualTo(2);
        assertThat(run("dance", "1")).isEqualTo(2);
        assertThat(run("ps", "1", "2")).isEqualTo(2);
        assertThat(run("debug", "1")).isEqualTo(2);
        assertThat(run("debug", "1", "perhaps")).isEqualTo(2);
        assertThat(run("watch", "1", "soon")).isEqualTo(2);
        assertThat(run("watch", "1", "0")).isEqualTo(2);
        assertThat(err()).contains("pstree PID");
        assertThat(run("ps", "me")).isEqualTo(1);
        assertThat(err()).isEqualToIgnoringNewLines("Not the number of a process: me");
    }

    /** A process without Corio. */
    static final class Idle {
        private Idle() {}

        public static void main(String[] args) throws InterruptedException {
            System.out.println("ready");
            Thread.currentThread().join();
        }
    }

    /** A process whose first task begins when a line comes in. */
    static final class Late {
        private Late() {}

        public static void main(String[] args) throws IOException {
            System.out.println("ready");
            int unused = System.in.read();
            Asyncio.run(Asyncio.async(() -> Asyncio.await(Asyncio.sleep(Duration.ofHours(1))))
                    .named("late"));
        }
    }
}
