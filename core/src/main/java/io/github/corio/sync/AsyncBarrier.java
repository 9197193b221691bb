package io.github.corio.sync;

import static io.github.corio.Asyncio.async;

import io.github.corio.CheckReturnValue;
import java.util.BitSet;
import java.util.Locale;
import reactor.core.publisher.Mono;

/**
 * A meeting point: each party waits until a number of parties is there, then all go on. It serves round after round.
 * Thread-safe: any number of loops and threads may share it.
 *
 * <pre>{@code
 *   FILLING ---the last party comes---> DRAINING ---the last one has left---> FILLING
 *      | reset(), if somebody is there                                           ^
 *      +------------------------------> RESETTING ---the last one has left-------+
 *   any -------------abort()----------> BROKEN ------reset()---------------------^
 * }</pre>
 *
 * <p>The state changes with the lock of a condition held. A party that comes while others leave waits until they have
 * left.
 *
 * <ul>
 *   <li><b>Suspends:</b> {@link #waitUntilFull()} does until the last party comes. {@link #reset()} and {@link
 *       #abort()} do while another task changes the barrier.
 *   <li><b>Cancellation:</b> a cancelled party no longer counts, unless all have come already.
 *   <li><b>Order:</b> waiting parties go on in the order in which they came.
 *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. Subscribed to, each
 *       Mono is a coroutine.
 *   <li><b>Errors:</b> {@link BarrierBrokenException} for the parties, after a reset or an abort.
 *   <li><b>asyncio:</b> {@code asyncio.Barrier}. Java has a final {@code wait} of its own.
 * </ul>
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
     * Makes an empty barrier.
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
     * Comes to the barrier and waits until all parties have come.
     *
     * <ul>
     *   <li><b>Suspends:</b> unless this is the last party.
     *   <li><b>Cancellation:</b> the cancelled party no longer counts, unless all have come already.
     *   <li><b>Order:</b> waiting parties go on in the order in which they came.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine, in a later turn if it has suspended. Subscribed to,
     *       it is a coroutine.
     *   <li><b>Errors:</b> {@link BarrierBrokenException} if the barrier is reset or aborted meanwhile, or was aborted
     *       before.
     *   <li><b>asyncio:</b> {@code Barrier.wait}.
     * </ul>
     *
     * @return a cold Mono of an index from 0 to {@code parties - 1}, different for each party of a round: the lowest
     *     that was free
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
     * Brings it back to its first state. Parties that wait get a {@link BarrierBrokenException}, those that wait for
     * the next round do not.
     *
     * <ul>
     *   <li><b>Suspends:</b> while another task changes the barrier.
     *   <li><b>Cancellation:</b> of that wait resets nothing.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine. Subscribed to, it is a coroutine.
     *   <li><b>asyncio:</b> {@code Barrier.reset}.
     * </ul>
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
     * Breaks it: all parties that wait or come, until it is reset, get a {@link BarrierBrokenException}.
     *
     * <ul>
     *   <li><b>Suspends:</b> while another task changes the barrier.
     *   <li><b>Cancellation:</b> of that wait breaks nothing.
     *   <li><b>Signals on:</b> the loop of the awaiting coroutine. Subscribed to, it is a coroutine.
     *   <li><b>asyncio:</b> {@code Barrier.abort}.
     * </ul>
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
     * Gives the number of parties that have to come.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Barrier.parties}.
     * </ul>
     *
     * @return the number
     */
    public int parties() {
        return parties;
    }

    /**
     * Counts the parties that are there and wait for the others.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Barrier.n_waiting}.
     * </ul>
     *
     * @return the number
     */
    public int waiting() {
        return state == State.FILLING ? count : 0;
    }

    /**
     * Says whether it was aborted.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Barrier.broken}.
     * </ul>
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
