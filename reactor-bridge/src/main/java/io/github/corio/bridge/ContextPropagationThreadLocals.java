package io.github.corio.bridge;

import io.github.corio.loop.ThreadLocalPropagator;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Sets the ThreadLocals of micrometer's context-propagation from the Context, whenever a body starts or resumes. A
 * registered ThreadLocal gets the value under the key of its accessor, and is cleared if the Context has none. When the
 * body suspends, the thread gets its old values back. Thread-safe.
 *
 * <p>The Context counts: a ThreadLocal that a body sets itself is lost at its next suspension. Accessors may be
 * registered at any time. If an accessor throws while they are set, those set before it are put back, and its error is
 * thrown. If an accessor throws while they are put back, all others are put back first.
 *
 * <p>Found by the loops through {@link java.util.ServiceLoader}, not for direct use. Without the library on the class
 * path it is refused when it is made, and no class of the library is loaded.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code contextvars}, which the interpreter itself switches.
 * </ul>
 *
 * @since 0.1.0
 */
public final class ContextPropagationThreadLocals implements ThreadLocalPropagator {
    /** Only asked for where the library is known to be there; see the constructor. */
    private final Registry registry;

    /**
     * For the ServiceLoader.
     *
     * @throws IllegalStateException if context-propagation is not on the class path
     */
    public ContextPropagationThreadLocals() {
        try {
            Class<?> unused = Class.forName(
                    "io.micrometer.context.ContextRegistry",
                    false,
                    ContextPropagationThreadLocals.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("io.micrometer:context-propagation is not on the class path", e);
        }
        registry = new Registry();
    }

    /**
     * Sets the ThreadLocals of all registered accessors, or clears those whose key the Context does not have. Any thread.
     *
     * @param context the Context of the body
     * @return gives the thread its old values back, null if no accessor is registered
     */
    @Override
    public @Nullable Scope open(ContextView context) {
        return registry.open(context);
    }

    /** All that links to the library. */
    private static final class Registry {
        private final ContextRegistry known = ContextRegistry.getInstance();

        @Nullable
        Scope open(ContextView context) {
            List<ThreadLocalAccessor<?>> accessors = known.getThreadLocalAccessors();
            if (accessors.isEmpty()) {
                return null;
            }
            Replaced<?> replaced = null;
            for (ThreadLocalAccessor<?> accessor : accessors) {
                try {
                    replaced = new Replaced<>(accessor, replaced);
                    replaced.set(context);
                } catch (Throwable e) {
                    throw undone(replaced, e);
                }
            }
            return replaced;
        }

        /** An error of one accessor, after all that was set before it, and what it has set itself, is taken back. */
        private static RuntimeException undone(@Nullable Replaced<?> replaced, Throwable error) {
            if (replaced != null) {
                replaced.close(error);
            }
            throw Registry.<RuntimeException>asItIs(error);
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <E extends Throwable> RuntimeException asItIs(Throwable error) throws E {
            throw (E) error;
        }
    }

    /** What the thread had. It is put back even if the body has changed nothing that we know of. */
    private static final class Replaced<V> implements Scope {
        private final ThreadLocalAccessor<V> accessor;
        private final @Nullable Replaced<?> earlier;
        private boolean known;
        private @Nullable V before;

        Replaced(ThreadLocalAccessor<V> accessor, @Nullable Replaced<?> earlier) {
            this.accessor = accessor;
            this.earlier = earlier;
        }

        void set(ContextView context) {
            before = accessor.getValue();
            known = true;
            V wanted = context.getOrDefault(accessor.key(), null);
            if (wanted != null) {
                accessor.setValue(wanted);
            } else if (before != null) {
                accessor.setValue();
            }
        }

        @Override
        public void close() {
            Throwable error = close(null);
            if (error != null) {
                throw Registry.<RuntimeException>asItIs(error);
            }
        }

        /** Restores all, whatever one of them throws: the first error has the others as suppressed. */
        private @Nullable Throwable close(@Nullable Throwable first) {
            Throwable error = first;
            for (Replaced<?> one = this; one != null; one = one.earlier) {
                try {
                    one.restore();
                } catch (Throwable e) {
                    if (error == null) {
                        error = e;
                    } else if (error != e) {
                        error.addSuppressed(e);
                    }
                }
            }
            return error;
        }

        private void restore() {
            if (!known) {
                return;
            }
            if (before != null) {
                accessor.restore(before);
            } else if (accessor.getValue() != null) {
                accessor.restore();
            }
        }
    }
}
