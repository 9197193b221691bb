package io.github.corio.sync;

import io.github.corio.sync.internal.WaitQueue;
import io.github.corio.sync.internal.Waiter;
import io.github.corio.sync.internal.WaitingMono;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;

/** Events and notifications, given and taken back at the same instant. Run with {@code -Pjcstress}. */
public final class EventJcstress {
    private EventJcstress() {}

    /** A wait against the set: it is over, whichever came first. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "over")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was missed")
    @State
    public static class SetAndWait {
        private final AsyncEvent event = new AsyncEvent();
        private final AtomicInteger over = new AtomicInteger();

        @Actor
        public void set() {
            event.set();
        }

        @Actor
        public void await() {
            event.waitUntilSet().subscribe(nothing -> {}, error -> {}, over::incrementAndGet);
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = over.get();
            result.r2 = event.statistics().waiting();
        }
    }

    /** Set against clear: who waited before is woken all the same. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "over, the flag as the later one left it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was missed")
    @State
    public static class SetAndClear {
        private final AsyncEvent event = new AsyncEvent();
        private final AtomicInteger over = new AtomicInteger();

        public SetAndClear() {
            event.waitUntilSet().subscribe(nothing -> {}, error -> {}, over::incrementAndGet);
        }

        @Actor
        public void set() {
            event.set();
        }

        @Actor
        public void clear() {
            event.clear();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = over.get();
            result.r2 = event.isSet() ? 1 : 0;
        }
    }

    /** Set against the cancel of a waiter: it is over, or cancelled, and out of the queue. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "it has left")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it is still in the queue, or was told twice")
    @State
    public static class SetAndCancel {
        private final AsyncEvent event = new AsyncEvent();
        private final AtomicInteger over = new AtomicInteger();
        private final Disposable waiter =
                event.waitUntilSet().subscribe(nothing -> {}, error -> {}, over::incrementAndGet);

        @Actor
        public void set() {
            event.set();
        }

        @Actor
        public void cancel() {
            waiter.dispose();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = over.get();
            result.r2 = event.statistics().waiting();
        }
    }

    /** A notification of one against the cancel of the first of two: exactly one has it who has not been cancelled before. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one was notified")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the notification is lost or doubled")
    @State
    public static class NotifyAndCancel {
        private final Notifications notifications = new Notifications(new WaitQueue());
        private final Counter first = notifications.subscribeWith(new Counter());
        private final Counter second = notifications.subscribeWith(new Counter());

        @Actor
        public void notifyNext() {
            notifications.notifyNext();
        }

        @Actor
        public void cancel() {
            first.cancel();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = first.told.get();
            result.r2 = second.told.get();
        }
    }

    /** Counts what it is told, also after its cancel: it does not drop anything. */
    private static final class Counter implements CoreSubscriber<String> {
        final AtomicInteger told = new AtomicInteger();
        private volatile Subscription subscription = Operators.emptySubscription();

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(1);
        }

        @Override
        public void onNext(String notification) {
            told.incrementAndGet();
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}

        void cancel() {
            subscription.cancel();
        }
    }

    /** What a condition's waiters do, without its lock. */
    private static final class Notifications extends WaitingMono<String> {
        private final WaitQueue waiters;

        Notifications(WaitQueue waiters) {
            super(waiters);
            this.waiters = waiters;
        }

        void notifyNext() {
            synchronized (waiters.monitor()) {
                boolean unused = waiters.wakeNext();
            }
            waiters.tell();
        }

        @Override
        protected Object attempt(@Nullable Waiter waiter) {
            if (waiter != null) {
                synchronized (waiters.monitor()) {
                    waiters.add(waiter);
                }
            }
            return WAIT;
        }

        @Override
        protected Object resumed(Waiter waiter) {
            synchronized (waiters.monitor()) {
                waiters.remove(waiter);
            }
            return "notified";
        }

        @Override
        protected void refused(String notification) {
            synchronized (waiters.monitor()) {
                boolean unused = waiters.wakeNext();
            }
        }

        @Override
        protected void gaveUp(Waiter waiter) {
            synchronized (waiters.monitor()) {
                waiters.remove(waiter);
                if (waiter.woken()) {
                    boolean unused = waiters.wakeNext();
                }
            }
        }
    }
}
