package io.github.corio.sync.internal;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Errors that a subscriber throws at somebody who is only passing by, one that releases a lock for instance. */
public final class Dropped {
    private Dropped() {}

    /**
     * Drops an error as Reactor does. Never throws: what the hook throws goes to the handler of the loop that runs here, else to that
     * of the thread.
     */
    public static void error(Throwable error, Context context) {
        try {
            Operators.onErrorDropped(error, context);
        } catch (Throwable thrown) {
            EventLoop loop = EventLoop.currentOrNull();
            if (loop != null) {
                loop.callExceptionHandler(
                        new ExceptionContext("Exception in the hook for dropped errors", thrown, null));
            } else {
                uncaught(thrown);
            }
        }
    }

    private static void uncaught(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable ignored) {
            // as the JVM does with what this handler throws
        }
    }
}
