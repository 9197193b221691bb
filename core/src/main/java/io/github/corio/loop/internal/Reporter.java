package io.github.corio.loop.internal;

import io.github.corio.loop.ExceptionContext;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Where the errors of one loop go that nobody else can be notified of. Nothing here throws. Thread-safe. */
public final class Reporter {
    private static final Logger LOG = Loggers.getLogger("io.github.corio.loop.EventLoop");

    private volatile @Nullable Consumer<ExceptionContext> handler;

    Reporter() {}

    public void setHandler(@Nullable Consumer<ExceptionContext> handler) {
        this.handler = handler;
    }

    /** Calls the handler. An error of the handler goes to the log. */
    public void report(ExceptionContext context) {
        Consumer<ExceptionContext> now = handler;
        if (now == null) {
            log(context);
            return;
        }
        try {
            now.accept(context);
        } catch (Throwable e) {
            log(new ExceptionContext("Unhandled error in exception handler", e, context));
        }
    }

    void report(LoopHandle handle, Throwable error) {
        report(new ExceptionContext("Exception in callback", error, handle));
    }

    /** What is done without a handler. */
    public void log(ExceptionContext context) {
        try {
            String message = context.source() == null ? context.message() : context.message() + ": " + context.source();
            Throwable exception = context.exception();
            if (exception == null) {
                LOG.error(message);
            } else {
                LOG.error(message, exception);
            }
        } catch (Throwable e) { // a broken log, or no memory or stack left for one: the last resort
            System.err.println("corio: the exception handler failed (" + named(e) + ") on " + context.message());
        }
    }

    /** Warns of a handle that has held its loop. */
    void warnOfSlow(LoopHandle handle, long nanos) {
        Thread thread = Thread.currentThread();
        Object name = thread.getName().isEmpty() ? thread : thread.getName(); // virtual ones have none
        try {
            LOG.warn("Executing {} took {} ms on {}", handle, nanos / 1_000_000, name);
        } catch (Throwable e) { // a broken log, or a toString() of others
            log(new ExceptionContext("A slow callback cannot be named", e, null));
        }
    }

    /** Warns of a handle that holds its loop now, with its stack, and with what it waits for. */
    void warnOfHolder(LoopHandle handle, Thread thread, StackTraceElement[] stack, List<SuspendableHandle> live) {
        try {
            Throwable where = new Throwable("it is here");
            where.setStackTrace(stack);
            LOG.warn(
                    "{} holds its loop for more than 100 ms, on {}{}",
                    handle,
                    thread.getName(),
                    LockWait.of(thread, handle, live),
                    where);
        } catch (Throwable e) { // a broken log, or a toString() of others
            log(new ExceptionContext("What holds its loop cannot be named", e, null));
        }
    }

    private static String named(Throwable error) {
        try {
            return error.toString();
        } catch (Throwable e) { // its message is made by others, too
            return error.getClass().getName();
        }
    }
}
