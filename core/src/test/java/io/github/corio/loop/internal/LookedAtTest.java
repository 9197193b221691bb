package io.github.corio.loop.internal;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.ListeningConnector;
import io.github.corio.loop.FiberKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the JDK's tools do to a JVM stops its threads at places of their choice: the flight recorder, a print of all threads, a debugger that
 * stops and resumes it. Bodies that share locks go on, whatever they run on.
 */
@Timeout(180)
class LookedAtTest {
    private static final int LOOKS = 3;

    @TempDir
    Path folder;

    @Test
    void underTheFlightRecorder() throws Exception {
        Path recording = folder.resolve("recording.jfr");
        try (Bodies bodies = new Bodies("-XX:StartFlightRecording:settings=profile,filename=" + recording)) {
            bodies.goOn(LOOKS);
        }
        assertThat(recording).isNotEmptyFile();
    }

    /** Not by {@code Thread.dump_to_file}: on virtual threads of the JDK's pool, too, that crashes JDK 25 now and then (JDK-8364343). */
    @Test
    void whileAllThreadsArePrinted() throws Exception {
        try (Bodies bodies = new Bodies()) {
            bodies.goOn(1);
            for (int i = 0; i < LOOKS; i++) {
                Path dump = folder.resolve("threads-" + i + ".txt");
                Process jcmd = new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/jcmd",
                                String.valueOf(bodies.process.pid()),
                                "Thread.print")
                        .redirectErrorStream(true)
                        .redirectOutput(dump.toFile())
                        .start();
                assertThat(jcmd.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(Files.readString(dump)).contains("parallel-1");
                bodies.goOn(1);
            }
        }
    }

    @Test
    void stoppedAndResumedByADebugger() throws Exception {
        ListeningConnector connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(each -> each.name().equals("com.sun.jdi.SocketListen"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("localAddress").setValue("127.0.0.1");
        String address = connector.startListening(arguments);
        try (Bodies bodies = new Bodies("-agentlib:jdwp=transport=dt_socket,server=n,suspend=n,address=" + address)) {
            VirtualMachine debugged = connector.accept(arguments);
            for (int i = 0; i < LOOKS; i++) {
                bodies.goOn(1);
                debugged.suspend();
                assertThat(debugged.allThreads()).isNotEmpty();
                debugged.resume();
            }
            bodies.goOn(1);
            debugged.dispose();
            bodies.goOn(1);
        } finally {
            connector.stopListening(arguments);
        }
    }

    /** A JVM whose bodies share a lock and a monitor, and which prints a line for each round that was right. */
    private static final class Bodies implements AutoCloseable {
        final Process process;
        private final BufferedReader lines;

        Bodies(String... options) throws Exception {
            List<String> command = new ArrayList<>(List.of(
                    System.getProperty("java.home") + "/bin/java",
                    "-Xmx256m",
                    "-Dcorio.fibers=" + FiberKind.current().name().toLowerCase(Locale.ROOT)));
            command.addAll(List.of(options));
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(option -> option.startsWith("--add-opens"))
                    .forEach(command::add);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Rounds.class.getName()));
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            lines = process.inputReader();
        }

        /** So many rounds come to their end. */
        void goOn(int rounds) throws Exception {
            for (int i = 0; i < rounds; i++) {
                String line = lines.readLine();
                while (line != null && !line.startsWith("round")) {
                    line = lines.readLine();
                }
                assertThat(line).isEqualTo("round [400, 400]");
            }
        }

        /** It ends by itself when nobody reads any longer, so that a recording is written. */
        @Override
        public void close() throws Exception {
            process.getOutputStream().close();
            while (lines.readLine() != null) {
                // what it prints meanwhile
            }
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** Rounds of 20 bodies with a lock and 20 with a monitor, until its standard input ends. */
    static final class Rounds {
        private static final Object MONITOR = new Object();
        private static final ReentrantLock LOCK = new ReentrantLock();

        private Rounds() {}

        public static void main(String... args) throws Exception {
            CompletableFuture<Void> end = CompletableFuture.runAsync(Rounds::untilTheEndOfInput);
            while (!end.isDone()) {
                int[] sums = new int[2];
                Flux.range(0, 40)
                        .flatMap(i -> i % 2 == 0 ? locking(sums) : synchronizing(sums), 40)
                        .blockLast(Duration.ofSeconds(60));
                System.out.println("round [" + sums[0] + ", " + sums[1] + "]");
            }
        }

        private static void untilTheEndOfInput() {
            try {
                while (System.in.read() >= 0) {
                    // nobody writes anything
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Mono<Void> locking(int[] sums) {
            return async(() -> {
                for (int i = 0; i < 20; i++) {
                    await(Mono.delay(Duration.ofNanos(1)));
                    LOCK.lock();
                    try {
                        sums[0]++;
                    } finally {
                        LOCK.unlock();
                    }
                }
            });
        }

        private static Mono<Void> synchronizing(int[] sums) {
            return async(() -> {
                for (int i = 0; i < 20; i++) {
                    await(Mono.delay(Duration.ofNanos(1)));
                    synchronized (MONITOR) {
                        sums[1]++;
                    }
                }
            });
        }
    }
}
