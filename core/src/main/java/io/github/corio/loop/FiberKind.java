package io.github.corio.loop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * How the stacks of suspended bodies are kept. Chosen once per JVM, the best that is there, or as
 * {@code -Dcorio.fibers=platform|virtual|continuation} says. Semantics are the same; only speed, memory and the thread a
 * body sees differ.
 *
 * @since 0.1.0
 */
public enum FiberKind {
    /** A cached platform thread for each suspended body. Any JDK; at most {@code -Dcorio.fibers.max} of them. */
    PLATFORM,
    /** A virtual thread for each body. Java 21 or newer. */
    VIRTUAL,
    /**
     * A continuation for each body, run on the loop's own scheduler thread. Java 21 or newer, with
     * {@code --add-exports java.base/jdk.internal.vm=ALL-UNNAMED}.
     *
     * <p>Only on threads marked {@link reactor.core.scheduler.NonBlocking}, which are the ones that a Reactor worker keeps
     * for good: the JIT compiler takes {@link Thread#currentThread()} for a constant of a frame, so a continuation that
     * changes its thread would see stale ThreadLocals. On any other thread, as under virtual time, {@link #VIRTUAL} is used.
     */
    CONTINUATION;

    static final @Nullable ThreadFactory VIRTUAL_THREADS = virtualThreads();
    private static final @Nullable MethodHandle NEW_CONTINUATION;
    private static final @Nullable MethodHandle RUN_CONTINUATION;
    private static final @Nullable MethodHandle YIELD_CONTINUATION;

    static {
        MethodHandle make = null;
        MethodHandle run = null;
        MethodHandle yield = null;
        try {
            Class<?> type = Class.forName("jdk.internal.vm.Continuation");
            Class<?> scopeType = Class.forName("jdk.internal.vm.ContinuationScope");
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Object scope = lookup.findConstructor(scopeType, MethodType.methodType(void.class, String.class))
                    .invoke("corio");
            make = lookup.findConstructor(type, MethodType.methodType(void.class, scopeType, Runnable.class))
                    .bindTo(scope)
                    .asType(MethodType.methodType(Object.class, Runnable.class));
            run = lookup.findVirtual(type, "run", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, Object.class));
            yield = lookup.findStatic(type, "yield", MethodType.methodType(boolean.class, scopeType))
                    .bindTo(scope);
        } catch (ReflectiveOperationException e) {
            // not there, or not exported: the other kinds remain
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
        NEW_CONTINUATION = make;
        RUN_CONTINUATION = run;
        YIELD_CONTINUATION = yield;
    }

    private static final FiberKind CURRENT = choose(System.getProperty("corio.fibers"));

    /**
     * The kind in use in this JVM.
     *
     * @return the kind
     */
    public static FiberKind current() {
        return CURRENT;
    }

    static Object newContinuation(Runnable body) {
        try {
            return (Object) there(NEW_CONTINUATION).invokeExact(body);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void runContinuation(Object continuation) {
        try {
            there(RUN_CONTINUATION).invokeExact(continuation);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void yieldContinuation() {
        try {
            boolean unused = (boolean) there(YIELD_CONTINUATION).invokeExact();
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private static MethodHandle there(@Nullable MethodHandle handle) {
        if (handle == null) {
            throw new IllegalStateException("No continuations in this JVM");
        }
        return handle;
    }

    private static FiberKind choose(@Nullable String wanted) {
        FiberKind best = NEW_CONTINUATION != null ? CONTINUATION : VIRTUAL_THREADS != null ? VIRTUAL : PLATFORM;
        if (wanted == null) {
            return best;
        }
        FiberKind kind;
        try {
            kind = valueOf(wanted.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "-Dcorio.fibers=" + wanted + ": the kinds of fiber are platform, virtual, continuation", e);
        }
        if (kind.compareTo(best) > 0) {
            throw new IllegalStateException("-Dcorio.fibers=" + wanted + " is not possible here (Java "
                    + Runtime.version().feature() + "): "
                    + (kind == VIRTUAL || VIRTUAL_THREADS == null
                            ? "it needs Java 21 or newer"
                            : "it needs --add-exports java.base/jdk.internal.vm=ALL-UNNAMED"));
        }
        return kind;
    }

    private static @Nullable ThreadFactory virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            builder = type.getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(builder, false);
            return (ThreadFactory) type.getMethod("factory").invoke(builder);
        } catch (ReflectiveOperationException | UnsupportedOperationException e) {
            return null; // before Java 21
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException rethrow(Throwable error) throws E {
        throw (E) error;
    }
}
