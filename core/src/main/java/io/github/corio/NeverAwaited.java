package io.github.corio;

import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Debug mode of the whole JVM ({@code -Dcorio.debug=true}): warns of a coroutine that the collector finds and that was never awaited, nor
 * subscribed to, nor started. That is mostly a forgotten {@code await}; the alternative of a {@code switchIfEmpty} that was not needed is
 * named as well.
 *
 * <p>asyncio: the RuntimeWarning "coroutine ... was never awaited".
 */
final class NeverAwaited implements Runnable {
    private static final Logger LOG = Loggers.getLogger("io.github.corio.Coroutine");
    private static final @Nullable Cleaner CLEANER = Boolean.getBoolean("corio.debug") ? Cleaner.create() : null;

    private final String what;
    private final StackWalker.@Nullable StackFrame created;
    private volatile boolean begun;

    private NeverAwaited(String what, StackWalker.@Nullable StackFrame created) {
        this.what = what;
        this.created = created;
    }

    /** From now on it is followed; null outside of debug mode. */
    static @Nullable NeverAwaited of(Object body, @Nullable String name) {
        return CLEANER == null
                ? null
                : new NeverAwaited(name == null ? "in " + classOf(body) : name, CreationSite.here());
    }

    private static String classOf(Object body) {
        String name = body.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }

    void follow(Object coroutine) {
        if (CLEANER != null) {
            Cleaner.Cleanable unused = CLEANER.register(coroutine, this);
        }
    }

    /** It is used, or another one is made of it. */
    void begin() {
        begun = true;
    }

    /** On the thread of the Cleaner. */
    @Override
    public void run() {
        if (!begun) {
            LOG.warn(
                    "coroutine {} was never awaited, created at {}. A coroutine does nothing until it is awaited, subscribed to or"
                            + " started: await(...) it, createTask(...) it, or leave it out",
                    what,
                    created == null ? "an unknown place" : created.toStackTraceElement());
        }
    }
}
