/**
 * Queues between coroutines and subscribers, with asyncio's semantics, which any number of loops and threads may share.
 *
 * <p>{@link io.github.corio.queue.AsyncQueue}, first in, first out, {@link io.github.corio.queue.AsyncPriorityQueue}, smallest
 * first, {@link io.github.corio.queue.AsyncLifoQueue}, newest first. What can be wrong with one: {@link
 * io.github.corio.queue.QueueEmptyException}, {@link io.github.corio.queue.QueueFullException}, {@link io.github.corio.queue.QueueShutDownException}. The
 * layer below is {@link io.github.corio.sync}, with the wait queue.
 */
@NullMarked
package io.github.corio.queue;

import org.jspecify.annotations.NullMarked;
