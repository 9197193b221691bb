/**
 * Locks, events, conditions, semaphores and barriers with asyncio's semantics, which any number of loops and threads may
 * share.
 *
 * <p>{@link io.github.corio.sync.AsyncLock}, {@link io.github.corio.sync.AsyncEvent}, {@link
 * io.github.corio.sync.AsyncCondition}, {@link io.github.corio.sync.AsyncSemaphore}, {@link
 * io.github.corio.sync.BoundedAsyncSemaphore}, {@link io.github.corio.sync.AsyncBarrier} with {@link
 * io.github.corio.sync.BarrierBrokenException}, and {@link io.github.corio.sync.Permit}, which holds one of them. The layer below is
 * {@link io.github.corio}.
 */
@NullMarked
package io.github.corio.sync;

import org.jspecify.annotations.NullMarked;
