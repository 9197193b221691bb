package io.github.corio.loop.internal;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The life of one loop in one atomic word: the state of its baton, together with what others have asked for. Every change is a
 * CAS of the whole word, so no state is entered by a thread that has not seen all requests.
 *
 * <pre>{@code
 *                take (a submitter)              enqueue                      arrive (the visit, or a closer
 *        FREE ---------------------> HELD -------------------> QUEUED ------- of a loop whose Scheduler is gone)
 *        ^  |                       ^ | ^ \                      |                      |
 *        |  |                       | | |  \  close              +----------------------+---> HELD
 *        |  | stop, not driven      | | |   +-------> CLOSED
 *        |  +------> STOPPED -------+ | |
 *        |             ^   drive, close | |
 *        |             |  release: STOP | |
 *        |             +----------------+ |
 *        +--------------------------------+
 *                     release: no request
 * }</pre>
 *
 * <table>
 * <caption>The states</caption>
 * <tr><td>FREE</td><td>nothing to do: who submits takes the baton</td></tr>
 * <tr><td>HELD</td><td>one thread or fiber has the baton, and with it all plain fields of the loop</td></tr>
 * <tr><td>QUEUED</td><td>the baton lies in a queue of the Scheduler, of a carrier, or of {@link Rescue}, for the visit that arrives</td></tr>
 * <tr><td>STOPPED</td><td>the loop pauses: only a driver or a closer takes the baton</td></tr>
 * <tr><td>CLOSED</td><td>the end</td></tr>
 * </table>
 *
 * <p>The requests: STOP (pause at the end of the turn), CLOSE (end at the end of the turn), the number of drivers (threads that
 * block in {@code runForever} or {@code run}). ENDING is set by the holder that carries a CLOSE out: nothing is accepted from
 * then on. The word also counts the stops, so that a driver knows which stop was meant for it: the first one after it entered.
 */
final class Lifecycle {
    static final int FREE = 0;
    static final int HELD = 1;
    static final int QUEUED = 2;
    static final int STOPPED = 3;
    static final int CLOSED = 4;

    private static final long STATE = 7;
    private static final long STOP = 1 << 3;
    private static final long CLOSE = 1 << 4;
    private static final long ENDING = 1 << 5;
    private static final long DRIVER = 1 << 8;
    private static final long DRIVERS = 0xFFFFFF00L;
    private static final int STOPS = 32;

    private static final AtomicLongFieldUpdater<Lifecycle> WORD =
            AtomicLongFieldUpdater.newUpdater(Lifecycle.class, "word");

    private volatile long word = FREE;

    /** What a request was answered with. */
    enum Answer {
        /** The caller has the baton now, and has to carry the request out. */
        TAKEN,
        /** The holder will see the request. */
        ASKED,
        /** There is nothing to be done: it was asked for before, or the loop is closed. */
        NOTHING,
        /** A driver is in the way. */
        DRIVEN
    }

    /** What a driver was answered with, and the number of stops before it entered: the next one is meant for it. */
    record Entry(Answer answer, int stops) {}

    /** What became of a baton that its holder wanted to give back. */
    enum Release {
        FREED,
        STOPPED,
        /** The holder still has it, and has to close the loop. */
        CLOSING
    }

    // ---- the baton ----

    /** A submitter takes the baton if nobody has it. */
    boolean take() {
        return move(FREE, HELD);
    }

    /** The holder is about to put the baton into a queue. */
    void enqueue() {
        if (!move(HELD, QUEUED)) {
            throw new IllegalStateException("The baton is not held: " + this);
        }
    }

    /** Takes the baton out of the queue. False if another one did so before. */
    boolean arrive() {
        return move(QUEUED, HELD);
    }

    /**
     * The holder has nothing more to run and gives the baton back: to nobody, or to who drives the loop next. Where the loop is to be
     * closed, the holder keeps the baton and has to do that.
     */
    Release release() {
        for (; ; ) {
            long now = word;
            requireHeld(now);
            if ((now & CLOSE) != 0) {
                return Release.CLOSING;
            }
            boolean stop = (now & STOP) != 0;
            long next = stop ? with(now & ~STOP, STOPPED) + (1L << STOPS) : with(now, FREE);
            if (WORD.compareAndSet(this, now, next)) {
                return stop ? Release.STOPPED : Release.FREED;
            }
        }
    }

    /** {@link #release} for a holder that can do nothing about a request: false if there is one, the holder keeps the baton then. */
    boolean free() {
        for (; ; ) {
            long now = word;
            requireHeld(now);
            if ((now & (STOP | CLOSE)) != 0) {
                return false;
            }
            if (WORD.compareAndSet(this, now, with(now, FREE))) {
                return true;
            }
        }
    }

    /** The holder carries a close out: from now on nothing is accepted. */
    void end() {
        for (; ; ) {
            long now = word;
            requireHeld(now);
            if (WORD.compareAndSet(this, now, now | CLOSE | ENDING)) {
                return;
            }
        }
    }

    /** The holder has carried the close out. */
    void close() {
        if (!move(HELD, CLOSED)) {
            throw new IllegalStateException("The baton is not held: " + this);
        }
    }

    // ---- requests ----

    /**
     * Asks for a pause at the end of the turn. A loop that nobody drives and nobody runs is paused with this; the request then stands
     * for the turn that the next driver begins with.
     */
    Answer stop() {
        for (; ; ) {
            long now = word;
            int state = state(now);
            if (state == CLOSED) {
                return Answer.NOTHING;
            }
            boolean take = state == FREE && (now & DRIVERS) != 0;
            long next = take ? with(now, HELD) : state == FREE ? with(now, STOPPED) : now;
            if (WORD.compareAndSet(this, now, next | STOP)) {
                return take ? Answer.TAKEN : Answer.ASKED;
            }
        }
    }

    /**
     * Asks for the end.
     *
     * @param gone the Scheduler will not run what lies in its queue
     * @param unlessDriven answer DRIVEN while a driver is there
     */
    Answer requestClose(boolean gone, boolean unlessDriven) {
        for (; ; ) {
            long now = word;
            int state = state(now);
            if (state == CLOSED || ((now & CLOSE) != 0 && !(gone && state == QUEUED))) {
                return Answer.NOTHING;
            }
            if (unlessDriven && (now & DRIVERS) != 0) {
                return Answer.DRIVEN;
            }
            boolean take = state == FREE || state == STOPPED || (gone && state == QUEUED);
            if (WORD.compareAndSet(this, now, (take ? with(now, HELD) : now) | CLOSE)) {
                return take ? Answer.TAKEN : Answer.ASKED;
            }
        }
    }

    /**
     * A thread comes to drive the loop. A stopped one goes on: TAKEN, the caller has the baton and has to pass it on. Any other goes on by
     * itself: ASKED. With NOTHING, for a closed loop, and DRIVEN, the caller is no driver.
     *
     * @param alone answer DRIVEN if another driver is there
     */
    Entry drive(boolean alone) {
        for (; ; ) {
            long now = word;
            int stops = (int) (now >>> STOPS);
            int state = state(now);
            if (state == CLOSED || (now & CLOSE) != 0) {
                return new Entry(Answer.NOTHING, stops);
            }
            if (alone && (now & DRIVERS) != 0) {
                return new Entry(Answer.DRIVEN, stops);
            }
            boolean take = state == STOPPED;
            if (WORD.compareAndSet(this, now, (take ? with(now, HELD) : now) + DRIVER)) {
                return new Entry(take ? Answer.TAKEN : Answer.ASKED, stops);
            }
        }
    }

    /** A driver leaves. */
    void undrive() {
        long unused = WORD.addAndGet(this, -DRIVER);
    }

    /** True if the loop was stopped since then, or closed. */
    boolean endedSince(int stops) {
        long now = word;
        return (int) (now >>> STOPS) != stops || state(now) == CLOSED;
    }

    // ---- looking ----

    boolean isHeld() {
        int state = state(word);
        return state == HELD || state == QUEUED;
    }

    boolean isClosed() {
        return state(word) == CLOSED;
    }

    boolean isDriven() {
        return (word & DRIVERS) != 0;
    }

    /** A request is there that is seen at the end of the turn. */
    boolean isAsked() {
        return (word & (STOP | CLOSE)) != 0;
    }

    boolean isClosing() {
        long now = word;
        return (now & CLOSE) != 0 || state(now) == CLOSED;
    }

    /** False from the moment at which a close is carried out. */
    boolean accepts() {
        return (word & ENDING) == 0;
    }

    @Override
    public String toString() {
        long now = word;
        String[] names = {"FREE", "HELD", "QUEUED", "STOPPED", "CLOSED"};
        return names[state(now)] + ((now & STOP) != 0 ? " stop" : "") + ((now & CLOSE) != 0 ? " close" : "")
                + ((now & ENDING) != 0 ? " ending" : "") + " drivers " + (now & DRIVERS) / DRIVER + " stops "
                + (int) (now >>> STOPS);
    }

    private boolean move(int from, int to) {
        for (; ; ) {
            long now = word;
            if (state(now) != from) {
                return false;
            }
            if (WORD.compareAndSet(this, now, with(now, to))) {
                return true;
            }
        }
    }

    private void requireHeld(long now) {
        if (state(now) != HELD) {
            throw new IllegalStateException("The baton is not held: " + this);
        }
    }

    private static int state(long word) {
        return (int) (word & STATE);
    }

    private static long with(long word, int state) {
        return (word & ~STATE) | state;
    }
}
