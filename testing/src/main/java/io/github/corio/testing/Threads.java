package io.github.corio.testing;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** What is asked of a thread that the baseline of the JDK does not know. */
final class Threads {
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

    private Threads() {}

    private static @Nullable MethodHandle isVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) { // before Java 21
            return null;
        }
    }

    static boolean isVirtual(Thread thread) {
        MethodHandle ask = IS_VIRTUAL;
        if (ask == null) {
            return false;
        }
        try {
            return (boolean) ask.invokeExact(thread);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // it throws nothing
        }
    }

    /** The name, or for a thread without one what it says of itself. */
    static String name(Thread thread) {
        return thread.getName().isEmpty() ? thread.toString() : thread.getName();
    }
}
