package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.corio.CoroutineAction;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Mistakes that bring no error, but a line in the log. docs/troubleshooting.md shows these. */
final class LogTexts {
    private LogTexts() {}

    /** The line of each mistake. */
    static Map<String, Callable<String>> all() {
        Map<String, Callable<String>> texts = new LinkedHashMap<>();
        texts.put(
                "left-behind",
                () -> line("is cancelled because its loop ends", () -> {
                    String unused = async(() -> {
                                Task<Void> reminder = createTask(sleep(Duration.ofHours(1)), "reminder");
                                return reminder.name();
                            })
                            .block();
                }));
        texts.put(
                "never-retrieved",
                () -> line("never retrieved", () -> {
                    try (EventLoop loop = EventLoop.create()) {
                        run(
                                async(() -> {
                                    Task<Void> audit =
                                            createTask(Mono.error(new IllegalStateException("broken")), "audit");
                                    await(sleep(Duration.ofMillis(1)));
                                    return audit.isDone(); // and nothing asks for its error
                                }),
                                loop);
                    }
                }));
        texts.put(
                "slow-callback",
                () -> line(
                        "finished] took",
                        () -> run(async(() -> {
                            EventLoop.current().setDebug(true);
                            await(sleep(Duration.ofMillis(1)));
                            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(150);
                            while (System.nanoTime() < end) {
                                Thread.onSpinWait(); // computes
                            }
                        }))));
        return texts;
    }

    /** Waits for the first line with these words. */
    private static String line(String words, CoroutineAction mistake) throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().contains(words)) {
                    lines.add(event.getLevel() + " " + event.getLoggerName() + " - " + event.getFormattedMessage());
                }
            }
        };
        Logger logger = (Logger) LoggerFactory.getLogger("io.github.corio");
        appender.start();
        logger.addAppender(appender);
        try {
            mistake.run();
            String line = lines.poll(60, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("nothing is logged with: " + words);
            }
            return ErrorTexts.fenced(line);
        } finally {
            logger.detachAppender(appender);
        }
    }
}
