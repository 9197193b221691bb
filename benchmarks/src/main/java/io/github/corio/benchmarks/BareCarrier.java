package io.github.corio.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads that the calling thread runs by itself, in turn, with nothing around them. They may yield and end; only
 * the calling thread may make one go on.
 *
 * <p>This is done by the JDK's internals: it takes Java 24 or newer, as Corio's own carriers do, and
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class BareCarrier {
    /** No inheritable ThreadLocals, as in Corio's fibers. */
    private static final int NO_INHERIT_THREAD_LOCALS = 1 << 2;

    private static final @Nullable MethodHandle MAKE = find();

    private final Queue<Runnable> ready = new ArrayDeque<>();

    private static @Nullable MethodHandle find() {
        if (Runtime.version().feature() < 24) {
            return null;
        }
        try {
            Class<?> type = Class.forName("java.lang.VirtualThread");
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findConstructor(
                            type,
                            MethodType.methodType(void.class, Executor.class, String.class, int.class, Runnable.class));
        } catch (ReflectiveOperationException e) { // not opened, or a later JDK that has it otherwise
            return null;
        }
    }

    /** Whether this JVM can do it. */
    static boolean isThere() {
        return MAKE != null;
    }

    /** Makes a thread that {@link #run} will run. */
    void start(Runnable body) {
        if (MAKE == null) {
            throw new UnsupportedOperationException("It needs Java 24 and --add-opens java.base/java.lang=ALL-UNNAMED");
        }
        Executor scheduler = ready::add;
        Thread thread;
        try {
            thread = (Thread) MAKE.invoke(scheduler, "bare", NO_INHERIT_THREAD_LOCALS, body);
        } catch (Throwable e) {
            throw new LinkageError("A virtual thread with a scheduler of our own", e);
        }
        thread.start();
    }

    /** Runs all of them to their end. */
    void run() {
        for (Runnable next; (next = ready.poll()) != null; ) {
            next.run();
        }
    }
}
