package io.github.corio.loop;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Carries a Reactor Context into the ThreadLocals of the thread that runs a handle, at every start and every resume,
 * and out again. A service ({@link ServiceLoader}), found once. {@code corio-reactor-bridge} brings a provider that is
 * built on micrometer's context-propagation. Without a provider it costs nothing.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code contextvars}, which the interpreter itself switches.
 * </ul>
 *
 * @since 0.1.0
 */
public interface ThreadLocalPropagator {
    /**
     * Sets the ThreadLocals when a handle is about to run on the current thread. Must not throw.
     *
     * @param context the Context of the handle
     * @return the scope that puts the thread back as it was, closed on the same thread, null if there is nothing to put
     *     back
     */
    @Nullable
    Scope open(ContextView context);

    /** Puts the ThreadLocals back as they were. */
    interface Scope {
        /** Puts the ThreadLocals back as they were. Must not throw. */
        void close();
    }

    /**
     * Looks for the provider, once per JVM.
     *
     * @return the first one found, null if there is none
     */
    static @Nullable ThreadLocalPropagator load() {
        try {
            Iterator<ThreadLocalPropagator> found = ServiceLoader.load(
                            ThreadLocalPropagator.class, ThreadLocalPropagator.class.getClassLoader())
                    .iterator();
            return found.hasNext() ? found.next() : null;
        } catch (ServiceConfigurationError e) { // a provider whose library is not on the class path
            return null;
        }
    }
}
