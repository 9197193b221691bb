package io.github.corio.bridge;

import io.github.corio.loop.ThreadLocalPropagator;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * The ThreadLocals that are registered with micrometer's context-propagation, in coroutines: after every resume each has the
 * value that the Context holds under its accessor's key, and is cleared where that holds none; when the coroutine gives up the
 * thread, the thread has back what it had.
 *
 * <p>The Context is what counts: a ThreadLocal that a body sets itself is lost at its next suspension. Found by the loops
 * through {@link java.util.ServiceLoader}; not for direct use. Thread-safe. Accessors may be registered at any time. If one of them
 * throws while they are set, those set before it are put back, and its error is thrown; if one throws while they are put back, so are
 * all others first. Without the
 * library on the class path it is refused when it is made, and no class of the library is loaded.
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
