package io.github.corio.loop.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.corio.loop.internal.AlarmHeap.Alarm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("an event loop of others, as a carrier,")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EventLoopCarrierTest {
    private final Hostile loop = new Hostile();
    private Thread thread;
    private EventLoopCarrier carrier;

    @BeforeEach
    void make() throws Exception {
        assumeTrue(FiberChoice.hasCarriers());
        thread = loop.submit(Thread::currentThread).get();
        carrier = loop.submit(() -> new EventLoopCarrier(loop)).get();
    }

    @AfterEach
    void close() {
        loop.mood = Mood.GOOD;
        loop.shutdownNow();
    }

    enum Mood {
        GOOD,
        REFUSES,
        DROPS
    }

    /** One thread, and a queue that does not do what it should. */
    private static final class Hostile extends ScheduledThreadPoolExecutor {
        volatile Mood mood = Mood.GOOD;
        final AtomicInteger refused = new AtomicInteger();

        Hostile() {
            super(1, task -> {
                Thread thread = new Thread(task, "event-loop");
                thread.setDaemon(true);
                return thread;
            });
        }

        @Override
        public void execute(Runnable task) {
            Object unused = schedule(task, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            if (mood == Mood.GOOD) {
                return super.schedule(task, delay, unit);
            }
            refused.incrementAndGet();
            if (mood == Mood.REFUSES) {
                throw new RejectedExecutionException("full");
            }
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            return super.schedule(task, delay, unit);
        }
    }

    private void alarm(long millis, Runnable action) {
        Alarm alarm = new Alarm(action);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        carrier.run(() -> carrier.set(alarm, deadline));
    }

    /** Blocks the thread of the event loop until the latch is open. */
    private void block(CountDownLatch until) throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        Object unused = loop.schedule(
                () -> {
                    blocked.countDown();
                    until.await();
                    return null;
                },
                0,
                TimeUnit.NANOSECONDS);
        blocked.await();
    }

    /** A spare that is there may still take what comes until it goes. */
    private void awaitServedByItsThread() throws Exception {
        AtomicReference<Thread> served = new AtomicReference<>();
        while (served.get() != thread) {
            FiberOnCarrier.start(carrier, self -> served.set(VirtualThreads.currentCarrier()))
                    .join();
        }
    }

    @Nested
    @DisplayName("runs")
    class Runs {
        @Test
        void fibersOnItsThread() throws Exception {
            List<FiberOnCarrier> fibers = new ArrayList<>();
            for (int f = 0; f < 10; f++) {
                fibers.add(FiberOnCarrier.start(carrier, self -> {
                    for (int i = 0; i < 1_000; i++) {
                        self.leave();
                        assertThat(VirtualThreads.currentCarrier()).isSameAs(thread);
                    }
                }));
            }
            for (FiberOnCarrier fiber : fibers) {
                fiber.join();
            }
        }

        @Test
        void alarmsOnItsThreadInTheirOrder() throws Exception {
            List<String> rung = new ArrayList<>();
            CountDownLatch both = new CountDownLatch(2);
            alarm(30, () -> {
                rung.add("late " + Thread.currentThread().getName());
                both.countDown();
            });
            alarm(1, () -> {
                rung.add("early " + Thread.currentThread().getName());
                both.countDown();
            });
            assertThat(both.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(rung).containsExactly("early event-loop", "late event-loop");
        }

        @Test
        void anAlarmAfterOneThatWasCancelled() throws Exception {
            CountDownLatch rung = new CountDownLatch(1);
            Alarm cancelled = new Alarm(() -> {});
            carrier.run(() -> carrier.set(cancelled, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20)));
            alarm(300, rung::countDown);
            carrier.run(() -> carrier.cancel(cancelled));
            long start = System.nanoTime();
            assertThat(rung.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
            assertThat(carrier.thread()).isNotSameAs(Thread.currentThread());
        }

        @Test
        void whatComesAfterAWorkThatThrows() throws Exception {
            CountDownLatch ran = new CountDownLatch(1);
            carrier.run(() -> {
                throw new IllegalStateException("thrown by a work, on purpose");
            });
            alarm(0, () -> {
                throw new IllegalStateException("thrown by an alarm, on purpose");
            });
            alarm(1, ran::countDown);
            assertThat(ran.await(100, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void itsOwnTasksWhileAFiberIsAlwaysReady() throws Exception {
            boolean[] stop = {false};
            FiberOnCarrier busy = FiberOnCarrier.start(carrier, self -> {
                while (!stop[0]) {
                    self.leave();
                }
            });
            for (int i = 0; i < 100; i++) {
                int end = i;
                loop.submit(() -> stop[0] = end == 99).get();
            }
            busy.join();
        }

        @Test
        void keepsTheInterruptOfItsThread() throws Exception {
            FiberOnCarrier held =
                    FiberOnCarrier.start(carrier, FiberOnCarrier::hold).awaitHeld();
            boolean interrupted = loop.submit(() -> {
                        Thread.currentThread().interrupt();
                        held.letGo();
                        carrier.run(); // as the event loop does it
                        return Thread.interrupted();
                    })
                    .get();
            assertThat(interrupted).isTrue();
            held.join();
        }
    }

    @Nested
    @DisplayName("is replaced for the moment")
    class Replaced {
        /** The thread waits for what a fiber holds that only it could run. */
        @Test
        void whenItsThreadWaitsForALockOfAFiber() throws Exception {
            ReentrantLock inner = new ReentrantLock();
            ReentrantLock outer = new ReentrantLock();
            CountDownLatch holds = new CountDownLatch(1);
            inner.lockInterruptibly();
            FiberOnCarrier fiber = FiberOnCarrier.start(carrier, self -> {
                outer.lock();
                try {
                    holds.countDown();
                    inner.lockInterruptibly(); // unmounted here
                    inner.unlock();
                } finally {
                    outer.unlock();
                }
            });
            holds.await();
            CountDownLatch waits = new CountDownLatch(1);
            CountDownLatch got = new CountDownLatch(1);
            loop.execute(() -> {
                waits.countDown();
                outer.lock();
                try {
                    got.countDown();
                } finally {
                    outer.unlock();
                }
            });
            waits.await();
            inner.unlock();
            assertThat(got.await(100, TimeUnit.SECONDS)).isTrue();
            fiber.join();
        }

        @Test
        void whenItsThreadIsBlockedAndComesBack() throws Exception {
            CountDownLatch until = new CountDownLatch(1);
            block(until);
            AtomicReference<Thread> served = new AtomicReference<>();
            FiberOnCarrier.start(carrier, self -> served.set(VirtualThreads.currentCarrier()))
                    .join();
            assertThat(served.get()).isNotSameAs(thread);
            until.countDown();
            awaitServedByItsThread();
        }

        @Test
        void whenAnAlarmIsDueAndItsThreadIsBlocked() throws Exception {
            CountDownLatch until = new CountDownLatch(1);
            CountDownLatch rung = new CountDownLatch(1);
            loop.submit(() -> alarm(1_500, rung::countDown)).get(); // long after the watch has gone to rest
            block(until);
            assertThat(rung.await(100, TimeUnit.SECONDS)).isTrue();
            until.countDown();
        }

        @Test
        void whileItsQueueIsFull() throws Exception {
            loop.mood = Mood.REFUSES;
            for (int i = 0; i < 100; i++) {
                FiberOnCarrier.start(carrier, FiberOnCarrier::leave).join();
            }
            CountDownLatch rung = new CountDownLatch(1);
            alarm(1, rung::countDown);
            assertThat(rung.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.refused.get()).isPositive();
            loop.mood = Mood.GOOD;
            awaitServedByItsThread();
        }

        @Test
        void whenItDropsWhatItTook() throws Exception {
            loop.mood = Mood.DROPS;
            FiberOnCarrier.start(carrier, FiberOnCarrier::leave).join();
            CountDownLatch rung = new CountDownLatch(1);
            alarm(1, rung::countDown);
            assertThat(rung.await(100, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void whenItIsShutDown() throws Exception {
            FiberOnCarrier held =
                    FiberOnCarrier.start(carrier, FiberOnCarrier::hold).awaitHeld();
            loop.shutdownNow();
            held.letGo();
            held.join();
            assertThat(carrier.gone()).isTrue();
        }
    }

    @Test
    @DisplayName("is called from many threads, and loses nothing")
    void fromManyThreads() throws Exception {
        int each = 20_000;
        AtomicInteger ran = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    carrier.run(ran::incrementAndGet);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread one : threads) {
            one.join();
        }
        CountDownLatch last = new CountDownLatch(1);
        carrier.run(last::countDown);
        assertThat(last.await(100, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(4 * each);
    }
}
