package io.github.corio;

import org.reactivestreams.Publisher;

/**
 * Emits the values of a generator, from its body. It belongs to the task that runs the body. Other tasks and threads
 * pass their values to the body, for instance through a queue.
 *
 * <ul>
 *   <li><b>Suspends:</b> until the next value is requested.
 *   <li><b>Cancellation:</b> of the subscription is thrown here as {@link CancelledError}, a single time.
 *   <li><b>Order:</b> that of the calls.
 *   <li><b>Signals on:</b> the loop of the task.
 *   <li><b>asyncio:</b> {@code yield} in an {@code async def}.
 * </ul>
 *
 * @param <T> the type of the values
 * @since 0.1.0
 */
public interface Emitter<T> {
    /**
     * Hands over a value, which has been requested, and waits until the next value is requested. So the body goes on
     * only when the subscriber wants more.
     *
     * <ul>
     *   <li><b>Suspends:</b> unless more has been requested already.
     *   <li><b>Cancellation:</b> of the subscription is thrown here as {@link CancelledError}, a single time. The body
     *       then cleans up, may await in its {@code finally}, and ends.
     *   <li><b>Signals on:</b> the loop. The subscriber is called inside this call.
     *   <li><b>asyncio:</b> {@code yield value}.
     * </ul>
     *
     * @param value the value. If it cannot be handed over it is discarded ({@link
     *     reactor.core.publisher.Operators#onDiscard})
     * @throws CancelledError if the subscriber has cancelled, or the task is cancelled while it waits
     * @throws IllegalStateException if the body goes on to emit after the cancel, and in any other task than the body's
     */
    void emit(T value);

    /**
     * Hands over all values of a Publisher and returns at its end. It never requests more of the Publisher than has
     * been requested here.
     *
     * <ul>
     *   <li><b>Suspends:</b> as {@link #emit} does, and while the Publisher has no value.
     *   <li><b>Cancellation:</b> of the subscription cancels the Publisher, and so does any other end of the task.
     *   <li><b>Errors:</b> those of the Publisher are thrown here, as they are.
     *   <li><b>asyncio:</b> {@code async for x in source: yield x}.
     * </ul>
     *
     * @param source the values
     * @throws CancelledError as {@link #emit}. An error of the source is thrown as it is
     * @throws IllegalStateException as {@link #emit}
     */
    void emitAll(Publisher<? extends T> source);
}
