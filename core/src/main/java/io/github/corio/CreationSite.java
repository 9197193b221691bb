package io.github.corio;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a task was created, for the warning about one that is left behind when its loop ends. */
final class CreationSite {
    /** False if the application does not want that warning. */
    static final boolean WARN = !"false".equals(System.getProperty("corio.warnLeftBehind"));

    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final String PACKAGE = CreationSite.class.getPackageName();
    /** By name: Task, which asks here, must not depend on what is above it. */
    private static final String FACADE = PACKAGE + ".Asyncio";

    private static final Set<String> OURS =
            Set.of(CreationSite.class.getName(), PACKAGE + ".Task", PACKAGE + ".Coroutine", PACKAGE + ".NeverAwaited");

    private CreationSite() {}

    /** The frame that has called Corio; null if nobody asks for it. */
    static StackWalker.@Nullable StackFrame here() {
        return WARN
                ? WALKER.walk(frames -> frames.filter(frame -> !ours(frame.getClassName()))
                        .findFirst()
                        .orElse(null))
                : null;
    }

    private static boolean ours(String className) {
        return className.startsWith(FACADE) || OURS.contains(className);
    }
}
