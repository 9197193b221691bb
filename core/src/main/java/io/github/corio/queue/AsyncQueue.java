package io.github.corio.queue;

import io.github.corio.CheckReturnValue;
import io.github.corio.loop.internal.StackGuard;
import io.github.corio.sync.internal.WaitQueue;
import io.github.corio.sync.internal.Waiter;
import io.github.corio.sync.internal.WaitingMono;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A queue between producers and consumers, first in, first out, with or without a bound. Thread-safe: any number of
 * loops and threads may share it. Its items cannot be null.
 *
 * <ul>
 *   <li><b>Suspends:</b> a put does while the queue is full, a get while it is empty.
 *   <li><b>Cancellation:</b> loses no item and no room. What a cancelled waiter was woken for goes to the next waiter.
 *   <li><b>Order:</b> waiters are woken in the order in which they came. As in asyncio, another caller can take the
 *       item or the room before the woken waiter runs. The woken waiter then waits again, behind the others.
 *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
 *       signalled on its own thread if it need not wait, else on the thread that ends its wait.
 *   <li><b>Errors:</b> {@link QueueShutDownException} after a shutdown.
 *   <li><b>asyncio:</b> {@code asyncio.Queue}.
 * </ul>
 *
 * @param <T> the type of the items
 * @since 0.1.0
 */
public sealed class AsyncQueue<T> permits AsyncPriorityQueue, AsyncLifoQueue {
    private final int maxsize;
    private final ItemBuffer<T> items;
    private final WaitQueue getters = new WaitQueue();
    private final WaitQueue putters = new WaitQueue(getters);
    private final WaitQueue joiners = new WaitQueue(getters);
    private final Object monitor = getters.monitor();
    private final Get get = new Get();
    private final Join join = new Join();
    // Under the monitor.
    private int unfinished;
    private boolean shutDown;
    /** Shut down at once: an item that comes back is gone as well. */
    private boolean purged;

    /** Makes a queue without a bound. */
    public AsyncQueue() {
        this(0);
    }

    /**
     * Makes a queue with a bound.
     *
     * @param maxsize how many items it holds at most, zero or negative for no bound
     */
    public AsyncQueue(int maxsize) {
        this(maxsize, new ItemBuffer.Fifo<>());
    }

    AsyncQueue(int maxsize, ItemBuffer<T> items) {
        this.maxsize = maxsize;
        this.items = items;
    }

    // ---- putting ----

    /**
     * Puts an item, and waits for room if the queue is full.
     *
     * <ul>
     *   <li><b>Suspends:</b> only while the queue is full.
     *   <li><b>Cancellation:</b> puts nothing. Room for which this waiter was woken goes to the next waiter.
     *   <li><b>Order:</b> first come, first woken.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
     *       signalled on its own thread if there is room, else on the thread that makes room.
     *   <li><b>Errors:</b> {@link QueueShutDownException} if the queue is shut down, or was shut down meanwhile.
     *   <li><b>asyncio:</b> {@code Queue.put}.
     * </ul>
     *
     * @param item the item
     * @return a cold Mono that completes then. Each subscription or await of it puts the item once
     */
    @CheckReturnValue
    public Mono<Void> put(T item) {
        return new Put(Objects.requireNonNull(item, "item")).assembled();
    }

    /**
     * Puts an item if there is room. Never suspends.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Queue.put_nowait}.
     * </ul>
     *
     * @param item the item
     * @throws QueueFullException if there is no room
     * @throws QueueShutDownException if the queue was shut down
     */
    public void putNowait(T item) {
        StackGuard.toRelease();
        Objects.requireNonNull(item, "item");
        synchronized (monitor) {
            requireOpen();
            if (noRoom()) {
                throw new QueueFullException("No room for another item in " + this);
            }
            enter(item);
        }
        getters.tell();
    }

    private void requireOpen() {
        if (shutDown) {
            throw new QueueShutDownException(this + " was shut down");
        }
    }

    private void enter(T item) {
        items.add(item);
        unfinished++;
        boolean unused = getters.takeOut();
    }

    // ---- getting ----

    /**
     * Takes an item out, and waits for one if the queue is empty.
     *
     * <p>If you await it directly, or with {@link io.github.corio.Asyncio#waitFor waitFor} or {@code timeout} around
     * it, no cancel loses an item. An operator that ends the chain from another thread may drop an item that is on its
     * way: {@code takeUntilOther}, {@code firstWithSignal}, {@code firstWithValue}, {@code switchMap}. To take an item
     * or something else, whichever is first, start a task for each, and look at the first at the end:
     *
     * <pre>{@code
     *   Task<T> item = createTask(queue.get());
     *   Task<?> other = createTask(something);
     *   await(waitTasks(List.of(item, other), ReturnWhen.FIRST_COMPLETED));
     *   item.cancel();
     *   await(waitTasks(List.of(item), ReturnWhen.ALL_COMPLETED));
     *   T got = item.isCancelled() ? null : item.result();
     * }</pre>
     *
     * <ul>
     *   <li><b>Suspends:</b> only while the queue is empty.
     *   <li><b>Cancellation:</b> takes nothing. An item for which this waiter was woken goes to the next waiter.
     *   <li><b>Order:</b> first come, first woken.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
     *       signalled on its own thread if there is an item, else on the thread that puts it.
     *   <li><b>Errors:</b> {@link QueueShutDownException} if the queue was shut down and is empty.
     *   <li><b>asyncio:</b> {@code Queue.get}.
     * </ul>
     *
     * @return a cold Mono. Each subscription or await of it takes an item
     */
    @CheckReturnValue
    public Mono<T> get() {
        return get.assembled();
    }

    /**
     * Takes an item out if there is one. Never suspends.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Queue.get_nowait}.
     * </ul>
     *
     * @return the item
     * @throws QueueEmptyException if there is none
     * @throws QueueShutDownException if there is none and the queue was shut down
     */
    public T getNowait() {
        StackGuard.toRelease();
        T item;
        synchronized (monitor) {
            item = takeIfThere();
        }
        if (item == null) {
            throw new QueueEmptyException("No item in " + this);
        }
        getters.tell();
        return item;
    }

    /** The next item, null if there is none yet. */
    private @Nullable T takeIfThere() {
        T item = items.poll();
        if (item == null) {
            requireOpen();
        } else {
            boolean unused = putters.takeOut();
        }
        return item;
    }

    /**
     * Gives all items as they come, until the queue is shut down and empty. Several subscribers share the items. {@code
     * each(queue.asFlux())} requests an item when the loop asks for it. It does so also through operators that request
     * no more themselves, such as {@code map} and {@code filter}.
     *
     * <ul>
     *   <li><b>Suspends:</b> {@code each} does while the queue is empty.
     *   <li><b>Cancellation:</b> takes no item that was not on its way.
     *   <li><b>Order:</b> that of the queue. An item leaves the queue only when it has been requested.
     *   <li><b>Signals on:</b> the same threads as {@link #get()}.
     *   <li><b>Errors:</b> none. A shutdown completes it.
     *   <li><b>asyncio:</b> {@code while True: item = await queue.get()}.
     * </ul>
     *
     * @return a Flux that takes an item for each that is requested
     */
    @CheckReturnValue
    public Flux<T> asFlux() {
        return get().repeat().onErrorComplete(QueueShutDownException.class);
    }

    // ---- counting what is done ----

    /**
     * Says that the work on an item is done. Never suspends.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Queue.task_done}.
     * </ul>
     *
     * @throws IllegalArgumentException if that was said more often than there were items
     */
    public void taskDone() {
        StackGuard.toRelease();
        synchronized (monitor) {
            if (unfinished <= 0) {
                throw new IllegalArgumentException("taskDone() of " + this + " was called too many times");
            }
            finished(1);
        }
        getters.tell();
    }

    private void finished(int more) {
        unfinished = Math.max(0, unfinished - more);
        if (unfinished == 0) {
            joiners.wakeAll();
        }
    }

    /**
     * Waits until the work on every item that was put is done.
     *
     * <ul>
     *   <li><b>Suspends:</b> only if some of it is not done.
     *   <li><b>Cancellation:</b> ends the wait.
     *   <li><b>Order:</b> all waiters are woken together, in the order in which they came.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. A subscriber is
     *       signalled on its own thread, or on the thread of the last {@link #taskDone()}.
     *   <li><b>asyncio:</b> {@code Queue.join}.
     * </ul>
     *
     * @return a cold Mono that completes then
     */
    @CheckReturnValue
    public Mono<Void> join() {
        return join.assembled();
    }

    // ---- the end ----

    /**
     * Shuts the queue down. From now on you can put no items, and get only those that are in it. Waiters for room get
     * {@link QueueShutDownException}, and so do waiters for an item that does not come. Never suspends. Harmless when
     * repeated.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Queue.shutdown}.
     * </ul>
     */
    public void shutdown() {
        shutdown(false);
    }

    /**
     * Shuts the queue down, as {@link #shutdown()} does.
     *
     * @param immediate true to throw away the items in it, which then count as done
     */
    public void shutdown(boolean immediate) {
        StackGuard.toRelease();
        synchronized (monitor) {
            shutDown = true;
            if (immediate) {
                purged = true;
                int thrownAway = items.size();
                items.clear();
                finished(thrownAway);
            }
            takeAllOut(getters);
            takeAllOut(putters);
        }
        getters.tell();
    }

    private static void takeAllOut(WaitQueue waiters) {
        boolean more;
        do {
            more = waiters.takeOut();
        } while (more);
    }

    // ---- looking ----

    /**
     * Counts the items in it.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Queue.qsize}.
     * </ul>
     *
     * @return the number, which may be another one as soon as it is known
     */
    public int size() {
        synchronized (monitor) {
            return items.size();
        }
    }

    /**
     * Gives the bound.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Queue.maxsize}.
     * </ul>
     *
     * @return the bound, zero or negative for none
     */
    public int maxSize() {
        return maxsize;
    }

    /**
     * Says whether there is no item in it.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Queue.empty}.
     * </ul>
     *
     * @return true if there is none
     */
    public boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Says whether there is no room in it.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Queue.full}.
     * </ul>
     *
     * @return true if it has a bound and that is reached
     */
    public boolean isFull() {
        synchronized (monitor) {
            return noRoom();
        }
    }

    private boolean noRoom() {
        return maxsize > 0 && items.size() >= maxsize;
    }

    /**
     * Gives a snapshot of its state.
     *
     * @return its state at one moment
     */
    public Statistics statistics() {
        synchronized (monitor) {
            return new Statistics(
                    items.size(), maxsize, getters.size(), putters.size(), joiners.size(), unfinished, shutDown);
        }
    }

    /**
     * The state of a queue.
     *
     * @param size how many items are in it
     * @param maxsize how many it holds at most, zero or negative for no bound
     * @param getting how many wait for an item and were not woken
     * @param putting how many wait for room and were not woken
     * @param joining how many wait for the end of all work
     * @param unfinished how many items were put and are not done with
     * @param shutDown whether it was shut down
     */
    public record Statistics(
            int size, int maxsize, int getting, int putting, int joining, int unfinished, boolean shutDown) {}

    @Override
    public String toString() {
        synchronized (monitor) {
            return getClass().getSimpleName() + "[size=" + items.size() + (maxsize > 0 ? "/" + maxsize : "")
                    + (getters.size() > 0 ? ", getting=" + getters.size() : "")
                    + (putters.size() > 0 ? ", putting=" + putters.size() : "")
                    + (unfinished > 0 ? ", unfinished=" + unfinished : "") + (shutDown ? ", shut down" : "") + "]";
        }
    }

    // ---- the operations that may wait ----

    private final class Put extends WaitingMono<Void> {
        private final T item;

        Put(T item) {
            super(putters);
            this.item = item;
        }

        @Override
        protected boolean likelyWaits() {
            return noRoom();
        }

        @Override
        protected @Nullable Object attempt(@Nullable Waiter waiter) {
            synchronized (monitor) {
                requireOpen();
                if (!noRoom()) {
                    enter(item);
                    return null;
                }
                if (waiter != null) {
                    putters.add(waiter);
                }
                return WAIT;
            }
        }

        @Override
        protected @Nullable Object resumed(Waiter waiter) {
            try {
                return attempt(null);
            } catch (Throwable e) { // a comparator's: the room is still there
                gaveUp(waiter);
                throw e;
            }
        }

        @Override
        protected void gaveUp(Waiter waiter) {
            synchronized (monitor) {
                putters.remove(waiter);
                if (waiter.woken() && !noRoom()) {
                    boolean unused = putters.takeOut();
                }
            }
        }

        @Override
        protected void cancelled(Waiter waiter) {
            synchronized (monitor) {
                boolean unused = !noRoom() && putters.passOn(waiter);
            }
        }

        @Override
        public String toString() {
            return "put into " + AsyncQueue.this;
        }
    }

    private final class Get extends WaitingMono<T> {
        Get() {
            super(getters);
        }

        @Override
        protected boolean likelyWaits() {
            return items.size() == 0;
        }

        @Override
        protected Object attempt(@Nullable Waiter waiter) {
            synchronized (monitor) {
                T item = takeIfThere();
                if (item != null) {
                    return item;
                }
                if (waiter != null) {
                    getters.add(waiter);
                }
                return WAIT;
            }
        }

        @Override
        protected Object resumed(Waiter waiter) {
            try {
                return attempt(null);
            } catch (Throwable e) { // a comparator's: the item is still there
                gaveUp(waiter);
                throw e;
            }
        }

        @Override
        protected void gaveUp(Waiter waiter) {
            synchronized (monitor) {
                getters.remove(waiter);
                if (waiter.woken() && items.size() > 0) {
                    boolean unused = getters.takeOut();
                }
            }
        }

        @Override
        protected void cancelled(Waiter waiter) {
            synchronized (monitor) {
                boolean unused = items.size() > 0 && getters.passOn(waiter);
            }
        }

        /** Back to where it was: for a moment there may be one item too many. */
        @Override
        protected void refused(T item) {
            synchronized (monitor) {
                if (purged) {
                    finished(1);
                    return;
                }
                try {
                    items.putBack(item);
                } finally {
                    boolean unused = getters.takeOut();
                }
            }
        }

        @Override
        public String toString() {
            return "get from " + AsyncQueue.this;
        }
    }

    private final class Join extends WaitingMono<Void> {
        Join() {
            super(joiners);
        }

        @Override
        protected @Nullable Object attempt(@Nullable Waiter waiter) {
            synchronized (monitor) {
                if (unfinished == 0) {
                    return null;
                }
                if (waiter != null) {
                    joiners.add(waiter);
                }
                return WAIT;
            }
        }

        @Override
        protected @Nullable Object resumed(Waiter waiter) {
            gaveUp(waiter);
            return null;
        }

        @Override
        protected void gaveUp(Waiter waiter) {
            synchronized (monitor) {
                joiners.remove(waiter);
            }
        }

        @Override
        public String toString() {
            return "join of " + AsyncQueue.this;
        }
    }
}
