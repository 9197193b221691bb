package io.github.corio.bridge;

import io.github.corio.loop.ThreadLocals;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.context.ContextView;

/**
 * The ThreadLocals that are registered with micrometer's context-propagation, in coroutines: after every resume each has the
 * value that the Context holds under its accessor's key, and is cleared where that holds none; when the coroutine gives up the
 * thread, the thread has back what it had.
 *
 * <p>The Context is what counts: a ThreadLocal that a body sets itself is lost at its next suspension. Found by the loops
 * through {@link java.util.ServiceLoader}; not for direct use. Thread-safe. Accessors may be registered at any time. Without the
 * library on the class path it is refused when it is made, and no class of the library is loaded.
 *
 * @since 0.1.0
 */
public final class ContextPropagationThreadLocals implements ThreadLocals {
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

    @Override
    public @Nullable Scope open(ContextView context) {
        return registry.open(context);
    }

    /** All that links to the library. */
    private static final class Registry {
        private static final Logger LOG = Loggers.getLogger(ContextPropagationThreadLocals.class);

        private final ContextRegistry known = ContextRegistry.getInstance();

        @Nullable
        Scope open(ContextView context) {
            List<ThreadLocalAccessor<?>> accessors = known.getThreadLocalAccessors();
            if (accessors.isEmpty()) {
                return null;
            }
            Replaced<?> replaced = null;
            for (ThreadLocalAccessor<?> accessor : accessors) {
                replaced = replace(accessor, context, replaced);
            }
            return replaced;
        }

        private static <V> @Nullable Replaced<?> replace(
                ThreadLocalAccessor<V> accessor, ContextView context, @Nullable Replaced<?> earlier) {
            try {
                V before = accessor.getValue();
                V wanted = context.getOrDefault(accessor.key(), null);
                if (wanted != null) {
                    accessor.setValue(wanted);
                } else if (before != null) {
                    accessor.setValue();
                }
                return new Replaced<>(accessor, before, earlier);
            } catch (RuntimeException e) {
                LOG.error("ThreadLocal " + accessor.key() + " cannot be set for a coroutine", e);
                return earlier;
            }
        }
    }

    /** What the thread had. It is put back even if the body has changed nothing that we know of. */
    private record Replaced<V>(
            ThreadLocalAccessor<V> accessor,
            @Nullable V before,
            @Nullable Replaced<?> earlier) implements Scope {
        @Override
        public void close() {
            for (Replaced<?> one = this; one != null; one = one.earlier) {
                one.restore();
            }
        }

        private void restore() {
            try {
                if (before != null) {
                    accessor.restore(before);
                } else if (accessor.getValue() != null) {
                    accessor.restore();
                }
            } catch (RuntimeException e) {
                Registry.LOG.error("ThreadLocal " + accessor.key() + " cannot be restored after a coroutine", e);
            }
        }
    }
}
