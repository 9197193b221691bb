/**
 * Doors to and from everything that is not a coroutine: callbacks, futures, blocking code, schedulers, ThreadLocals and
 * agents.
 *
 * <ul>
 *   <li>In: {@link io.github.corio.bridge.From}, by the shape of the callback.
 *   <li>Out: {@link io.github.corio.bridge.To}.
 *   <li>In the middle of a Flux: {@link io.github.corio.bridge.AwaitOperators}.
 *   <li>Threads: {@link io.github.corio.bridge.LoopScheduler},
 *       {@link io.github.corio.bridge.ContextPropagationThreadLocals}, {@link io.github.corio.bridge.CorioBlockHoundIntegration}.
 *   <li>Shared work: {@link io.github.corio.bridge.SingleFlight}, {@link io.github.corio.bridge.AsyncLazy}.
 * </ul>
 *
 * <p>Below it: {@code io.github.corio}, of which it uses what is public, and reactor-core.
 */
@NullMarked
package io.github.corio.bridge;

import org.jspecify.annotations.NullMarked;
