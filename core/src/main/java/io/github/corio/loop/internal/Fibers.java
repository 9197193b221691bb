package io.github.corio.loop.internal;

/**
 * Where a loop gets stacks for bodies from.
 *
 * @param <L> what a stack has to know of its loop
 */
interface Fibers<L> {
    /**
     * A free stack. Given the baton, it drives the loop.
     *
     * @throws IllegalStateException if there are too many
     * @throws OutOfMemoryError if a thread cannot start
     */
    SuspendableHandle.Stack free(L loop);
}
