package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.FiberKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of the JVM while a main runs. Each test needs a JVM of its own. */
class ExitTest {
    private static final int CODE = 3;
    /** Far less than what the JVM would wait for a main that it takes for alive, and far more than it needs otherwise. */
    private static final long LIMIT_SECONDS = 60;

    private static final int PATIENCE_SECONDS = 600;

    @TempDir
    Path directory;

    /** The program that is run there. */
    static final class Program {
        private Program() {}

        @SuppressWarnings("DoNotCall")
        public static void main(String... arguments) {
            Duration soon = Duration.ofMillis(10);
            Duration never = Duration.ofDays(1);
            switch (arguments[0]) {
                case "body" ->
                    run(async(() -> {
                        await(sleep(soon));
                        System.exit(CODE);
                    }));
                case "child" ->
                    run(async(() -> {
                        Task<Void> child = createTask(async(() -> System.exit(CODE)));
                        await(sleep(never));
                        child.cancel();
                    }));
                case "callback" ->
                    run(async(() -> {
                        EventLoop.current().callLater(soon, () -> System.exit(CODE));
                        await(sleep(never));
                    }));
                default ->
                    run(async(() -> {
                        new Thread(() -> System.exit(CODE)).start();
                        try {
                            await(sleep(never));
                        } finally {
                            await(sleep(Duration.ofMillis(500)));
                            print("cleaned up");
                        }
                    }));
            }
        }

        private static void print(String text) {
            new PrintStream(System.out, true, StandardCharsets.UTF_8).println(text);
        }
    }

    private String outputOf(String program) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dcorio.fibers=" + FiberKind.current().name().toLowerCase(Locale.ROOT),
                "-Dcorio.shutdown.seconds=" + PATIENCE_SECONDS));
        if (Thread.class.getModule().isOpen("java.lang", Program.class.getModule())) { // carriers of our own
            command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName(), program));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(CODE);
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest(name = "by a {0}")
    @ValueSource(strings = {"body", "child", "callback"})
    @DisplayName("called on the loop of the main: nobody waits for what cannot run any more")
    void exitOnTheLoop(String by) throws IOException, InterruptedException {
        assertThat(outputOf(by)).doesNotContain("before a coroutine has ended");
    }

    @Test
    @DisplayName("called elsewhere: the main is cancelled, and its cleanup awaited")
    void exitElsewhere() throws IOException, InterruptedException {
        assertThat(outputOf("elsewhere")).contains("cleaned up");
    }
}
