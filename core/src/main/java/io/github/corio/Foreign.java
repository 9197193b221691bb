package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Calls of code that is not ours, of which nothing is known: it may throw. Each of these returns.
 *
 * <p>The rule of this package: commit your own state, wake who has to be woken, then call others. What their code throws goes to
 * the one it belongs to: to the awaiter or subscriber that asked, else to {@link Operators#onErrorDropped}, else, if that
 * throws as well, to the loop's exception handler. A loop over siblings goes on.
 */
final class Foreign {
    private Foreign() {}

    // ---- for messages ----

    /** What {@code toString} gives, or why it does not. */
    static String text(@Nullable Object object) {
        if (object == null) {
            return "null";
        }
        try {
            return String.valueOf(object);
        } catch (Throwable e) {
            return object.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(object))
                    + ", whose toString() throws " + e.getClass().getName();
        }
    }

    /** The message, or why there is none. */
    static @Nullable String message(Throwable error) {
        try {
            return error.getMessage();
        } catch (Throwable e) {
            return error.getClass().getName() + ", whose getMessage() throws "
                    + e.getClass().getName();
        }
    }

    /** The cause, null also if it cannot be had. */
    static @Nullable Throwable cause(Throwable error) {
        try {
            return error.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    // ---- subscriptions ----

    /** Cancels a subscription. */
    static void cancel(Subscription subscription, Context context, @Nullable EventLoop loop) {
        try {
            subscription.cancel();
        } catch (Throwable e) {
            dropError(e, context, loop);
        }
    }

    // ---- what nobody takes ----

    /** Drops an error that has no other receiver; a cancel is none. */
    static void dropError(Throwable error, Context context, @Nullable EventLoop loop) {
        if (error instanceof CancelledError) {
            return;
        }
        try {
            Operators.onErrorDropped(error, context);
        } catch (Throwable e) {
            report("An error was dropped, and the hook for that has thrown", error, e, loop);
        }
    }

    /** Drops a value that came too late. */
    static void dropNext(Object value, Context context, @Nullable EventLoop loop) {
        try {
            Operators.onNextDropped(value, context);
        } catch (Throwable e) {
            report("A value was dropped, and the hook for that has thrown", e, e, loop);
        }
    }

    /** Discards a value that nobody will see. */
    static void discard(@Nullable Object value, Context context, @Nullable EventLoop loop) {
        if (value == null) {
            return;
        }
        try {
            Operators.onDiscard(value, context);
        } catch (Throwable e) {
            report("A value was discarded, and the hook for that has thrown", e, e, loop);
        }
    }

    private static void report(String what, Throwable error, Throwable thrown, @Nullable EventLoop loop) {
        if (loop == null) { // nothing has been started: the hook itself is all that there was
            return;
        }
        loop.callExceptionHandler(new ExceptionContext(what, error, null));
        if (thrown != error) {
            loop.callExceptionHandler(new ExceptionContext(what, thrown, null));
        }
    }

    /** The error as Reactor's hook for errors of operators makes it. */
    static Throwable operatorError(Throwable error, Context context) {
        try {
            return Operators.onOperatorError(error, context);
        } catch (Throwable e) { // a hook that throws, or an error that Reactor throws on instead of handing it down
            return error;
        }
    }
}
