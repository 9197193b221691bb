package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.CoroutineAction;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The first waiter is of a loop that does not get to its turn. Those of other loops must not have to wait for that. */
class AcrossLoopsTest {
    private final List<ExecutorService> threads = new ArrayList<>();
    private final EventLoop a = loop();
    private final EventLoop b = loop();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    /** What happens to the loop of the first one before it gets to its turn. */
    enum Fate {
        BUSY,
        STOPPED,
        DISPOSED
    }

    private EventLoop loop() {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        threads.add(thread);
        Scheduler scheduler = Schedulers.fromExecutorService(thread);
        return EventLoop.on(scheduler);
    }

    @AfterEach
    void end() {
        gate.countDown();
        a.dispose();
        b.dispose();
        threads.forEach(ExecutorService::shutdown);
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    /** Starts a waiter, and returns when it is in the queue. */
    private static Task<Void> waiting(EventLoop loop, IntSupplier queue, CoroutineAction body) {
        int before = queue.getAsInt();
        Task<Void> task = async(body).on(loop).start();
        until(() -> queue.getAsInt() > before);
        return task;
    }

    /** On loop a, all in one turn; what its tasks are woken for comes too late from then on. */
    private void meet(Fate fate, Runnable before) throws InterruptedException {
        CountDownLatch met = new CountDownLatch(1);
        a.callSoon(() -> {
            before.run();
            if (fate == Fate.STOPPED) {
                a.stop();
            } else if (fate == Fate.DISPOSED) {
                a.dispose();
            }
            met.countDown();
            if (fate == Fate.BUSY) {
                hold();
            }
        });
        met.await();
        if (fate == Fate.STOPPED) {
            until(() -> !a.isRunning());
        }
    }

    private void hold() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void logged(String what) throws InterruptedException {
        assertThat(log.poll(20, TimeUnit.SECONDS)).isEqualTo(what);
    }

    @Nested
    class OfALock {
        private final AsyncLock lock = new AsyncLock();
        private final Permit held = lock.tryAcquire();

        private Task<Void> waiting(EventLoop loop, String name) {
            return AcrossLoopsTest.waiting(loop, () -> lock.statistics().waiting(), () -> {
                try (Permit permit = await(lock.acquire())) {
                    log.add(name);
                }
            });
        }

        @ParameterizedTest
        @EnumSource
        void aCancelledFirstOneIsPassedOver(Fate fate) throws Exception {
            Task<Void> first = waiting(a, "first");
            waiting(b, "second");
            meet(fate, first::cancel);
            held.close();
            logged("second");
        }

        @ParameterizedTest
        @EnumSource
        void soAreTwoOfThem(Fate fate) throws Exception {
            Task<Void> first = waiting(a, "first");
            Task<Void> second = waiting(a, "second");
            waiting(b, "third");
            meet(fate, () -> {
                first.cancel();
                held.close(); // goes to the second, in the turn of the first
                second.cancel(); // so it goes to the third, now
            });
            logged("third");
        }

        @ParameterizedTest
        @EnumSource
        void aSubscriberHasItAtOnceToo(Fate fate) throws Exception {
            Task<Void> first = waiting(a, "first");
            lock.acquire().subscribe(permit -> log.add("subscriber"));
            meet(fate, first::cancel);
            held.close();
            logged("subscriber");
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("woken, then cancelled, before its turn: the lock goes on, once")
        void whatAWokenOneIsNotGoingToUseGoesOn(Fate fate) throws Exception {
            Task<Void> first = waiting(a, "first");
            waiting(b, "second");
            meet(fate, () -> {
                held.close();
                first.cancel();
            });
            logged("second");
            until(() -> !lock.isLocked());
            Permit next = lock.tryAcquire();
            gate.countDown();
            until(() -> fate == Fate.STOPPED || lock.statistics().waiting() == 0);
            assertThat(next == null || !next.isClosed()).isTrue();
        }
    }

    @Nested
    class OfASemaphore {
        private final AsyncSemaphore semaphore = new AsyncSemaphore(0);

        private Task<Void> waiting(EventLoop loop, String name) {
            return AcrossLoopsTest.waiting(loop, () -> semaphore.statistics().waiting(), () -> {
                await(semaphore.acquire());
                log.add(name);
            });
        }

        @ParameterizedTest
        @EnumSource
        void aCancelledFirstOneIsPassedOver(Fate fate) throws Exception {
            Task<Void> first = waiting(a, "first");
            waiting(b, "second");
            meet(fate, first::cancel);
            semaphore.release();
            logged("second");
        }

        @ParameterizedTest
        @EnumSource
        void whatAWokenOneIsNotGoingToUseGoesOn(Fate fate) throws Exception {
            Task<Void> first = waiting(a, "first");
            waiting(b, "second");
            meet(fate, () -> {
                semaphore.release();
                first.cancel();
            });
            logged("second");
            gate.countDown();
            until(() -> fate == Fate.STOPPED || semaphore.statistics().waiting() == 0);
            assertThat(semaphore.availablePermits()).isZero();
        }

        @ParameterizedTest
        @EnumSource(names = {"BUSY", "STOPPED"})
        void aPermitThatIsLeftOverNeedNotWaitForTheTurnOfAWokenOne(Fate fate) throws Exception {
            waiting(a, "first");
            meet(fate, () -> {
                semaphore.release();
                semaphore.release();
            });
            assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(1, 1));
            async(() -> {
                        await(semaphore.acquire());
                        log.add("second");
                    })
                    .on(b)
                    .start();
            logged("second");
        }
    }

    @Nested
    class OfAQueue {
        private final AsyncQueue<String> queue = new AsyncQueue<>(1);

        @ParameterizedTest
        @EnumSource
        void anItemForWhichACancelledOneWasWokenGoesToTheNext(Fate fate) throws Exception {
            IntSupplier getting = () -> queue.statistics().getting();
            Task<Void> first = AcrossLoopsTest.waiting(a, getting, () -> log.add("first " + await(queue.get())));
            AcrossLoopsTest.waiting(b, getting, () -> log.add("second " + await(queue.get())));
            meet(fate, () -> {
                queue.putNowait("item");
                first.cancel();
            });
            logged("second item");
        }

        @ParameterizedTest
        @EnumSource
        void roomForWhichACancelledOneWasWokenGoesToTheNext(Fate fate) throws Exception {
            queue.putNowait("zero");
            IntSupplier putting = () -> queue.statistics().putting();
            Task<Void> first = AcrossLoopsTest.waiting(a, putting, () -> await(queue.put("first")));
            AcrossLoopsTest.waiting(b, putting, () -> {
                await(queue.put("second"));
                log.add("put");
            });
            meet(fate, () -> {
                assertThat(queue.getNowait()).isEqualTo("zero");
                first.cancel();
            });
            logged("put");
            assertThat(queue.getNowait()).isEqualTo("second");
        }
    }

    @Nested
    class OfACondition {
        private final AsyncCondition condition = new AsyncCondition();

        private Task<Void> waiting(EventLoop loop, String name) {
            return AcrossLoopsTest.waiting(loop, () -> condition.statistics().waiting(), () -> {
                try (Permit permit = await(condition.acquire())) {
                    await(condition.waitForSignal());
                    log.add(name);
                }
            });
        }

        private void signal() {
            Permit held = condition.acquire().block();
            condition.signal();
            held.close();
        }

        @ParameterizedTest
        @EnumSource
        void aCancelledFirstOneIsPassedOver(Fate fate) throws Exception {
            Task<Void> first = waiting(a, "first");
            waiting(b, "second");
            meet(fate, first::cancel);
            signal();
            logged("second");
        }

        @ParameterizedTest
        @EnumSource
        void aNotificationOfACancelledOneGoesToTheNext(Fate fate) throws Exception {
            Task<Void> first = waiting(a, "first");
            waiting(b, "second");
            Permit held = condition.acquire().block();
            meet(fate, () -> {
                condition.signal();
                first.cancel();
            });
            held.close();
            logged("second");
        }
    }

    @Nested
    class OfAnEvent {
        private final AsyncEvent event = new AsyncEvent();

        @ParameterizedTest
        @EnumSource
        void allOthersAreWoken(Fate fate) throws Exception {
            IntSupplier waiting = () -> event.statistics().waiting();
            Task<Void> first = AcrossLoopsTest.waiting(a, waiting, () -> await(event.waitUntilSet()));
            AcrossLoopsTest.waiting(b, waiting, () -> {
                await(event.waitUntilSet());
                log.add("second");
            });
            meet(fate, first::cancel);
            event.set();
            logged("second");
        }
    }
}
