package io.github.corio.sync.internal;

import java.util.Set;
import org.reactivestreams.Subscriber;

/**
 * Tells whether whoever cancels has dropped the value that it was being given at that moment. Reactor has no signal for that:
 * a cancel may also mean that the value was taken and no more is wanted. So this knows by name the few that drop the value
 * of a Mono and then, or for that reason, cancel. See ADR 0041.
 */
final class UndeliveredValues {
    /** Its time was up before the value came. It says so from inside its onNext. */
    private static final String TIMEOUT = "reactor.core.publisher.FluxTimeout$TimeoutMainSubscriber";

    /** At the end of a chain. These do not cancel once they have taken a value. */
    private static final Set<String> NEVER_CANCEL_WHAT_THEY_TOOK =
            Set.of("reactor.core.publisher.LambdaMonoSubscriber", "reactor.core.publisher.MonoToCompletableFuture");

    private UndeliveredValues() {}

    /** The innermost onNext that the current thread is in is one that cancels because it drops. */
    static boolean fromInsideOnNext() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getMethodName().equals("onNext"))
                        .findFirst()
                        .filter(frame -> frame.getClassName().equals(TIMEOUT))
                        .isPresent());
    }

    /** This subscriber, which has cancelled, was given a value and has not taken it. */
    static boolean by(Subscriber<?> subscriber) {
        return NEVER_CANCEL_WHAT_THEY_TOOK.contains(subscriber.getClass().getName());
    }
}
