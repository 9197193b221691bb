package io.github.corio.testing;

import io.github.corio.CoroutineBody;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * A body that gives a Mono, which is awaited in turn: for {@link VirtualTime#run(MonoBody)}.
 *
 * <p>These labels hold for each method that has none of its own.
 *
 * <ul>
 *   <li><b>Suspends:</b> as the body does, and then as the Mono does.
 *   <li><b>Cancellation:</b> of the task is thrown where the body waits, or cancels the Mono.
 *   <li><b>asyncio:</b> none. A coroutine that returns an awaitable is the nearest.
 * </ul>
 *
 * @param <T> the type of the value of that Mono
 * @since 0.1.0
 */
@FunctionalInterface
public interface MonoBody<T> extends CoroutineBody<@Nullable Mono<? extends T>>, Supplier<@Nullable Mono<? extends T>> {
    /** Calls {@link #call()}, and wraps a checked exception as Reactor does. */
    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // it is both, so that a lambda is this rather than either
    default @Nullable Mono<? extends T> get() {
        try {
            return call();
        } catch (Exception e) {
            throw Exceptions.propagate(e);
        }
    }
}
