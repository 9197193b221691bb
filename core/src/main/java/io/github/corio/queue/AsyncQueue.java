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
 * A queue between producers and consumers, first in, first out, with or without a bound. Who puts into a full one waits for
 * room, who gets from an empty one for an item. Thread-safe: any number of loops and threads may share it.
 *
 * <p>Waiters are woken in the order in which they came. As in asyncio, somebody who comes between a wake-up and the turn in
 * which the woken one runs may be faster; the woken one then waits again. A cancel loses no item and no room: what a cancelled
 * one was woken for goes to the next.
 *
 * <p>asyncio: {@code asyncio.Queue}. Its items cannot be null.
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

    /** A queue without a bound. */
    public AsyncQueue() {
        this(0);
    }

    /**
     * A queue.
     *
     * @param maxsize how many items it holds at most; no bound if that is zero or negative
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
     * Puts an item. Suspends only while the queue is full. A cancel puts nothing, and room that this one was woken for goes to
     * the next. First come, first woken. A coroutine goes on in a later turn of its loop; a subscriber is signalled on its own
     * thread if there is room, else on the one that makes room.
     *
     * <p>asyncio: {@code Queue.put}.
     *
     * @param item the item
     * @return a cold Mono that completes then, each subscription or await of which puts the item once; {@link QueueShutDownException} if
     *     the queue is or was shut down meanwhile
     */
    @CheckReturnValue
    public Mono<Void> put(T item) {
        return new Put(Objects.requireNonNull(item, "item")).assembled();
    }

    /**
     * Puts an item at once. Never suspends.
     *
     * <p>asyncio: {@code Queue.put_nowait}.
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
     * Takes an item out. Suspends only while the queue is empty. A cancel takes nothing, and an item that this one was woken for
     * goes to the next. First come, first woken. A coroutine goes on in a later turn of its loop; a subscriber is signalled on
     * its own thread if there is an item, else on the one that puts it.
     *
     * <p>Awaited itself, or with {@link io.github.corio.Asyncio#waitFor waitFor} around it, it loses no item, whenever it is cancelled.
     * Nor does {@code timeout} around it. An operator that ends the chain from another thread while an item is on its way drops that
     * item without a word: {@code takeUntilOther}, {@code firstWithSignal}, {@code firstWithValue}, {@code switchMap}. To take what is
     * first, an item or something else, a coroutine starts a task for each, and looks at the end what the first one has:
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
     * <p>asyncio: {@code Queue.get}.
     *
     * @return a cold Mono, each subscription or await of which takes one item; {@link QueueShutDownException} if the queue was shut down
     *     and is empty
     */
    @CheckReturnValue
    public Mono<T> get() {
        return get.assembled();
    }

    /**
     * Takes an item out at once. Never suspends.
     *
     * <p>asyncio: {@code Queue.get_nowait}.
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
     * All items as they come, until the queue is shut down and empty. An item leaves the queue only when it has been requested;
     * a cancel takes none along that was not on its way. Several subscribers share the items. {@code each(queue.asFlux())} requests
     * one when the loop asks for it, also through operators that request no more themselves, such as {@code map} and {@code filter}.
     *
     * @return a Flux that takes an item for each that is requested, and signals as {@link #get()} does
     */
    @CheckReturnValue
    public Flux<T> asFlux() {
        return get().repeat().onErrorComplete(QueueShutDownException.class);
    }

    // ---- counting what is done ----

    /**
     * Says that an item which was got is done with. Never suspends.
     *
     * <p>asyncio: {@code Queue.task_done}.
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
     * Waits until every item that was put has been got and is done with. Suspends only if some are not. A cancel leaves. All who
     * wait are woken together, in the order in which they came. A coroutine goes on in a later turn of its loop; a subscriber is
     * signalled on its own thread or on that of the last {@link #taskDone()}.
     *
     * <p>asyncio: {@code Queue.join}.
     *
     * @return a cold Mono that completes then
     */
    @CheckReturnValue
    public Mono<Void> join() {
        return join.assembled();
    }

    // ---- the end ----

    /**
     * Shuts the queue down: nothing can be put any more, the items in it can still be got, then nothing. Never suspends; whoever
     * waits for room, or in vain for an item, gets {@link QueueShutDownException}. Harmless when repeated.
     *
     * <p>asyncio: {@code Queue.shutdown}.
     */
    public void shutdown() {
        shutdown(false);
    }

    /**
     * Shuts the queue down, as {@link #shutdown()} does.
     *
     * @param immediate true to throw away the items in it; they count as done with
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
     * How many items are in it.
     *
     * <p>asyncio: {@code Queue.qsize}.
     *
     * @return the number, which may be another one as soon as it is known
     */
    public int size() {
        synchronized (monitor) {
            return items.size();
        }
    }

    /**
     * How many items it holds at most.
     *
     * <p>asyncio: {@code Queue.maxsize}.
     *
     * @return the bound, zero or negative for none
     */
    public int maxSize() {
        return maxsize;
    }

    /**
     * Says whether there is no item in it.
     *
     * <p>asyncio: {@code Queue.empty}.
     *
     * @return true if there is none
     */
    public boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Says whether there is no room in it.
     *
     * <p>asyncio: {@code Queue.full}.
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
     * A snapshot.
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
