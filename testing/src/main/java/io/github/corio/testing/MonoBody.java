package io.github.corio.testing;

import io.github.corio.CoroutineBody;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * The body of a coroutine that gives a Mono, which is awaited in turn: for {@link VirtualTime#run(MonoBody)}.
 *
 * @param <T> the type of the value of that Mono
 * @since 0.1.0
 */
@FunctionalInterface
public interface MonoBody<T> extends CoroutineBody<@Nullable Mono<? extends T>>, Supplier<@Nullable Mono<? extends T>> {
    /** Calls {@link #call()}; a checked exception is wrapped, as Reactor does. */
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
