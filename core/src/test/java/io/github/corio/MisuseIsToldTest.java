package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.corio.loop.EventLoop;
import io.github.corio.loop.FiberKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/** Misuse that nothing else shows is logged. */
class MisuseIsToldTest {
    /** Collects what the loops log. */
    private static final class Log extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
        private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.corio.loop.EventLoop");

        Log() {
            start();
            logger.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().contains("holds its loop")) {
                events.add(event);
            }
        }

        @Override
        public void close() {
            boolean unused = logger.detachAppender(this);
        }
    }

    private static void holdsTheLoop(List<ILoggingEvent> until) {
        while (until.isEmpty()) {
            Thread.onSpinWait();
        }
        long end = System.nanoTime() + 300_000_000; // longer than several looks: it is said once
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aBodyThatHoldsItsLoopIsLoggedWhileItDoes() {
        EventLoop loop = EventLoop.on(Schedulers.parallel());
        loop.setDebug(true);
        try (Log log = new Log()) {
            Object unused = async(() -> holdsTheLoop(log.events))
                    .named("spinner")
                    .on(loop)
                    .block();
            assertThat(log.events).hasSize(1);
            ILoggingEvent event = log.events.get(0);
            assertThat(event.getFormattedMessage()).startsWith("Task[spinner");
            assertThat(event.getThrowableProxy().getStackTraceElementProxyArray())
                    .anyMatch(frame ->
                            frame.getStackTraceElement().getMethodName().equals("holdsTheLoop"));
        } finally {
            loop.dispose();
        }
    }

    @Test
    void aCoroutineThatWasNeverAwaitedIsNamedInDebugMode() throws IOException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Dcorio.debug=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Forgets.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.contains("was never awaited")) {
                assertThat(line).doesNotContain("awaited one");
                line = lines.readLine();
            }
            assertThat(line)
                    .contains(
                            "coroutine forgotten one was never awaited, created at io.github.corio.MisuseIsToldTest$Forgets.forget(");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whoHasTheLockThatABodyHoldsItsLoopForIsNamed() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Dcorio.debug=true",
                "-Dcorio.fibers=" + FiberKind.current().name().toLowerCase(Locale.ROOT),
                "-cp"));
        command.add(System.getProperty("java.class.path"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens"))
                .forEach(command::add);
        command.add(LocksAcrossAnAwait.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.contains("holds its loop")) {
                line = lines.readLine();
            }
            assertThat(line)
                    .contains("Task[second, ")
                    .contains("It waits for java.util.concurrent.locks.ReentrantLock$NonfairSync")
                    .containsPattern(
                            FiberKind.current() == FiberKind.PLATFORM
                                    ? "which Task\\[first, .* has: neither can go on"
                                    : "If one of those .* has it, neither can go on: .*Task\\[first, ")
                    .contains("AsyncLock");
        } finally {
            process.destroyForcibly();
        }
    }

    /** Two bodies on one loop; the first keeps a lock of the JDK across an await. It hangs until it is killed. */
    static final class LocksAcrossAnAwait {
        private LocksAcrossAnAwait() {}

        public static void main(String[] args) {
            ReentrantLock lock = new ReentrantLock();
            run(async(() -> {
                Task<Void> first = createTask(
                        async(() -> {
                            lock.lock();
                            try {
                                await(sleep(Duration.ofMillis(10)));
                            } finally {
                                lock.unlock();
                            }
                        }),
                        "first");
                await(sleep(Duration.ZERO));
                Task<Void> second = createTask(
                        async(() -> {
                            lock.lock();
                            try {
                                System.out.println("never");
                            } finally {
                                lock.unlock();
                            }
                        }),
                        "second");
                await(gather(List.of(first, second)));
            }));
        }
    }

    /** Forgets a coroutine. */
    static final class Forgets {
        private Forgets() {}

        public static void main(String[] args) {
            run(async(() -> {}).named("awaited one"));
            forget();
            while (true) {
                System.gc();
            }
        }

        @SuppressWarnings("CheckReturnValue")
        private static void forget() {
            async(() -> {}).named("forgotten one");
        }
    }
}
