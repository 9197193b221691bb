/**
 * asyncio for Project Reactor: coroutines that are Monos, tasks, and what combines them.
 *
 * <p>{@link io.github.corio.Asyncio} has the functions, for {@code import static}. {@link io.github.corio.Coroutine} is
 * direct-style code, {@link io.github.corio.Task} is such code running, {@link io.github.corio.AsyncFuture} is what both
 * come down to, {@link io.github.corio.Outcome} is how it ended. {@link io.github.corio.Runner} blocks a thread for them.
 * {@link io.github.corio.ContextVar} and {@link io.github.corio.AsyncContext} carry values along.
 * {@link io.github.corio.AsyncIterator} takes many values, {@link io.github.corio.Emitter} gives them. Package-private are
 * how a task waits ({@code TaskStrand}, {@code Wait}, {@code AwaitSubscriber}, {@code SignalWait}, {@code IteratorSubscriber}) and how a
 * subscriber gets a future ({@code FutureSubscription}, {@code SubscribeSupport}) or a generator's values ({@code GeneratorSubscription}). The layer below is {@link io.github.corio.loop}.
 */
@NullMarked
package io.github.corio;

import org.jspecify.annotations.NullMarked;
