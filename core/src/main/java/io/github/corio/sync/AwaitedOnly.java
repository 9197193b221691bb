package io.github.corio.sync;

import io.github.corio.Asyncio;
import io.github.corio.Awaitable;
import io.github.corio.CoroutineBody;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * A wait without the lock, which has to have the lock again when whoever waits goes on, also when he is cancelled. A coroutine
 * that awaits it goes on then. A subscriber's cancel cannot wait for that: so an operator that cancels and goes on, such as a time
 * limit, would go on without the lock, and is refused. See ADR 0043.
 */
final class AwaitedOnly<T> extends Awaitable<T> {
    /** Reactor's operators that cancel only when they are cancelled themselves, and may stand between the wait and its scope. */
    private static final Set<String> PASS_A_CANCEL_ON = Set.of(
            "FluxHide",
            "MonoPeekTerminal",
            "FluxPeek",
            "FluxPeekFuseable",
            "FluxDoOnEach",
            "FluxDoFinally",
            "FluxMap",
            "FluxMapFuseable",
            "MonoFlatMap",
            "MonoIgnoreThen",
            "FluxDefaultIfEmpty",
            "FluxContextWrite",
            "FluxOnAssembly");

    private static final String REACTOR = "reactor.core.publisher.";
    /** The end of a chain that a coroutine awaits. A cancel of its task ends that await at once. */
    private static final String AWAIT = "io.github.corio.AwaitSubscriber";

    private final CoroutineBody<? extends T> body;
    /** To be shown. */
    private final Object condition;

    AwaitedOnly(Object condition, CoroutineBody<? extends T> body) {
        this.condition = condition;
        this.body = body;
    }

    @Override
    public @Nullable T awaitDirect() {
        return Asyncio.await(Asyncio.async(body));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        String other = whatMayGoOn(actual);
        if (other == null) {
            Mono<T> coroutine = Asyncio.async(body);
            coroutine.subscribe(actual);
        } else {
            Operators.error(actual, refusal(other));
        }
    }

    private static @Nullable String whatMayGoOn(CoreSubscriber<?> actual) {
        Object below = actual;
        while (below instanceof Scannable subscriber && !(below instanceof Scope)) {
            String name = subscriber.getClass().getName();
            Object next = subscriber.scanUnsafe(Scannable.Attr.ACTUAL);
            if (name.equals(AWAIT)) {
                return "an await through operators";
            }
            if (next != null && name.startsWith(REACTOR)) {
                String operator = name.substring(REACTOR.length()).replaceFirst("\\$.*", "");
                if (!PASS_A_CANCEL_ON.contains(operator)) {
                    return operator;
                }
            }
            below = next;
        }
        return null;
    }

    private IllegalStateException refusal(String other) {
        return new IllegalStateException("The wait for " + condition + " cannot stand inside of " + other
                + ", which may be cancelled and go on without the lock. Await it itself, in a coroutine:"
                + " await(condition.waitForSignal()), with a time limit"
                + " await(waitFor(condition.waitForSignal(), limit)); or put the operator around all that"
                + " the lock guards: condition.withLock(...).timeout(limit)");
    }

    @Override
    public String toString() {
        return "wait for " + condition;
    }
}
