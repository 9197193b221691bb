/**
 * The event loop, on any Reactor Scheduler, and the fibers that let code on it suspend. It knows nothing of tasks.
 *
 * <p>{@link io.github.corio.loop.EventLoop} is the entry; it queues {@link io.github.corio.loop.Handle}s and
 * {@link io.github.corio.loop.TimerHandle}s. A {@link io.github.corio.loop.Strand} is a handle that runs in several steps
 * and may have a stack of its own. A {@link io.github.corio.loop.TieBreaker} lets a test
 * shuffle what asyncio leaves open. Below are, package-private, the queue and the baton ({@code LoopCore}), the timers
 * ({@code TimerHeap}), and the fibers of the three kinds ({@code Fiber}, {@code ThreadFiber}, {@code ContinuationFiber},
 * chosen by {@code FiberKind}). The layer below is reactor-core.
 */
@NullMarked
package io.github.corio.loop;

import org.jspecify.annotations.NullMarked;
