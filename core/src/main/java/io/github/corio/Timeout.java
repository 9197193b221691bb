package io.github.corio;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.Handle;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * The time limit of a {@code timeout} block. The body gets it, and may move or lift it.
 *
 * <pre>{@code
 *   ACTIVE ---deadline: the task is cancelled--> EXPIRING ---the block ends--> EXPIRED
 *      \------the block ends--> FINISHED
 * }</pre>
 *
 * <p>It belongs to the loop of the task that runs the body. {@code Asyncio.timeout} enters it, and leaves it when
 * the body ends, so there is no way to use it twice or before its block.
 *
 * <ul>
 *   <li><b>asyncio:</b> {@code asyncio.Timeout}.
 * </ul>
 *
 * @since 0.1.0
 */
public final class Timeout {
    private enum State {
        ACTIVE,
        EXPIRING,
        EXPIRED,
        FINISHED
    }

    /** So deep is looked for the cancel of the deadline among the causes of an error. */
    private static final int CAUSES = 1_000;

    private static final Duration LEAST_MILLIS = Duration.ofMillis(Long.MIN_VALUE);
    private static final Duration MOST_MILLIS = Duration.ofMillis(Long.MAX_VALUE);

    private final Task<?> task;
    /** The cancel requests that were there before: not ours to answer. */
    private final int cancelling;

    private State state = State.ACTIVE;
    private @Nullable Duration when;
    /** What was asked for, if it was a time from now; null once it was moved. */
    private @Nullable Duration delay;

    private @Nullable Handle timer;

    private Timeout(Task<?> task) {
        this.task = task;
        this.cancelling = task.seenRequests(); // one that is due is thrown in the block, and comes out of it
    }

    /** A limit for what the running task does from now on. */
    static Timeout enter(@Nullable Duration when, @Nullable Duration delay) {
        Timeout entered = new Timeout((Task<?>) TaskHandle.current().task());
        entered.delay = delay;
        entered.arm(when);
        return entered;
    }

    /**
     * Gives the deadline.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Timeout.when}.
     * </ul>
     *
     * @return the deadline, on the clock of {@link EventLoop#time()}, null if there is none
     */
    public @Nullable Duration when() {
        return when;
    }

    /**
     * Says whether the deadline has come while the body ran.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Timeout.expired}.
     * </ul>
     *
     * @return true once it has
     */
    public boolean expired() {
        return state == State.EXPIRING || state == State.EXPIRED;
    }

    /**
     * Moves the deadline. A deadline that is past already takes effect in the next turn.
     *
     * <ul>
     *   <li><b>asyncio:</b> {@code Timeout.reschedule}.
     * </ul>
     *
     * @param changed the new deadline, on the clock of {@link EventLoop#time()}, null for none
     * @throws IllegalStateException if the deadline has come already, or the block has ended, and on a thread that does
     *     not run the loop
     */
    public void reschedule(@Nullable Duration changed) {
        if (!task.loop().inLoop()) {
            throw new IllegalStateException("reschedule() of " + this + " from " + Thread.currentThread()
                    + ", which does not run its loop. Call it in the body, or by loop.callSoon(...)");
        }
        if (state != State.ACTIVE) {
            throw new IllegalStateException("The deadline of " + this + " cannot be moved any more: "
                    + (state == State.EXPIRING ? "it has come" : "its block has ended"));
        }
        delay = null;
        arm(changed);
    }

    private void arm(@Nullable Duration changed) {
        disarm();
        when = changed;
        if (changed != null) {
            EventLoop loop = task.loop();
            timer = changed.compareTo(loop.time()) <= 0
                    ? loop.callSoon(this::expire)
                    : loop.callAt(changed, this::expire);
        }
    }

    private void disarm() {
        Handle armed = timer;
        timer = null;
        if (armed != null) {
            armed.cancel();
        }
    }

    private void expire() {
        timer = null;
        boolean unused = task.cancel();
        state = State.EXPIRING;
    }

    /** The body has ended well. The cancel of a deadline that came so late is taken back. */
    void exit() {
        boolean unused = takeBack();
    }

    /** The body has ended with an error: what the block ends with. */
    Throwable exit(Throwable error) {
        if (!takeBack()) {
            return error;
        }
        if (error instanceof CancelledError cancelled) {
            return overdue(cancelled);
        }
        tell(error);
        if (error instanceof ExceptionGroup group) {
            group.exceptions().forEach(this::tell);
        }
        return error;
    }

    /** True if the deadline has come and nobody else wants the task to end. */
    private boolean takeBack() {
        disarm();
        if (state != State.EXPIRING) {
            state = State.FINISHED;
            return false;
        }
        state = State.EXPIRED;
        return task.uncancel() <= cancelling;
    }

    private TimeoutException overdue(@Nullable CancelledError cause) {
        TimeoutException overdue = new TimeoutException(
                delay != null
                        ? task.name() + " did not end within " + Timeout.shown(delay)
                        : task.name() + " did not end before its deadline, " + when + " of loop time");
        overdue.initCause(cause);
        return overdue;
    }

    /**
     * An error of the cleanup comes out instead of the timeout, which is added to it as suppressed: to the one in its chain of
     * causes that the cancel of the deadline has caused, else to itself.
     */
    private void tell(Throwable error) {
        Throwable above = error;
        int left = CAUSES; // they may go in a circle
        for (Throwable cause = Foreign.cause(above); cause != null && left-- > 0; cause = Foreign.cause(above)) {
            if (cause instanceof CancelledError cancelled) {
                Throwable unused = Exceptions.addSuppressed(above, overdue(cancelled));
                return;
            }
            above = cause;
        }
        Throwable unused = Exceptions.addSuppressed(error, overdue(null));
    }

    @Override
    public String toString() {
        return "Timeout[" + state.name().toLowerCase(Locale.ROOT) + (when == null ? "" : ", when " + when) + "]";
    }

    /** A limit as a message says it. */
    static String shown(@Nullable Duration limit) {
        if (limit == null) {
            return "no limit";
        }
        boolean whole = limit.toNanosPart() % 1_000_000 == 0;
        return whole && limit.compareTo(LEAST_MILLIS) > 0 && limit.compareTo(MOST_MILLIS) < 0
                ? limit.toMillis() + " ms"
                : limit.toString();
    }
}
