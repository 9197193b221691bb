package io.github.corio.loop.internal;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The threads that fibers are made of. */
public final class FiberThreads {
    /** What the threads of fibers are called; platform ones have a number, too. Virtual ones do not: that would cost as much as the rest. */
    public static final String NAME = "corio-fiber";

    /** Makes virtual threads; null before Java 21. */
    public static final @Nullable ThreadFactory VIRTUAL = virtualThreads();

    /** How many there are: counted once in the life of a thread. */
    static final LongAdder LIVE = new LongAdder();

    private FiberThreads() {}

    /** How many fibers there are now, those that are kept for the next body included. */
    public static long live() {
        return LIVE.sum();
    }

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
