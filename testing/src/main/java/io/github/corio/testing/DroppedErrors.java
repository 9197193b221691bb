package io.github.corio.testing;

import java.lang.reflect.Field;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Hooks;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Gives a test the errors that Reactor drops on its threads, as a bare {@code subscribe()} does. A hook of Reactor's for the whole JVM; for threads
 * of no test it does what Reactor does without one, and beside somebody else's hook nothing.
 */
final class DroppedErrors {
    private static final Logger LOG = Loggers.getLogger(DroppedErrors.class);
    private static final Consumer<Throwable> HOOK = DroppedErrors::dropped;
    /** Where Reactor keeps its hook. */
    private static final @Nullable Field PRESENT = hook();

    /** What Reactor had after this was installed: it has something else if somebody has reset or added a hook since. */
    private static @Nullable Object installed;

    private static volatile boolean besideOthers;

    private DroppedErrors() {}

    /** Makes sure that the hook is there. */
    static synchronized void watch() {
        Object present = present();
        if (present == null || present != installed) {
            besideOthers = present != null && installed == null;
            Hooks.onErrorDropped(HOOK);
            installed = present();
        }
    }

    private static @Nullable Object present() {
        try {
            return PRESENT == null ? installed : PRESENT.get(null);
        } catch (IllegalAccessException e) { // another Reactor: then it is installed once
            return installed;
        }
    }

    private static @Nullable Field hook() {
        try {
            Field hook = Hooks.class.getDeclaredField("onErrorDroppedHook");
            return hook.trySetAccessible() ? hook : null;
        } catch (NoSuchFieldException e) { // another Reactor
            return null;
        }
    }

    private static void dropped(Throwable error) {
        TestScheduler test = OpenTests.askingFor(error);
        if (test != null) {
            test.errors().accept(error);
        } else if (!besideOthers) {
            LOG.error("Operator called default onErrorDropped", error);
        }
    }
}
