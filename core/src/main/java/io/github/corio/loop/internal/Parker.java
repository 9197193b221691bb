package io.github.corio.loop.internal;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A signal from one thread to another, given once for each wait; it may come before the wait begins.
 *
 * <p>{@code granted} is written by the giver, then consumed by the waiter: the two meet on it alone. Everything written
 * before {@link #grant} is seen after {@link #await}. An interrupt does not end the wait; it is kept for afterwards.
 */
final class Parker {
    private volatile boolean granted;
    private volatile @Nullable Thread waiter;

    /** Lets the waiter go on. May be called before it waits. */
    void grant() {
        granted = true;
        Thread thread = waiter;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Waits for a {@link #grant} as long as it takes, and uses it up. */
    void await() {
        // Not by way of the other one: a virtual thread keeps each of these frames for as long as it waits.
        boolean interrupted = false;
        waiter = Thread.currentThread();
        while (!granted) {
            try {
                LockSupport.park();
            } catch (StackOverflowError tooDeepToUnmount) {
                interrupted |= waitMounted();
            }
            interrupted |= Thread.interrupted();
        }
        waiter = null;
        granted = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits on a virtual thread that cannot leave its carrier: to move its frames, the JVM recurses over those that are
     * interpreted, which may take more stack than they do. A monitor's wait can do without; it looks every millisecond.
     *
     * @return true if the thread was interrupted
     */
    private synchronized boolean waitMounted() {
        boolean interrupted = false;
        while (!granted) {
            try {
                wait(1);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    /**
     * Waits for a {@link #grant}, and uses it up.
     *
     * @param nanos how long at most
     * @return false if the time ran out first
     */
    boolean await(long nanos) {
        if (granted) {
            granted = false;
            return true;
        }
        waiter = Thread.currentThread();
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        while (!granted) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        waiter = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!granted) {
            return false; // a grant that comes now is kept for the next wait
        }
        granted = false;
        return true;
    }
}
