package io.github.corio.spring;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties that belong to an application context. {@link JvmProperties} takes care of those of the whole JVM, for
 * instance {@code corio.fibers}. Immutable.
 *
 * @param mdcKeys keys of the Reactor Context whose values a coroutine has in the MDC, under the same key
 * @param background the settings of {@link BackgroundTasks}
 * @since 0.1.0
 */
@ConfigurationProperties("corio")
public record CorioProperties(
        @DefaultValue List<String> mdcKeys, @DefaultValue Background background) {

    /**
     * The settings of {@link BackgroundTasks}.
     *
     * @param concurrency how many started tasks run at a time, 0 for any number. Workers and services do not count
     * @param shutdownTimeout how long the shutdown waits for work to end by itself
     * @param restartDelay how long a service that has failed waits for its restart, doubled with each failure in a row
     * @param restartDelayMax the longest such delay
     */
    public record Background(
            @DefaultValue("0") int concurrency,
            @DefaultValue("20s") Duration shutdownTimeout,
            @DefaultValue("1s") Duration restartDelay,
            @DefaultValue("1m") Duration restartDelayMax) {}
}
