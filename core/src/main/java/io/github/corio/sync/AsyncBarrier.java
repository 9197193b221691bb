package io.github.corio.sync;

import static io.github.corio.Asyncio.async;

import io.github.corio.CheckReturnValue;
import java.util.BitSet;
import java.util.Locale;
import reactor.core.publisher.Mono;

/**
 * A meeting point: whoever comes waits until a number of parties is there, then all go on, and it serves the next round.
 * Thread-safe: any number of loops and threads may share it.
 *
 * <pre>{@code
 *   FILLING ---the last party comes---> DRAINING ---the last one has left---> FILLING
 *      | reset(), if somebody is there                                           ^
 *      +------------------------------> RESETTING ---the last one has left-------+
 *   any -------------abort()----------> BROKEN ------reset()---------------------^
 * }</pre>
 *
 * <p>The state changes with the lock of a condition held. Who comes while others leave waits until they have.
 *
 * <p>asyncio: {@code asyncio.Barrier}; its {@code wait} cannot be called so in Java.
 *
 * @since 0.1.0
 */
public final class AsyncBarrier {
    private final AsyncCondition changed = new AsyncCondition();
    private final int parties;
    /** The indexes of those who are there. With the lock. */
    private final BitSet taken = new BitSet();
    /** No index below this one is free. With the lock. */
    private int lowest;
    /** How many are there. Changed with the lock. */
    private volatile int count;

    private volatile State state = State.FILLING;

    /**
     * An empty barrier.
     *
     * @param parties how many have to come
     * @throws IllegalArgumentException if that is below one
     */
    public AsyncBarrier(int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException("A barrier for " + parties + " parties: 1 is the least");
        }
        this.parties = parties;
    }

    private enum State {
        FILLING,
        DRAINING,
        RESETTING,
        BROKEN;

        boolean leaving() {
            return this == DRAINING || this == RESETTING;
        }
    }

    /**
     * Comes to the barrier and waits until all parties have come. Suspends unless this is the last one. A cancelled one no
     * longer counts, unless all have come already. Who comes first goes on first, in a later turn of its loop; subscribed to,
     * it is a coroutine.
     *
     * <p>asyncio: {@code Barrier.wait}.
     *
     * @return a cold Mono of an index from 0 to {@code parties - 1}, another one for each party of a round: the lowest that was free
     *     when this one came; {@link BarrierBrokenException} if the barrier is reset or aborted meanwhile, or was aborted before
     */
    @CheckReturnValue
    public Mono<Integer> waitUntilFull() {
        return async(this::enter);
    }

    private int enter() {
        Permit held = changed.acquireHere();
        try {
            awaitFilling();
            int index = join();
            try {
                if (count == parties) {
                    change(State.DRAINING);
                } else {
                    awaitFull();
                }
                return index;
            } finally {
                leave(index);
            }
        } finally {
            held.close();
        }
    }

    private void awaitFilling() {
        changed.waitHereFor(() -> !state.leaving());
        if (state == State.BROKEN) {
            throw new BarrierBrokenException(this + " was aborted");
        }
    }

    private void awaitFull() {
        changed.waitHereFor(() -> state != State.FILLING);
        if (state == State.BROKEN || state == State.RESETTING) {
            throw new BarrierBrokenException(this + " was aborted or reset");
        }
    }

    /** Who has left before the round was full leaves its index to the next. */
    private int join() {
        int index = taken.nextClearBit(lowest);
        taken.set(index);
        lowest = index + 1;
        int before = count;
        count = before + 1;
        return index;
    }

    private void leave(int index) {
        taken.clear(index);
        lowest = Math.min(lowest, index);
        int now = count - 1;
        count = now;
        if (now == 0) {
            if (state.leaving()) {
                state = State.FILLING;
            }
            changed.wakeAll();
        }
    }

    private void change(State to) {
        state = to;
        changed.wakeAll();
    }

    /**
     * Brings it back to its first state: those who wait get a {@link BarrierBrokenException}, those who wait for the next round do
     * not. Suspends while somebody changes the barrier. Subscribed to, it is a coroutine.
     *
     * <p>asyncio: {@code Barrier.reset}.
     *
     * @return a cold Mono that completes then
     */
    @CheckReturnValue
    public Mono<Void> reset() {
        return async(() -> {
            Permit held = changed.acquireHere();
            change(count > 0 ? State.RESETTING : State.FILLING);
            held.close();
        });
    }

    /**
     * Breaks it: all who wait or come, until it is reset, get a {@link BarrierBrokenException}. Suspends while somebody changes the
     * barrier. Subscribed to, it is a coroutine.
     *
     * <p>asyncio: {@code Barrier.abort}.
     *
     * @return a cold Mono that completes then
     */
    @CheckReturnValue
    public Mono<Void> abort() {
        return async(() -> {
            Permit held = changed.acquireHere();
            change(State.BROKEN);
            held.close();
        });
    }

    /**
     * How many have to come.
     *
     * <p>asyncio: {@code Barrier.parties}.
     *
     * @return the number
     */
    public int parties() {
        return parties;
    }

    /**
     * How many are there and wait for the others.
     *
     * <p>asyncio: {@code Barrier.n_waiting}.
     *
     * @return the number
     */
    public int waiting() {
        return state == State.FILLING ? count : 0;
    }

    /**
     * Says whether it was aborted.
     *
     * <p>asyncio: {@code Barrier.broken}.
     *
     * @return true until it is reset
     */
    public boolean isBroken() {
        return state == State.BROKEN;
    }

    @Override
    public String toString() {
        State now = state;
        return "AsyncBarrier[" + now.name().toLowerCase(Locale.ROOT)
                + (now == State.BROKEN ? "" : ", waiting=" + waiting() + "/" + parties) + "]";
    }
}
