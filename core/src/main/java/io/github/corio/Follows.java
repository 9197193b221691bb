package io.github.corio;

import org.jspecify.annotations.Nullable;

/**
 * One that is called when a future has ended, on behalf of another: a step on the way from a task to those who wait for it. Handles,
 * callbacks and subscribers of Corio's own say so, for those who look at what runs. Asked from any thread.
 */
interface Follows {
    /**
     * Who goes on then.
     *
     * @return the {@link Task} that waits, an {@link AsyncFuture} that ends by that, or a subscriber that gets what comes of it, which can be
     *     scanned; null if nobody does
     */
    @Nullable
    Object follower();

    /** False if the one that goes on may do so before this has ended: it waits for one of several. */
    default boolean isNeeded() {
        return true;
    }
}
