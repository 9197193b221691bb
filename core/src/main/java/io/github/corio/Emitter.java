package io.github.corio;

import org.reactivestreams.Publisher;

/**
 * What the body of a generator emits with. Belongs to the task that runs the body: other tasks and threads cannot use it,
 * they pass what they have to the body, through a queue for instance.
 *
 * <p>asyncio: {@code yield} in an {@code async def}.
 *
 * @param <T> the type of the values
 * @since 0.1.0
 */
public interface Emitter<T> {
    /**
     * Hands over a value, which has been requested, and waits until the next one is. So the body goes on only when somebody
     * wants more; if more has been requested already, this does not suspend. The subscriber is called here, on the loop.
     *
     * <p>When the subscriber cancels, this throws {@link CancelledError}, once; the body then cleans up, may await in its
     * {@code finally}, and ends.
     *
     * @param value the value; if it cannot be handed over it is discarded ({@link reactor.core.publisher.Operators#onDiscard})
     * @throws CancelledError if the subscriber has cancelled, or the task is cancelled while it waits
     * @throws IllegalStateException if the body goes on to emit after the cancel, and in any other task than the body's
     */
    void emit(T value);

    /**
     * Hands over all values of a Publisher and returns at its end. Never requests more of it than has been requested here;
     * suspends as {@link #emit} does, and for the Publisher. A cancel, and any other end of the task, cancels it.
     *
     * <p>asyncio: {@code async for x in source: yield x}.
     *
     * @param source the values
     * @throws CancelledError as {@link #emit}; an error of the source comes out as it is
     * @throws IllegalStateException as {@link #emit}
     */
    void emitAll(Publisher<? extends T> source);
}
