package io.github.corio.loop.internal;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The threads that fibers are made of. */
public final class FiberThreads {
    /** What the threads of fibers are called; platform ones have a number, too. Virtual ones do not: that would cost as much as the rest. */
    public static final String NAME = "corio-fiber";

    /** Makes virtual threads; null before Java 21. */
    public static final @Nullable ThreadFactory VIRTUAL = virtualThreads();

    private FiberThreads() {}

    private static @Nullable ThreadFactory virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            builder = type.getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(builder, false);
            builder = type.getMethod("name", String.class).invoke(builder, NAME);
            return (ThreadFactory) type.getMethod("factory").invoke(builder);
        } catch (ReflectiveOperationException | UnsupportedOperationException e) {
            return null; // before Java 21
        }
    }
}
