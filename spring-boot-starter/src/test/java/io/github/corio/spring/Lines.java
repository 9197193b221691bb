package io.github.corio.spring;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What is logged, from the moment in which it is made; each start of an application makes Logback forget it. */
final class Lines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    static Lines listen() {
        Lines lines = new Lines();
        lines.start();
        root().addAppender(lines);
        return lines;
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String thrown = event.getThrowableProxy() == null
                ? ""
                : ": " + event.getThrowableProxy().getMessage();
        seen.add(event.getLevel() + " " + event.getFormattedMessage() + thrown);
    }

    List<String> seen() {
        return List.copyOf(seen);
    }

    @Override
    public void close() {
        root().detachAppender(this);
    }
}
