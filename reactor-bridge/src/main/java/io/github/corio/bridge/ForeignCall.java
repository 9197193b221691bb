package io.github.corio.bridge;

import io.github.corio.loop.ThreadLocalPropagator;
import io.github.corio.loop.internal.LoopAccess;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Calls of code that is not ours, with the ThreadLocals of a Context. Either the caller gets what such a call throws, or nobody
 * waits for the call, and then it is dropped: nothing that is thrown stops what comes after the call. Stateless.
 */
final class ForeignCall {
    private static final Logger LOG = Loggers.getLogger(ForeignCall.class);

    private ForeignCall() {}

    /** What a call for nobody does. */
    interface Action {
        void run() throws Exception;
    }

    /** A call on behalf of the caller. It is not made if the ThreadLocals cannot be set, which is thrown. */
    static <R> R make(ContextView context, Callable<R> call) throws Exception {
        ThreadLocalPropagator.Scope scope = LoopAccess.enterThreadLocals(context);
        try {
            return call.call();
        } finally {
            close(scope, context);
        }
    }

    /** A call that nobody waits for. It is made in any case: a client has to hear of a cancel also without its ThreadLocals. */
    static void makeAnyway(ContextView context, Action call) {
        ThreadLocalPropagator.Scope scope = null;
        try {
            scope = LoopAccess.enterThreadLocals(context);
        } catch (Throwable e) {
            drop(e, context);
        }
        guard(context, call);
        close(scope, context);
    }

    /** The same without ThreadLocals, for what Reactor calls without them too. */
    static void guard(ContextView context, Action call) {
        try {
            call.run();
        } catch (Throwable e) {
            drop(e, context);
        }
    }

    private static void close(ThreadLocalPropagator.@Nullable Scope scope, ContextView context) {
        if (scope != null) {
            try {
                scope.close();
            } catch (Throwable e) {
                drop(e, context);
            }
        }
    }

    /** An error that belongs to nobody, by {@link Operators#onErrorDropped}, whose hook and log are foreign too. */
    static void drop(Throwable error, ContextView context) {
        try {
            Operators.onErrorDropped(error, Context.of(context));
        } catch (Throwable e) { // names only: a message is foreign as well
            LOG.error("A dropped " + error.getClass().getName() + " could not be reported, because of a "
                    + e.getClass().getName());
        }
    }
}
