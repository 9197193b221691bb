package io.github.corio.sync;

import io.github.corio.sync.internal.WaitQueue;
import io.github.corio.sync.internal.Waiter;
import io.github.corio.sync.internal.WaitingMono;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import reactor.core.Disposable;

/**
 * Locks and semaphores, acquired, released and cancelled at the same instant. Run with {@code -Pjcstress}. Two actors each, as
 * jcstress leaves out a test that has more of them than the machine has processors.
 */
public final class LockJcstress {
    private LockJcstress() {}

    /**
     * A release against the cancel of the first of two waiters. {@link BrokenReleaseAndCancel} is the same with a lock whose
     * cancelled waiter keeps what it was given, and fails with {@code 0, 0}: {@code -Dcorio.jcstress.tests=Broken} runs it, and is meant to fail.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the first has it; its cancel came too late")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the first was cancelled, the second has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or doubled")
    @State
    public static class ReleaseAndCancel {
        private final AsyncLock lock = new AsyncLock();
        private final Permit held = Objects.requireNonNull(lock.tryAcquire());
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();
        private final Disposable waiter = lock.acquire().subscribe(permit -> first.incrementAndGet());

        public ReleaseAndCancel() {
            lock.acquire().subscribe(permit -> second.incrementAndGet());
        }

        @Actor
        public void release() {
            held.close();
        }

        @Actor
        public void cancel() {
            waiter.dispose();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = first.get();
            result.r2 = second.get();
        }
    }

    /** Two acquire and release at the same instant: one after the other, and both come to their end. */
    @JCStressTest
    @Outcome(id = "2, 0, 0", expect = Expect.ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both at once, or one waits for ever")
    @State
    public static class TwoAcquireAndRelease {
        private final AsyncLock lock = new AsyncLock();
        /** Guarded by the lock and by nothing else. */
        private int times;

        @Actor
        public void hold() {
            lock.acquire().subscribe(this::increment);
        }

        @Actor
        public void holdToo() {
            lock.acquire().subscribe(this::increment);
        }

        private void increment(Permit permit) {
            times++;
            permit.close();
        }

        @Arbiter
        public void count(III_Result result) {
            result.r1 = times;
            result.r2 = lock.statistics().waiting();
            result.r3 = lock.isLocked() ? 1 : 0;
        }
    }

    /** A permit that is closed twice at once gives back what it holds, and not what somebody else has acquired meanwhile. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "closed, and acquired anew")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the other one was still closing it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "given back twice, or never")
    @State
    public static class TwoClosesOfOnePermit {
        private final AsyncLock lock = new AsyncLock();
        private final Permit held = Objects.requireNonNull(lock.tryAcquire());

        @Actor
        public void close() {
            held.close();
        }

        @Actor
        public void closeAndAcquire(II_Result result) {
            held.close();
            result.r1 = lock.tryAcquire() == null ? 0 : 1;
        }

        @Arbiter
        public void look(II_Result result) {
            result.r2 = lock.isLocked() ? 1 : 0;
        }
    }

    /** A release of a semaphore against the cancel of its first waiter, whose thread then asks again, behind the second. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "the first has it; its cancel came too late")
    @Outcome(id = "0, 1, 0", expect = Expect.ACCEPTABLE, desc = "the first was cancelled, the second has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled, or taken by one who came later")
    @State
    public static class SemaphoreReleaseAndCancel {
        private final AsyncSemaphore semaphore = new AsyncSemaphore(0);
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();
        private final AtomicInteger late = new AtomicInteger();
        private final Disposable waiter = semaphore.acquire().subscribe(permit -> first.incrementAndGet());

        public SemaphoreReleaseAndCancel() {
            semaphore.acquire().subscribe(permit -> second.incrementAndGet());
        }

        @Actor
        public void release() {
            semaphore.release();
        }

        @Actor
        public void cancelAndAcquire() {
            waiter.dispose();
            semaphore.acquire().subscribe(permit -> late.incrementAndGet());
        }

        @Arbiter
        public void count(III_Result result) {
            result.r1 = first.get();
            result.r2 = second.get();
            result.r3 = late.get();
        }
    }

    /** Not part of the run: {@link ReleaseAndCancel} with a lock that is broken on purpose. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the first has it; its cancel came too late")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the first was cancelled, the second has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or doubled")
    @State
    public static class BrokenReleaseAndCancel {
        private final BrokenLock lock = new BrokenLock();
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();
        private final Disposable waiter = lock.subscribe(permit -> first.incrementAndGet());

        public BrokenReleaseAndCancel() {
            lock.subscribe(permit -> second.incrementAndGet());
        }

        @Actor
        public void release() {
            lock.release();
        }

        @Actor
        public void cancel() {
            waiter.dispose();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = first.get();
            result.r2 = second.get();
        }
    }

    /** A lock, held at first, whose waiter forgets to pass on what it was given when it is cancelled. */
    private static final class BrokenLock extends WaitingMono<String> {
        private final WaitQueue waiters;
        private boolean locked = true;

        BrokenLock() {
            this(new WaitQueue());
        }

        private BrokenLock(WaitQueue waiters) {
            super(waiters);
            this.waiters = waiters;
        }

        void release() {
            synchronized (waiters.monitor()) {
                locked = false;
                boolean unused = waiters.wakeFirst();
            }
            waiters.tell();
        }

        @Override
        protected Object attempt(@Nullable Waiter waiter) {
            synchronized (waiters.monitor()) {
                if (!locked) {
                    locked = true;
                    return "held";
                }
                if (waiter != null) {
                    waiters.add(waiter);
                }
                return WAIT;
            }
        }

        @Override
        protected Object resumed(Waiter waiter) {
            gaveUp(waiter);
            return "held";
        }

        @Override
        protected void gaveUp(Waiter waiter) {
            synchronized (waiters.monitor()) {
                waiters.remove(waiter);
            }
        }
    }
}
