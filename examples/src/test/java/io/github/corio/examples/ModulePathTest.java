package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Asyncio;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** An application that is a module of its own: it sees the API of core, and nothing else of it. */
class ModulePathTest {
    private static final String MODULES = Stream.of(Asyncio.class, Mono.class, Publisher.class, NullMarked.class)
            .map(ModulePathTest::whereItLies)
            .collect(Collectors.joining(File.pathSeparator));

    @TempDir
    private Path folder;

    @Test
    @DisplayName("coroutines, locks and queues work on the module path")
    void runs() throws IOException, InterruptedException {
        String errors = compile("""
                package app;

                import static io.github.corio.Asyncio.*;

                import io.github.corio.queue.AsyncQueue;
                import io.github.corio.sync.AsyncLock;
                import java.time.Duration;

                public class Main {
                    public static void main(String[] args) {
                        var lock = new AsyncLock();
                        var queue = new AsyncQueue<String>();
                        String got = run(async(() -> {
                            var giver = createTask(async(() -> {
                                await(sleep(Duration.ofMillis(1)));
                                await(queue.put("got " + await(lock.withLock(async(() -> 42)))));
                            }));
                            String item = await(queue.get());
                            await(giver);
                            return item;
                        }));
                        System.out.println(got + " in " + Main.class.getModule());
                    }
                }
                """);
        assertThat(errors).isEmpty();
        assertThat(java()).contains("got 42 in module app");
    }

    @Test
    @DisplayName("a package named internal cannot be used")
    void hidesInternals() throws IOException {
        for (String hidden : List.of(
                "io.github.corio.internal.QueuedWait",
                "io.github.corio.loop.internal.Engine",
                "io.github.corio.sync.internal.WaitQueue")) {
            assertThat(compile("package app; public class Main { " + hidden + " engine; }"))
                    .contains("does not export it");
        }
    }

    /** Compiles the application; gives what the compiler says. */
    private String compile(String main) throws IOException {
        Path descriptor =
                Files.writeString(folder.resolve("module-info.java"), "module app { requires io.github.corio.core; }");
        Path source = Files.writeString(folder.resolve("Main.java"), main);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter output = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "-d",
                    folder.resolve("classes").toString(),
                    "--module-path",
                    MODULES,
                    "-classpath",
                    "",
                    "-proc:none");
            boolean unused = compiler.getTask(
                            output, files, null, options, null, files.getJavaFileObjects(descriptor, source))
                    .call();
        }
        return output.toString();
    }

    private String java() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                folder.resolve("classes") + File.pathSeparator + MODULES,
                "--module",
                "app/app.Main"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static String whereItLies(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
