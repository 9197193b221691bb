package io.github.corio.loop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.AsyncFuture;
import io.github.corio.Asyncio;
import io.github.corio.Coroutine;
import io.github.corio.Virtual;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class EventLoopTest {
    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());
    private final Virtual virtual = new Virtual();
    private final EventLoop loop = virtual.loop();

    @AfterEach
    void close() {
        virtual.close();
    }

    private void drain() {
        virtual.advance(Duration.ZERO);
    }

    private static void onForeignThread(Runnable action) {
        Thread foreign = new Thread(action, "foreign");
        foreign.start();
        try {
            foreign.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Nested
    class Callbacks {
        @Test
        @DisplayName("LOOP-01 a callback queued on a loop that is idle is called exactly once")
        void calledOnce() {
            String first = "hello";
            int second = 42;
            loop.callSoon(() -> {
                loop.callSoon(() -> log.add(first + second));
                log.add("queued");
            });
            drain();
            drain();
            assertThat(log).containsExactly("queued", "hello42");
        }

        @Test
        @DisplayName("LOOP-02 what a foreign thread queued before the loop itself did runs before it")
        void oneQueueForAllThreads() {
            loop.callSoon(() -> {
                onForeignThread(() -> loop.callSoon(() -> log.add("foreign")));
                loop.callSoon(() -> log.add("own"));
                onForeignThread(() -> loop.callSoon(() -> log.add("foreign again")));
                loop.callSoon(() -> log.add("own again"));
            });
            drain();
            assertThat(log).containsExactly("foreign", "own", "foreign again", "own again");
        }

        @Test
        @DisplayName("LOOP-03 on the loop's own thread: first queued, first run")
        void ownThread() {
            loop.callSoon(() -> {
                loop.callSoon(() -> log.add("A"));
                loop.callSoon(() -> log.add("B"));
            });
            drain();
            assertThat(log).containsExactly("A", "B");
        }

        @Test
        @DisplayName("LOOP-10 a handle that is cancelled before it is ready never runs")
        void cancelledHandles() {
            loop.callSoon(() -> loop.callSoon(() -> log.add("soon")).cancel());
            TimerHandle timer = loop.callLater(Duration.ofSeconds(1), () -> log.add("timer"));
            loop.callLater(Duration.ofSeconds(1), () -> log.add("live"));
            timer.cancel();
            assertThat(timer.isCancelled()).isTrue();
            assertThat(timer.isDisposed()).isTrue();
            virtual.advance(Duration.ofSeconds(2));
            assertThat(log).containsExactly("live");
        }

        @Test
        @DisplayName("LOOP-10 a due timer that a callback of the same turn cancels does not run")
        void cancelledWhenDue() {
            List<TimerHandle> second = new ArrayList<>();
            loop.callLater(Duration.ofSeconds(1), () -> second.get(0).cancel());
            second.add(loop.callLater(Duration.ofSeconds(1), () -> log.add("second")));
            virtual.advance(Duration.ofSeconds(2));
            assertThat(log).isEmpty();
        }

        @Test
        @DisplayName("LOOP-42 callbacks and wake-ups share one queue and none runs inside setResult")
        void oneQueueForWakeUpsAndCallbacks() {
            virtual.run(async(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                future.addDoneCallback(done -> log.add("cb1"));
                createTask(async(() -> {
                    await(future);
                    log.add("task");
                }));
                await(sleep(Duration.ZERO));
                future.addDoneCallback(done -> log.add("cb2"));
                loop.callSoon(() -> log.add("before"));
                future.setResult("x");
                loop.callSoon(() -> log.add("after"));
                assertThat(log).isEmpty();
                await(sleep(Duration.ZERO));
            }));
            assertThat(log).containsExactly("before", "cb1", "task", "cb2", "after");
        }

        @Test
        @DisplayName("LOOP-43 awaiting a done future runs nothing else first")
        void noTurnForADoneFuture() {
            virtual.run(async(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                future.setResult("x");
                loop.callSoon(() -> log.add("callback"));
                await(future);
                log.add("awaited");
                await(sleep(Duration.ZERO));
            }));
            assertThat(log).containsExactly("awaited", "callback");
        }

        @Test
        @DisplayName("LOOP-12 what is queued during a turn runs in the next one, behind a timer that is due")
        void turns() {
            loop.callSoon(() -> {
                loop.callSoon(() -> {
                    loop.callSoon(() -> log.add("next turn"));
                    loop.callLater(Duration.ZERO, () -> log.add("timer"));
                    log.add("this turn");
                });
                loop.callSoon(() -> log.add("this turn too"));
            });
            drain();
            assertThat(log).containsExactly("this turn", "this turn too", "next turn", "timer");
        }
    }

    @Nested
    class Timers {
        @Test
        @DisplayName("LOOP-05 negative delays run in the next turn, ordered by deadline, not by registration")
        void negativeDelays() {
            loop.callSoon(() -> {
                loop.callLater(Duration.ofSeconds(-1), () -> log.add("a"));
                loop.callLater(Duration.ofSeconds(-2), () -> log.add("b"));
            });
            drain();
            assertThat(log).containsExactly("b", "a");
        }

        @Test
        @DisplayName("LOOP-06 callAt fires at its deadline, not before; null is refused")
        void callAt() {
            Duration start = loop.time();
            loop.callAt(start.plusMillis(100), () -> log.add(loop.time().minus(start)));
            virtual.advance(Duration.ofNanos(99_999_999));
            assertThat(log).isEmpty();
            virtual.advance(Duration.ofNanos(1));
            assertThat(log).containsExactly(Duration.ofMillis(100));
            assertThatNullPointerException().isThrownBy(() -> loop.callAt(null, () -> {}));
            assertThatNullPointerException().isThrownBy(() -> loop.callLater(null, () -> {}));
            assertThatNullPointerException().isThrownBy(() -> loop.callSoon((Runnable) null));
        }

        @Test
        @DisplayName("LOOP-06 on the clock of a real Scheduler it fires not before the deadline")
        void callAtInRealTime() throws InterruptedException {
            EventLoop real = EventLoop.create();
            Duration deadline = real.time().plusMillis(20);
            CountDownLatch fired = new CountDownLatch(1);
            real.callAt(deadline, () -> {
                log.add(real.time());
                fired.countDown();
            });
            fired.await();
            assertThat((Duration) log.get(0)).isGreaterThanOrEqualTo(deadline);
            real.dispose();
        }

        @Test
        @DisplayName("LOOP-38 equal deadlines fire in the order of registration")
        void equalDeadlines() {
            for (int i = 0; i < 20; i++) {
                int number = i;
                loop.callAt(Duration.ofSeconds(1), () -> log.add(number));
            }
            virtual.advance(Duration.ofSeconds(1));
            assertThat(log).hasSize(20).isSortedAccordingTo((a, b) -> Integer.compare((int) a, (int) b));
        }

        @Test
        @DisplayName("LOOP-39 when() is the absolute deadline")
        void when() {
            virtual.advance(Duration.ofSeconds(5));
            TimerHandle timer = loop.callLater(Duration.ofSeconds(2), () -> {});
            assertThat(timer.when()).isEqualTo(loop.time().plusSeconds(2));
            assertThat(loop.callAt(Duration.ofSeconds(99), () -> {}).when()).isEqualTo(Duration.ofSeconds(99));
        }

        @Test
        @DisplayName("LOOP-06 the last deadline that there is does not fire on a clock that is below zero")
        void callAtTheEndOfTime() {
            VirtualTimeScheduler time = VirtualTimeScheduler.create();
            EventLoop below = EventLoop.on(new BelowZero(time));
            below.callAt(Duration.ofNanos(Long.MAX_VALUE), () -> log.add("fired"));
            time.advanceTimeBy(Duration.ofDays(1));
            assertThat(log).isEmpty();
            assertThat(below.time()).isNegative();
            below.dispose();
        }

        @Test
        @DisplayName("LOOP-35 sleeps from 10 ms down to 1 ns do not make the loop spin")
        void roundingDoesNotSpin() {
            CountingScheduler counting = new CountingScheduler(Schedulers.parallel());
            EventLoop real = EventLoop.on(counting);
            Asyncio.run(
                    async(() -> {
                        for (long nanos = 10_000_000; nanos > 0; nanos /= 10) {
                            await(sleep(Duration.ofNanos(nanos)));
                        }
                    }),
                    real);
            real.dispose();
            assertThat(counting.scheduled).hasValueLessThanOrEqualTo(20);
        }
    }

    @Nested
    class RunForever {
        private final EventLoop real = EventLoop.create();

        @AfterEach
        void disposeOfIt() {
            real.dispose();
        }

        @Test
        @DisplayName("LOOP-12 a callback and then a stop: it ran once and runForever has returned")
        void runsUntilStopped() throws InterruptedException {
            real.stop();
            real.callSoon(() -> log.add("callback"));
            real.callSoon(real::stop);
            real.runForever();
            assertThat(log).containsExactly("callback");
        }

        @Test
        @DisplayName("LOOP-11 stopped before: exactly one turn is run")
        void preStopped() throws InterruptedException {
            real.stop();
            real.callSoon(() -> {
                log.add("first turn");
                real.callSoon(() -> log.add("second turn"));
            });
            real.runForever();
            assertThat(log).containsExactly("first turn");

            real.callSoon(real::stop);
            real.runForever();
            assertThat(log).containsExactly("first turn", "second turn");
        }

        @Test
        @DisplayName("LOOP-13 what was queued in the turn that stops runs once after the restart, not twice")
        void queuedInTheStoppingTurn() throws InterruptedException {
            real.stop();
            real.callSoon(() -> {
                real.callSoon(() -> log.add("queued"));
                real.stop();
            });
            real.runForever();
            assertThat(log).isEmpty();
            real.callSoon(real::stop);
            real.runForever();
            assertThat(log).containsExactly("queued");
        }

        @Test
        @DisplayName("LOOP-14 a run of a sleep returns after at least that time")
        void runASleep() {
            Duration start = real.time();
            Asyncio.run(sleep(Duration.ofMillis(50)), real);
            assertThat(real.time().minus(start)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        }

        @Test
        @DisplayName("LOOP-16 a run of a future of another loop is an error")
        void aForeignFuture() {
            AsyncFuture<String> foreign = new AsyncFuture<>(loop);
            assertThatThrownBy(() -> Asyncio.run(foreign, real))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("belongs to " + loop);
        }

        @Test
        @DisplayName("LOOP-18 a main that stops the loop and then sleeps: an error says so")
        void stoppedWithin() {
            assertThatThrownBy(() -> Asyncio.run(
                            async(() -> {
                                        EventLoop.current().stop();
                                        await(sleep(Duration.ofSeconds(10)));
                                    })
                                    .named("stopper"),
                            real))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("stopped before")
                    .hasMessageContaining("stopper");
        }

        @Test
        @DisplayName("LOOP-19 a run that was given up does not stop the next one")
        void anAbandonedRun() {
            AsyncFuture<String> abandoned = new AsyncFuture<>(real);
            assertThatThrownBy(() -> Asyncio.run(
                            async(() -> {
                                real.stop();
                                await(abandoned);
                            }),
                            real))
                    .isInstanceOf(IllegalStateException.class);
            abandoned.setResult("the abandoned main goes on, in the next run");
            assertThat(Asyncio.run(sleep(Duration.ofMillis(20), "second"), real))
                    .isEqualTo("second");
        }

        @Test
        @DisplayName("LOOP-19 a stop is told to those who ran the loop then, not to who runs it next")
        void aStopIsToldOnce() {
            Coroutine<Void> stops = async(() -> real.stop());
            for (int round = 0; round < 3000; round++) {
                AsyncFuture<String> pending = new AsyncFuture<>(real);
                assertThatThrownBy(() -> Asyncio.run(
                                async(() -> {
                                    await(stops);
                                    await(pending);
                                }),
                                real))
                        .hasMessageContaining("stopped before");
                pending.setResult("so that it ends");
                assertThat(Asyncio.run(sleep(Duration.ZERO, "next"), real)).isEqualTo("next");
            }
        }

        @Test
        @DisplayName("LOOP-19 an Error out of a callback does not end the loop")
        void anErrorFromACallback() {
            real.setExceptionHandler((on, told) -> log.add(told.exception()));
            real.callSoon(() -> {
                throw new InternalError("in a callback");
            });
            assertThat(Asyncio.run(sleep(Duration.ofMillis(1), "goes on"), real))
                    .isEqualTo("goes on");
            assertThat(log).singleElement().isInstanceOf(InternalError.class);
        }

        @Test
        @DisplayName(
                "LOOP-20 a main that throws an Error leaves no stop behind: runForever goes on until it is stopped")
        void noStopIsLeftBehind() throws InterruptedException {
            Error error = new InternalError("out of main");
            assertThatThrownBy(() -> Asyncio.run(
                            async(() -> {
                                throw error;
                            }),
                            real))
                    .isSameAs(error);
            real.callLater(Duration.ofMillis(20), () -> {
                log.add("still running");
                real.stop();
            });
            real.runForever();
            assertThat(log).containsExactly("still running");
        }

        @Test
        @DisplayName("LOOP-21 the error of a main that run has thrown is not reported as never retrieved")
        void notReportedTwice() {
            real.setExceptionHandler((on, told) -> log.add(told));
            assertThatThrownBy(() -> Asyncio.run(
                            async(() -> {
                                throw new InternalError("out of main");
                            }),
                            real))
                    .isInstanceOf(InternalError.class);
            real.dispose();
            assertThat(log).isEmpty();
        }

        @Test
        @DisplayName("LOOP-22 run inside the running loop is refused, and says what to do")
        void nested() {
            Asyncio.run(
                    async(() -> {
                        assertThatThrownBy(() -> Asyncio.run(Mono.just("x"), real))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("wait for itself")
                                .hasMessageContaining("await(");
                        assertThatThrownBy(real::runForever).isInstanceOf(IllegalStateException.class);
                    }),
                    real);
        }

        @Test
        @DisplayName("LOOP-22 runForever by a second thread is refused")
        void alreadyRun() throws InterruptedException {
            CountDownLatch running = new CountDownLatch(1);
            real.callSoon(() -> {});
            Thread runner = new Thread(() -> {
                try {
                    real.callSoon(running::countDown);
                    real.runForever();
                } catch (InterruptedException e) {
                    log.add(e);
                }
            });
            runner.start();
            running.await();
            while (!real.isRunning()) {
                Thread.onSpinWait();
            }
            Thread.State waiting;
            do {
                waiting = runner.getState();
            } while (waiting != Thread.State.WAITING);
            assertThatThrownBy(real::runForever)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already run");
            real.stop();
            runner.join();
            assertThat(log).isEmpty();
        }
    }

    @Nested
    class Closing {
        @Test
        @DisplayName("LOOP-24 after close everything that would schedule is refused")
        void refused() {
            loop.close();
            List.<Blocking>of(
                            () -> loop.callSoon(() -> {}),
                            () -> loop.callLater(Duration.ofSeconds(1), () -> {}),
                            () -> loop.callAt(Duration.ofSeconds(1), () -> {}),
                            loop::runForever,
                            () -> Asyncio.run(Mono.just("x"), loop),
                            () -> async(() -> "x").on(loop).start(),
                            () -> assertThat(Asyncio.runCoroutineThreadsafe(Mono.just("x"), loop))
                                    .isNotNull())
                    .forEach(action -> assertThatThrownBy(action::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("closed"));
        }

        @Test
        @DisplayName("LOOP-24 a subscriber of a coroutine on a closed loop gets the error")
        void aSubscriber() {
            loop.close();
            async(() -> "x").on(loop).subscribe(log::add, log::add);
            assertThat(log).singleElement().isInstanceOf(IllegalStateException.class);
        }

        @Test
        @DisplayName("LOOP-25 close may be repeated, and isClosed says so")
        void repeated() {
            assertThat(loop.isClosed()).isFalse();
            loop.close();
            loop.close();
            loop.dispose();
            assertThat(loop.isClosed()).isTrue();
            assertThat(loop.isDisposed()).isTrue();
            assertThat(loop.toString()).contains("closed");
        }

        @Test
        @DisplayName("LOOP-26 close of a running loop is refused, and says what to do instead")
        void running() {
            virtual.run(async(() -> {
                assertThat(loop.isRunning()).isTrue();
                assertThatThrownBy(loop::close)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Cannot close a running event loop")
                        .hasMessageContaining("main")
                        .hasMessageContaining("dispose()");
            }));
            assertThat(loop.isClosed()).isFalse();
        }

        /** Suspended on a loop, until that is closed; then it does its cleanup. */
        private void suspendOn(EventLoop target, Runnable cleanup) throws InterruptedException {
            CountDownLatch suspends = new CountDownLatch(1);
            async(() -> {
                        try {
                            EventLoop.current().callSoon(suspends::countDown);
                            await(sleep(Duration.ofDays(1)));
                        } finally {
                            cleanup.run();
                        }
                    })
                    .on(target)
                    .start();
            suspends.await();
        }

        @Test
        @Timeout(60)
        @DisplayName("close: what was suspended has ended when it returns, also if the loop is being stopped")
        void waits() throws InterruptedException {
            for (int i = 0; i < 1000; i++) {
                log.clear();
                EventLoop real = quiet(Schedulers.parallel());
                suspendOn(real, () -> log.add("cleanup"));
                if (i % 2 == 0) {
                    real.callSoon(real::stop);
                }
                real.dispose();
                real.close();
                assertThat(List.copyOf(log)).as("loop %d", i).containsExactly("cleanup");
                real.dispose();
                real.close();
            }
        }

        @Test
        @Timeout(60)
        @DisplayName("close after dispose does not wait on a thread that must not block, nor on the loop itself")
        void doesNotWait() throws InterruptedException {
            CountDownLatch cleanedUp = new CountDownLatch(2);
            CountDownLatch returned = new CountDownLatch(1);
            EventLoop itself = quiet(Schedulers.parallel());
            suspendOn(itself, cleanedUp::countDown);
            itself.callSoon(() -> {
                disposeAndWait(itself);
                returned.countDown();
            });
            returned.await();

            CountDownLatch returnedHere = new CountDownLatch(1);
            EventLoop foreign = quiet(Schedulers.boundedElastic()); // where a cleanup may block
            suspendOn(foreign, () -> {
                awaitUninterrupted(returnedHere);
                cleanedUp.countDown();
            });
            Disposable unused = Schedulers.single().schedule(() -> {
                disposeAndWait(foreign);
                returnedHere.countDown();
            });
            cleanedUp.await();
        }

        @Test
        @Timeout(60)
        @DisplayName("close at the end of try-with-resources waits, and keeps an interrupt")
        void tryWithResources() throws InterruptedException {
            CountDownLatch goOn = new CountDownLatch(1);
            try (EventLoop real = quiet(Schedulers.boundedElastic())) {
                suspendOn(real, () -> log.add("cleanup"));
            }
            assertThat(List.copyOf(log)).containsExactly("cleanup");
            EventLoop real = quiet(Schedulers.boundedElastic());
            suspendOn(real, () -> awaitUninterrupted(goOn));
            Thread.currentThread().interrupt();
            real.close();
            assertThat(Thread.interrupted()).isTrue();
            goOn.countDown();
            real.close();
        }

        private EventLoop quiet(Scheduler scheduler) {
            EventLoop real = EventLoop.on(scheduler);
            real.setExceptionHandler((on, told) -> {});
            return real;
        }

        private void disposeAndWait(EventLoop real) {
            real.dispose();
            real.close();
        }

        private void awaitUninterrupted(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Test
        @DisplayName("LOOP-25 what was queued is dropped")
        void dropsWhatWasQueued() {
            loop.stop();
            loop.callSoon(() -> log.add("queued"));
            loop.callLater(Duration.ofSeconds(1), () -> log.add("timer"));
            loop.close();
            virtual.advance(Duration.ofSeconds(5));
            assertThat(log).isEmpty();
        }
    }

    @Nested
    class WhoRuns {
        @Test
        @DisplayName("LOOP-30 a thread that runs no loop has none: an error, or null for the one who asks for that")
        void none() {
            assertThatThrownBy(EventLoop::current)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(Thread.currentThread().getName());
            assertThat(EventLoop.currentOrNull()).isNull();
            onForeignThread(() -> log.add(EventLoop.currentOrNull() == null));
            assertThat(log).containsExactly(true);
        }

        @Test
        @DisplayName("LOOP-29 in a callback and in a coroutine, the current loop is the one that runs it")
        void current() {
            loop.callSoon(() -> log.add(EventLoop.current()));
            drain();
            virtual.run(async(() -> {
                log.add(EventLoop.current());
                await(sleep(Duration.ofSeconds(1)));
                log.add(EventLoop.current());
            }));
            assertThat(log).containsExactly(loop, loop, loop);
        }

        @Test
        @DisplayName(
                "LOOP-34 while somebody else drives its Scheduler it counts as running, and afterwards it does not")
        void drivenBySomebodyElse() {
            assertThat(loop.isRunning()).isFalse();
            loop.callSoon(() -> {
                log.add(loop.isRunning());
                log.add(EventLoop.current());
            });
            drain();
            assertThat(log).containsExactly(true, loop);
            assertThat(loop.isRunning()).isFalse();
            assertThat(EventLoop.currentOrNull()).isNull();
        }
    }

    private interface Blocking {
        void run() throws InterruptedException;
    }

    /** Its clock begins two days before zero. */
    private record BelowZero(VirtualTimeScheduler time) implements Scheduler {
        @Override
        public long now(java.util.concurrent.TimeUnit unit) {
            return time.now(unit) - unit.convert(Duration.ofDays(2));
        }

        @Override
        public Disposable schedule(Runnable task) {
            return time.schedule(task);
        }

        @Override
        public Worker createWorker() {
            return time.createWorker();
        }
    }

    /** Counts what is scheduled on its workers. */
    private static final class CountingScheduler implements Scheduler {
        private final Scheduler scheduler;
        private final AtomicInteger scheduled = new AtomicInteger();

        CountingScheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public Disposable schedule(Runnable task) {
            return scheduler.schedule(task);
        }

        @Override
        public Worker createWorker() {
            Worker worker = scheduler.createWorker();
            return new Worker() {
                @Override
                public Disposable schedule(Runnable task) {
                    scheduled.incrementAndGet();
                    return worker.schedule(task);
                }

                @Override
                public Disposable schedule(Runnable task, long delay, java.util.concurrent.TimeUnit unit) {
                    scheduled.incrementAndGet();
                    return worker.schedule(task, delay, unit);
                }

                @Override
                public void dispose() {
                    worker.dispose();
                }
            };
        }
    }
}
