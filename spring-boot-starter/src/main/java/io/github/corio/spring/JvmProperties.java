package io.github.corio.spring;

import io.github.corio.loop.FiberKind;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Hands those properties of the application on to the JVM that Corio reads once, when its classes are loaded: as system properties,
 * before any bean exists. A system property that is there already wins. They hold for the whole JVM, so for all of its applications.
 */
final class JvmProperties implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
    private static final Logger LOG = Loggers.getLogger(JvmProperties.class);

    private static final String FIBERS = "corio.fibers";
    private static final Map<String, String> NUMBERS =
            Map.of("corio.fibers-max", "corio.fibers.max", "corio.carriers", "corio.carriers");
    private static final Map<String, String> SWITCHES = Map.of(
            "corio.debug", "corio.debug",
            "corio.watchdog", "corio.watchdog",
            "corio.jmx", "corio.jmx",
            "corio.await-traces", "corio.awaitTraces",
            "corio.warn-left-behind", "corio.warnLeftBehind",
            "corio.carriers-event-loops", "corio.carriers.eventLoops");

    /** The names of all, as applications write them. */
    static Set<String> names() {
        Set<String> names = new TreeSet<>(NUMBERS.keySet());
        names.addAll(SWITCHES.keySet());
        names.add(FIBERS);
        return names;
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE; // application.yml has been read
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        Binder binder = Binder.get(event.getEnvironment());
        NUMBERS.forEach((name, jvm) ->
                binder.bind(name, Integer.class).ifBound(value -> hand(jvm, positive(name, value))));
        SWITCHES.forEach((name, jvm) -> binder.bind(name, Boolean.class).ifBound(value -> hand(jvm, value)));
        binder.bind(FIBERS, String.class).ifBound(JvmProperties::handFibers);
    }

    private static void handFibers(String wanted) {
        String kind = wanted.toLowerCase(Locale.ROOT);
        if (!kind.equals("platform") && !kind.equals("virtual")) {
            throw new InvalidConfigurationPropertyValueException(
                    FIBERS, wanted, "The kinds of fiber are platform and virtual.");
        }
        if (kind.equals("virtual") && Runtime.version().feature() < 21) {
            throw new InvalidConfigurationPropertyValueException(
                    FIBERS, wanted, "It needs Java 21 or newer, and this is " + Runtime.version() + ".");
        }
        hand(FIBERS, kind);
        if (!FiberKind.current().name().equalsIgnoreCase(kind)) {
            LOG.warn(
                    "{}={} has no effect: this JVM runs coroutines on {} since before this application",
                    FIBERS,
                    kind,
                    FiberKind.current().name().toLowerCase(Locale.ROOT));
        }
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new InvalidConfigurationPropertyValueException(name, value, "It must be at least 1.");
        }
        return value;
    }

    private static void hand(String jvm, Object value) {
        if (System.getProperty(jvm) == null) {
            System.setProperty(jvm, value.toString());
        }
    }
}
