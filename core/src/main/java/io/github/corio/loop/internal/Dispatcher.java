package io.github.corio.loop.internal;

import io.github.corio.loop.ExceptionContext;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.util.context.Context;

/**
 * Asks the Scheduler of a loop for a thread, now or when a deadline comes, and copes with its no.
 *
 * <p>A Scheduler may refuse: its queue is full, a hook throws, there is no memory, it was disposed of. Then the baton stays with the
 * caller of {@link #dispatch}, who decides. Who asked for something takes it back and throws {@link #refusal}. What must not be lost is
 * {@link #insist insisted} on: {@link Rescue} tries again until the Scheduler takes it, and the exception handler is called for the first
 * refusal in a row. The loop of a Scheduler that is {@link #gone} is closed instead.
 *
 * <p>A Scheduler may also run the visit inline, on a thread that runs a loop already. Then it has lent no thread, and the loop goes on where
 * it is, or on a thread of {@link Rescue}.
 *
 * <p>Belongs to the holder of the baton, but for what says otherwise.
 */
final class Dispatcher {
    /** What {@link #dispatch} gives when the Scheduler ran the visit inline, on a thread that runs a loop. */
    @SuppressWarnings("StaticAssignmentOfThrowable") // a mark, compared and never thrown
    static final RejectedExecutionException INLINE = new RejectedExecutionException("run inline");

    private static final String REFUSED =
            "The Scheduler of the loop refuses to run it. It is asked again until it does";

    private final Loop loop;
    private final Lifecycle life;
    private final TurnQueue turns;
    private final Reporter reporter;
    final Port port;
    /** The timer armed at the Scheduler. */
    private @Nullable Alarm alarm;
    /** The latest time known: the Scheduler has fired for it, whatever the grain of its clock. */
    private volatile long floor = Long.MIN_VALUE;
    /** How often in a row the Scheduler has refused. */
    private int refusals;

    Dispatcher(Loop loop, TurnQueue turns, Reporter reporter, Port port) {
        this.loop = loop;
        this.life = loop.life();
        this.turns = turns;
        this.reporter = reporter;
        this.port = port;
    }

    // ---- a thread, now ----

    /**
     * Asks the Scheduler to run the loop.
     *
     * @return null if the baton is away; else why the caller still has it
     */
    @Nullable
    Throwable dispatch() {
        life.enqueue();
        Visit visit = new Visit(loop);
        Throwable no = null;
        try {
            port.ask(visit);
        } catch (Throwable e) {
            no = e;
        }
        if (visit.answered() && no == null) {
            no = INLINE;
        }
        if (no == null) {
            return null; // the baton may be elsewhere by now: nothing of the loop may be touched
        }
        return life.arrive() ? no : null; // else the Scheduler has run it in spite of its no
    }

    /** {@link #dispatch}, for what must not be lost. The baton is away afterwards. */
    void dispatchOwed() {
        Throwable no = dispatch();
        if (no != null) {
            insist(no);
        }
    }

    /** The Scheduler has refused what must not be lost. The baton is away afterwards. */
    void insist(Throwable no) {
        if (wasRefused(no)) {
            tell(REFUSED, no);
        }
        if (no == INLINE || life.isClosing()) {
            life.enqueue();
            Rescue.run(loop);
        } else {
            tryLater(refusals);
        }
    }

    /** The Scheduler has refused, and the loop goes on where it is. */
    void reportRefusal(Throwable no) {
        if (wasRefused(no)) { // not here: a body may lie on this stack
            turns.add(new Callback(Context.empty(), () -> tell(REFUSED, no)));
        }
    }

    /** Notes a refusal. True for the first in a row, which has to be told. A Scheduler that is gone takes its loop with it. */
    private boolean wasRefused(Throwable no) {
        if (no == INLINE) {
            return false;
        }
        if (gone()) {
            Lifecycle.Answer unused = life.requestClose(false, false);
            return false;
        }
        return refusals++ == 0;
    }

    /** {@link Rescue} tries again. */
    void retry() {
        if (life.isClosing()) {
            life.enqueue();
            Rescue.run(loop);
        } else {
            dispatchOwed();
        }
    }

    /** The engine itself has failed, for want of memory say. It is tried again later. The baton is away afterwards. */
    void tryLater(Throwable failure) {
        tell("The loop cannot go on for the moment", failure);
        tryLater(++refusals);
    }

    private void tryLater(int attempt) {
        life.enqueue();
        Rescue.later(loop, attempt);
    }

    /** The Scheduler runs the loop. */
    void arrived() {
        refusals = 0;
    }

    private void tell(String message, Throwable error) {
        Loop before = Loop.current();
        Loop.current(loop);
        try {
            reporter.report(new ExceptionContext(message, error, loop));
        } finally {
            Loop.current(before);
        }
    }

    /** What the asker gets whose submission was refused, and taken back. */
    RuntimeException refusal(Throwable no) {
        if (no instanceof RejectedExecutionException) {
            String hint =
                    gone() ? "It was disposed of, or its executor was shut down" : "It has no room for the moment";
            return new RejectedExecutionException(
                    "The Scheduler of " + loop + " takes no more work, asked by " + Thread.currentThread()
                            + ". Nothing was started. " + hint,
                    no);
        }
        if (no instanceof Error error) {
            throw error;
        }
        return no instanceof RuntimeException asItIs ? asItIs : new RejectedExecutionException(no);
    }

    /** Says, on any thread, whether the Scheduler will never run anything again. */
    boolean gone() {
        return port.gone();
    }

    // ---- time ----

    /** The loop's clock, on any thread. What the Scheduler's clock throws comes out of here. */
    long time() {
        return Math.max(port.now(), floor);
    }

    /** {@link #time} for the engine, which goes on with the latest time known if the clock throws. */
    long now() {
        try {
            return time();
        } catch (Throwable e) {
            tell("The clock of the Scheduler fails", e);
            return floor;
        }
    }

    /** Sees to it that the loop is run when its earliest timer is due. */
    void arm() {
        LoopTimer first = turns.firstTimer();
        if (first == null) {
            disarm();
            return;
        }
        Alarm armed = alarm;
        if (armed != null && armed.deadline <= first.deadline) {
            return; // it may come early, for a timer cancelled since: then the next one is armed
        }
        disarm();
        Alarm later = new Alarm(first.deadline, this::rang);
        alarm = later;
        long now = now();
        long left = first.deadline - now; // wraps around if the clock is far below zero
        long delay = first.deadline <= now ? 0 : left < 0 ? Long.MAX_VALUE : left;
        try {
            later.task = port.after(delay, () -> ring(later, port.ringsWhereItMayDrain()));
        } catch (Throwable no) {
            if (!SchedulerPort.hasNoTime(no)) {
                reportRefusal(no);
            }
            later.task = Rescue.after(delay, () -> ring(later, false));
        }
    }

    /** On a thread of whose timer it is: the Scheduler's own may drain, any other asks for one. */
    private void ring(Alarm due, boolean mayDrain) {
        turns.offer(due);
        if (life.take()) {
            if (mayDrain) {
                loop.drain();
            } else {
                dispatchOwed();
            }
        }
    }

    /** The holder has found the alarm in the inbox. */
    void rang(Alarm due) {
        floor = Math.max(floor, due.deadline);
        if (alarm == due) {
            alarm = null;
        }
    }

    void disarm() {
        Alarm armed = alarm;
        if (armed != null) {
            alarm = null;
            Disposable task = armed.task;
            if (task != null) {
                try {
                    task.dispose();
                } catch (Throwable e) {
                    tell("The Scheduler fails to cancel a timer", e);
                }
            }
        }
    }

    /** The loop is closed, and nobody has its baton any more. */
    void close() {
        try {
            port.close();
        } catch (Throwable e) {
            tell("The Scheduler fails to dispose of a Worker", e);
        }
    }
}
