package io.github.corio.loop;

import io.github.corio.loop.internal.FiberThreads;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The kind of thread on which the bodies of coroutines run. It is chosen once per JVM: the best that the JVM has, or as
 * {@code -Dcorio.fibers=platform|virtual} says. The order in which code runs is the same. Speed and memory differ.
 *
 * <p>A fiber counts as a thread that must not block: Reactor refuses {@code block()} there.
 *
 * <ul>
 *   <li><b>asyncio:</b> none. There, a coroutine needs no thread.
 * </ul>
 *
 * @since 0.1.0
 */
public enum FiberKind {
    /** A cached platform thread for each suspended body, at most {@code -Dcorio.fibers.max} of them. On any JDK. */
    PLATFORM,
    /**
     * A virtual thread for each body. Java 21 or newer. On Java 24 or newer with {@code --add-opens java.base/java.lang=ALL-UNNAMED} these run on
     * carriers of Corio's own, {@code -Dcorio.carriers} of them, else on the JDK's pool.
     */
    VIRTUAL;

    private static final FiberKind CURRENT = choose(System.getProperty("corio.fibers"));

    /**
     * Gives the kind in use in this JVM.
     *
     * @return the kind
     */
    public static FiberKind current() {
        return CURRENT;
    }

    /**
     * Says whether a thread is a fiber, of any kind: by its name.
     *
     * @param thread the thread
     * @return true for a fiber
     */
    public static boolean isFiber(Thread thread) {
        return thread.getName().startsWith(FiberThreads.NAME);
    }

    private static FiberKind choose(@Nullable String wanted) {
        if (wanted == null) {
            return FiberThreads.VIRTUAL != null ? VIRTUAL : PLATFORM;
        }
        FiberKind kind;
        try {
            kind = valueOf(wanted.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "-Dcorio.fibers=" + wanted + ": the kinds of fiber are platform and virtual", e);
        }
        if (kind == VIRTUAL && FiberThreads.VIRTUAL == null) {
            throw new IllegalStateException("-Dcorio.fibers=" + wanted + " is not possible here (Java "
                    + Runtime.version().feature() + "): it needs Java 21 or newer");
        }
        return kind;
    }
}
