package io.github.corio.loop.internal;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The lifecycle word alone, with two or three threads that ask for different things in the same instant. Run with {@code -Pjcstress}. */
public final class LifecycleJcstress {
    private LifecycleJcstress() {}

    /** A stop that takes effect against a driver that comes: the driver is let go, or it has the baton and goes on. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "it came first: the stop is meant for it")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "it came last: it resumes the loop")
    @Outcome(
            expect = Expect.FORBIDDEN,
            desc = "it waits for a stop that is over, or is let go by one that was not meant for it")
    @State
    public static class StopAndDrive {
        private final Lifecycle life = held();
        private int entry;
        private boolean taken;

        public StopAndDrive() {
            Lifecycle.Answer unused = life.stop();
        }

        @Actor
        public void release() {
            Lifecycle.Release unused = life.release();
        }

        @Actor
        public void drive() {
            Lifecycle.Entry answer = life.drive(true);
            entry = answer.stops();
            taken = answer.answer() == Lifecycle.Answer.TAKEN;
        }

        @Arbiter
        public void look(II_Result result) {
            result.r1 = life.endedSince(entry) ? 1 : 0;
            result.r2 = taken ? 1 : 0;
        }
    }

    /** The same with the flag and the state in two fields, as they once were: {@code 0, 0} is the driver that nobody lets go. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "it came first: the stop is meant for it")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "it came last: it resumes the loop")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it waits for a stop that is over")
    @State
    public static class BrokenStopAndDrive {
        private final AtomicInteger state = new AtomicInteger(Lifecycle.HELD);
        private volatile boolean driver;
        private volatile boolean stopSeenByDriver;
        private boolean taken;

        @Actor
        public void release() {
            boolean seen = driver;
            state.set(Lifecycle.STOPPED);
            if (seen) {
                stopSeenByDriver = true;
            }
        }

        @Actor
        public void drive() {
            driver = true;
            taken = state.compareAndSet(Lifecycle.STOPPED, Lifecycle.HELD);
        }

        @Arbiter
        public void look(II_Result result) {
            result.r1 = stopSeenByDriver && !taken ? 1 : 0;
            result.r2 = taken ? 1 : 0;
        }
    }

    /** A stop and a close of a loop that nobody runs: somebody has the baton, and carries the close out. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the closer has the baton")
    @Outcome(expect = Expect.FORBIDDEN, desc = "nobody closes it")
    @State
    public static class StopAndClose {
        private final Lifecycle life = new Lifecycle();
        private int taken;

        @Actor
        public void stop() {
            Lifecycle.Answer unused = life.stop();
        }

        @Actor
        public void close() {
            taken = life.requestClose(false, false) == Lifecycle.Answer.TAKEN ? 1 : 0;
        }

        @Arbiter
        public void look(II_Result result) {
            result.r1 = taken;
            result.r2 = life.isHeld() ? 1 : 0;
        }
    }

    /** A release against a close: the holder sees it, or the closer has the baton. Never both, never neither. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them closes it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both close it, or nobody does")
    @State
    public static class ReleaseAndClose {
        private final Lifecycle life = held();
        private int holder;
        private int closer;

        @Actor
        public void release() {
            holder = life.release() == Lifecycle.Release.CLOSING ? 1 : 0;
        }

        @Actor
        public void close() {
            closer = life.requestClose(false, false) == Lifecycle.Answer.TAKEN ? 1 : 0;
        }

        @Arbiter
        public void look(II_Result result) {
            result.r1 = holder;
            result.r2 = closer;
        }
    }

    /** A visit that arrives twice, and a closer of a loop whose Scheduler is gone: one of the three has the baton. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0", "0, 0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has the baton")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two threads in the loop, or none")
    @State
    public static class VisitsAndClose {
        private final Lifecycle life = held();
        private int first;
        private int second;
        private int closer;

        public VisitsAndClose() {
            life.enqueue();
        }

        @Actor
        public void visit() {
            first = life.arrive() ? 1 : 0;
        }

        @Actor
        public void visitAgain() {
            second = life.arrive() ? 1 : 0;
        }

        @Actor
        public void close() {
            closer = life.requestClose(true, false) == Lifecycle.Answer.TAKEN ? 1 : 0;
        }

        @Arbiter
        public void look(III_Result result) {
            result.r1 = first;
            result.r2 = second;
            result.r3 = closer;
        }
    }

    /** Two submitters of an idle loop, and a stop: one submitter has the baton, or the loop is stopped. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0", "0, 0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two threads in the loop, or a stop that is lost")
    @State
    public static class SubmitAndStop {
        private final Lifecycle life = new Lifecycle();
        private int first;
        private int second;

        @Actor
        public void submit() {
            first = life.take() ? 1 : 0;
        }

        @Actor
        public void submitAgain() {
            second = life.take() ? 1 : 0;
        }

        @Actor
        public void stop() {
            Lifecycle.Answer unused = life.stop();
        }

        @Arbiter
        public void look(III_Result result) {
            result.r1 = first;
            result.r2 = second;
            result.r3 = life.isHeld() ? 0 : 1;
        }
    }

    private static Lifecycle held() {
        Lifecycle life = new Lifecycle();
        boolean unused = life.take();
        return life;
    }
}
