package io.github.corio.queue;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import reactor.core.Disposable;

/** A queue of capacity one, put into, got from and left at the same instant. Run with {@code -Pjcstress}. */
public final class QueueJcstress {
    private QueueJcstress() {}

    /** A put against the cancel of the first of two getters. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them has the item")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled, or left lying though somebody waits")
    @State
    public static class PutAndCancelOfAGetter {
        private final AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();
        private final Disposable getter = queue.get().subscribe(item -> first.incrementAndGet());

        public PutAndCancelOfAGetter() {
            queue.get().subscribe(item -> second.incrementAndGet());
        }

        @Actor
        public void put() {
            queue.putNowait(1);
        }

        @Actor
        public void cancel() {
            getter.dispose();
        }

        @Arbiter
        public void count(III_Result result) {
            result.r1 = first.get();
            result.r2 = second.get();
            result.r3 = queue.size();
        }
    }

    /** A get against the cancel of the first of two putters: the room is used by one of them. */
    @JCStressTest
    @Outcome(
            id = {"2", "3"},
            expect = Expect.ACCEPTABLE,
            desc = "the item of one of them")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the room is lost")
    @State
    public static class GetAndCancelOfAPutter {
        private final AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        private final Disposable putter;

        public GetAndCancelOfAPutter() {
            queue.putNowait(1);
            putter = queue.put(2).subscribe();
            queue.put(3).subscribe();
        }

        @Actor
        public void get() {
            queue.getNowait();
        }

        @Actor
        public void cancel() {
            putter.dispose();
        }

        @Arbiter
        public void count(I_Result result) {
            result.r1 = queue.isEmpty() ? 0 : queue.getNowait();
        }
    }

    /** A put and a get, both of which may have to wait. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "the item has gone through")
    @Outcome(expect = Expect.FORBIDDEN, desc = "somebody still waits")
    @State
    public static class PutAndGet {
        private final AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        private final AtomicInteger put = new AtomicInteger();
        private final AtomicInteger got = new AtomicInteger();

        @Actor
        public void put() {
            queue.put(1).subscribe(nothing -> {}, error -> {}, put::incrementAndGet);
        }

        @Actor
        public void get() {
            queue.get().subscribe(item -> got.incrementAndGet());
        }

        @Arbiter
        public void count(III_Result result) {
            result.r1 = put.get();
            result.r2 = got.get();
            result.r3 = queue.size();
        }
    }

    /** A put against a shutdown: the item is got, or refused; the getter is told either way. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "an item, or the end")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the getter waits for ever, or was told twice")
    @State
    public static class PutAndShutdown {
        private final AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        private final AtomicInteger got = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();

        public PutAndShutdown() {
            queue.get().subscribe(item -> got.incrementAndGet(), error -> failed.incrementAndGet());
        }

        @Actor
        public void put() {
            queue.put(1).subscribe(nothing -> {}, error -> {});
        }

        @Actor
        public void shutdown() {
            queue.shutdown();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = got.get();
            result.r2 = failed.get();
        }
    }
}
