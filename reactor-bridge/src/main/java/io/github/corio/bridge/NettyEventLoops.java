package io.github.corio.bridge;

import io.github.corio.loop.EventLoopExecutors;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.InternalThreadLocalMap;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Lets Netty's event loops carry coroutines. A coroutine that a handler of reactor-netty or WebFlux subscribes to then
 * runs on the thread of its connection. Found by the loops through {@link java.util.ServiceLoader}, not for direct use.
 * Stateless. Without Netty on the class path it is refused when it is made, and no class of Netty is loaded.
 *
 * @since 0.1.0
 */
public final class NettyEventLoops implements EventLoopExecutors {
    /**
     * For the ServiceLoader.
     *
     * @throws IllegalStateException if Netty is not on the class path
     */
    public NettyEventLoops() {
        for (String needed : new String[] {
            "io.netty.channel.EventLoop",
            "io.netty.util.internal.ThreadExecutorMap",
            "io.netty.util.internal.InternalThreadLocalMap"
        }) {
            try {
                Class<?> unused = Class.forName(needed, false, NettyEventLoops.class.getClassLoader());
            } catch (ClassNotFoundException | LinkageError e) {
                throw new IllegalStateException("io.netty:netty-transport is not on the class path", e);
            }
        }
    }

    @Override
    public @Nullable ScheduledExecutorService current() {
        return Current.eventLoop();
    }

    /** All that links to Netty. */
    private static final class Current {
        static @Nullable ScheduledExecutorService eventLoop() {
            if (InternalThreadLocalMap.getIfSet() == null) {
                return null; // no thread of Netty's; to ask for more would make a map for it
            }
            EventExecutor executor = ThreadExecutorMap.currentExecutor();
            return executor instanceof EventLoop eventLoop && eventLoop.inEventLoop() ? eventLoop : null;
        }
    }
}
