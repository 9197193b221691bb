package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class LoopSchedulerTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final EventLoop virtual = EventLoop.on(time);
    private final LoopScheduler scheduler = LoopScheduler.of(virtual);
    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        virtual.dispose();
        time.dispose();
    }

    private void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    @Nested
    class ALoopThatIsClosed {
        @Test
        void takesNoMoreWork() {
            Scheduler.Worker worker = scheduler.createWorker();
            virtual.dispose();
            assertThat(scheduler.isDisposed()).isTrue();
            assertThat(worker.isDisposed()).isTrue();
            Runnable task = () -> log.add("run");
            for (int i = 0; i < 2; i++) { // also the second time
                refuses(() -> scheduler.schedule(task));
                refuses(() -> scheduler.schedule(task, 1, TimeUnit.SECONDS));
                refuses(() -> scheduler.schedulePeriodically(task, 0, 1, TimeUnit.SECONDS));
                refuses(() -> worker.schedule(task));
                refuses(() -> worker.schedule(task, 1, TimeUnit.SECONDS));
                refuses(() -> worker.schedulePeriodically(task, 0, 1, TimeUnit.SECONDS));
                refuses(() -> scheduler.createWorker().schedule(task));
            }
            scheduler.dispose();
            scheduler.dispose();
            worker.dispose();
            worker.dispose();
            pass(Duration.ofSeconds(10));
            assertThat(log).isEmpty();
        }

        @Test
        void endsAFluxThatWouldGoOnThere() {
            virtual.dispose();
            assertThatThrownBy(() -> Flux.just(1).publishOn(scheduler).blockLast(SOON))
                    .isInstanceOf(RejectedExecutionException.class);
        }

        private void refuses(Runnable work) {
            assertThatThrownBy(work::run).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Nested
    class ATask {
        @Test
        void thatThrowsAnythingStopsNoOther() {
            virtual.setExceptionHandler((loop, context) -> log.add(context.exception()));
            List<Object> expected = new ArrayList<>();
            for (Throwable thrown : ClientTableTest.Property.thrown()) {
                if (thrown instanceof VirtualMachineError) {
                    continue; // the engine's own rule, not that of a Scheduler
                }
                scheduler.schedulePeriodically(
                        () -> ClientTableTest.Property.<RuntimeException>sneak(thrown), 0, 1, TimeUnit.SECONDS);
                scheduler.schedule(() -> log.add("next"));
                expected.add(thrown);
                expected.add("next");
            }
            pass(Duration.ofSeconds(3));
            assertThat(log).containsExactlyInAnyOrderElementsOf(expected); // a periodic one ends with its first error
        }

        @Test
        void thatAHookRefusesIsNotScheduled() {
            IllegalStateException refusal = new IllegalStateException("hook");
            Schedulers.onScheduleHook("refusing", task -> {
                throw refusal;
            });
            try {
                assertThatThrownBy(() -> scheduler.schedule(() -> log.add("run")))
                        .isSameAs(refusal);
            } finally {
                Schedulers.resetOnScheduleHook("refusing");
            }
            pass(Duration.ofSeconds(1));
            assertThat(log).isEmpty();
        }

        @Test
        void runsOnTheLoop() {
            scheduler.schedule(() -> log.add(EventLoop.currentOrNull() == virtual));
            pass(Duration.ZERO);
            assertThat(log).containsExactly(true);
        }

        @Test
        void runsAfterItsDelay() {
            scheduler.schedule(() -> log.add("later"), 10, TimeUnit.SECONDS);
            pass(Duration.ofSeconds(9));
            assertThat(log).isEmpty();
            pass(Duration.ofSeconds(1));
            assertThat(log).containsExactly("later");
        }

        @Test
        void isNotRunOnceDisposedOf() {
            virtual.callSoon(
                    () -> { // on the loop, where nothing runs at once
                        scheduler.schedule(() -> log.add("now")).dispose();
                        scheduler
                                .schedule(() -> log.add("later"), 1, TimeUnit.SECONDS)
                                .dispose();
                    });
            pass(Duration.ofSeconds(2));
            assertThat(log).isEmpty();
        }

        @Test
        void thatThrowsIsToldToTheLoopsHandler() {
            virtual.setExceptionHandler((loop, context) -> log.add(context.exception()));
            IllegalStateException error = new IllegalStateException("no");
            scheduler.schedule(() -> {
                throw error;
            });
            scheduler.schedule(() -> log.add("next"));
            pass(Duration.ZERO);
            assertThat(log).containsExactly(error, "next");
        }

        @Test
        void repeatsAtAFixedRateUntilDisposedOf() {
            Disposable periodic = scheduler.schedulePeriodically(
                    () -> log.add(scheduler.now(TimeUnit.SECONDS)), 1, 2, TimeUnit.SECONDS);
            pass(Duration.ofSeconds(5));
            assertThat(log).containsExactly(1L, 3L, 5L);
            periodic.dispose();
            pass(Duration.ofSeconds(10));
            assertThat(log).hasSize(3);
            assertThat(periodic.isDisposed()).isTrue();
        }

        @Test
        void repeatsHoweverFastItIsRunTheFirstTime() throws Exception {
            EventLoop loop = EventLoop.create();
            LoopScheduler fast = LoopScheduler.of(loop);
            int tasks = 2_000;
            CountDownLatch thrice = new CountDownLatch(3 * tasks);
            List<Disposable> periodic = new ArrayList<>();
            for (int i = 0; i < tasks; i++) { // from a foreign thread: the loop may be faster than the call returns
                int[] left = {3};
                periodic.add(fast.schedulePeriodically(
                        () -> {
                            if (left[0]-- > 0) {
                                thrice.countDown();
                            }
                        },
                        0,
                        1,
                        TimeUnit.MILLISECONDS));
            }
            assertThat(arrives(thrice)).isTrue();
            periodic.forEach(Disposable::dispose);
            loop.dispose();
        }

        @Test
        void isDisposedOfOnceItHasRun() {
            Disposable task = scheduler.schedule(() -> log.add("ran"), 1, TimeUnit.SECONDS);
            assertThat(task.isDisposed()).isFalse();
            pass(Duration.ofSeconds(1));
            assertThat(task.isDisposed()).isTrue();
        }

        @Test
        void mayEndItsOwnRepetition() {
            Disposable.Swap self = reactor.core.Disposables.swap();
            self.update(scheduler
                    .createWorker()
                    .schedulePeriodically(
                            () -> {
                                log.add("once");
                                self.dispose();
                            },
                            1,
                            1,
                            TimeUnit.SECONDS));
            pass(Duration.ofSeconds(10));
            assertThat(log).containsExactly("once");
        }
    }

    @Nested
    class AWorker {
        @Test
        void isSerialAndInOrder() {
            EventLoop loop = EventLoop.create();
            List<Integer> seen = new ArrayList<>(); // unguarded: serial
            CountDownLatch done = new CountDownLatch(1);
            Scheduler.Worker worker = LoopScheduler.of(loop).createWorker();
            IntStream.range(0, 10_000).forEach(i -> worker.schedule(() -> seen.add(i)));
            worker.schedule(done::countDown);
            assertThat(arrives(done)).isTrue();
            assertThat(seen).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
            loop.dispose();
        }

        @Test
        void isSerialToTheOthersToo() throws Exception {
            EventLoop loop = EventLoop.create();
            LoopScheduler shared = LoopScheduler.of(loop);
            int[] count = {0}; // unguarded: serial
            CountDownLatch done = new CountDownLatch(4);
            for (int t = 0; t < 4; t++) {
                Scheduler.Worker worker = shared.createWorker();
                new Thread(() -> {
                            IntStream.range(0, 2_000).forEach(i -> worker.schedule(() -> count[0]++));
                            worker.schedule(done::countDown);
                        })
                        .start();
            }
            assertThat(arrives(done)).isTrue();
            assertThat(count[0]).isEqualTo(8_000);
            loop.dispose();
        }

        @Test
        void runsLaterWhatATaskSchedules() {
            Scheduler.Worker worker = scheduler.createWorker();
            worker.schedule(() -> {
                worker.schedule(() -> log.add("inner"));
                log.add("outer");
            });
            pass(Duration.ZERO);
            assertThat(log).containsExactly("outer", "inner");
        }

        @Test
        void endsItsPeriodicTasksWithItself() {
            Scheduler.Worker worker = scheduler.createWorker();
            worker.schedulePeriodically(() -> log.add(scheduler.now(TimeUnit.SECONDS)), 0, 1, TimeUnit.SECONDS);
            pass(Duration.ofSeconds(2));
            worker.dispose();
            pass(Duration.ofSeconds(5));
            assertThat(log).containsExactly(0L, 1L, 2L);
        }

        @Test
        void dropsAndRejectsOnceDisposedOf() {
            Scheduler.Worker worker = scheduler.createWorker();
            Scheduler.Worker other = scheduler.createWorker();
            virtual.callSoon(
                    () -> { // on the loop, where nothing runs at once
                        worker.schedule(() -> log.add("worker"));
                        worker.schedule(() -> log.add("worker"), 1, TimeUnit.SECONDS);
                        other.schedule(() -> log.add("other"));
                        worker.dispose();
                    });
            pass(Duration.ofSeconds(2));
            assertThat(log).containsExactly("other");
            assertThat(worker.isDisposed()).isTrue();
            assertThat(other.isDisposed()).isFalse();
            assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Nested
    class TheEnd {
        @Test
        void dropsAndRejectsAndLeavesTheLoopOpen() {
            Scheduler.Worker worker = scheduler.createWorker();
            virtual.callSoon(
                    () -> { // on the loop, where nothing runs at once
                        worker.schedule(() -> log.add("worker"));
                        scheduler.schedule(() -> log.add("task"));
                        scheduler.dispose();
                    });
            pass(Duration.ofSeconds(1));
            assertThat(log).isEmpty();
            assertThat(scheduler.isDisposed()).isTrue();
            assertThat(Scannable.from(scheduler).scan(Scannable.Attr.TERMINATED))
                    .isTrue();
            assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> scheduler.createWorker().schedule(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThat(virtual.isClosed()).isFalse();
        }

        @Test
        void ofTheLoopRejectsEverything() {
            Scheduler.Worker worker = scheduler.createWorker();
            virtual.close();
            assertThat(scheduler.isDisposed()).isTrue();
            assertThat(worker.isDisposed()).isTrue();
            assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> worker.schedulePeriodically(() -> {}, 1, 1, TimeUnit.SECONDS))
                    .isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Nested
    class InReactor {
        @Test
        void publishesOnTheLoopOfACoroutine() {
            List<Boolean> onLoop = run(async(() -> {
                EventLoop loop = EventLoop.current();
                return await(Flux.range(1, 100)
                        .publishOn(Schedulers.parallel())
                        .publishOn(LoopScheduler.of(loop))
                        .map(i -> loop.inLoop())
                        .collectList());
            }));
            assertThat(onLoop).hasSize(100).doesNotContain(false);
        }

        @Test
        void subscribesDelaysAndTimesOut() {
            Flux.interval(Duration.ofSeconds(1), scheduler).take(3).subscribe(log::add);
            pass(Duration.ofSeconds(3));
            assertThat(log).containsExactly(0L, 1L, 2L);
        }
    }

    static Stream<Named<Supplier<Scheduler>>> schedulers() {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "of-executor");
            thread.setDaemon(true);
            return thread;
        });
        return Stream.of(
                Named.of("parallel", Schedulers::parallel),
                Named.of("single", Schedulers::single),
                Named.of("boundedElastic", Schedulers::boundedElastic),
                Named.of("newParallel", () -> Schedulers.newParallel("mine", 2, true)),
                Named.of("newSingle", () -> Schedulers.newSingle("mine", true)),
                Named.of("fromExecutor", () -> Schedulers.fromExecutor((Executor) task -> executor.execute(task))),
                Named.of("fromExecutorService", () -> Schedulers.fromExecutorService(executor)));
    }

    @ParameterizedTest
    @MethodSource("schedulers")
    void aLoopRunsOnAnyScheduler(Supplier<Scheduler> of) {
        EventLoop loop = EventLoop.on(of.get());
        String value = run(
                async(() -> {
                    long start = System.nanoTime();
                    await(sleep(Duration.ofMillis(5)));
                    String inner = await(async(() -> "value"));
                    await(Flux.range(1, 3).publishOn(LoopScheduler.of(loop)).last());
                    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5_000_000);
                    return inner;
                }),
                loop);
        assertThat(value).isEqualTo("value");
        loop.close();
    }

    @Test
    void aLoopRunsInVirtualTime() {
        async(() -> {
                    await(sleep(Duration.ofHours(1)));
                    await(Flux.interval(Duration.ofMinutes(1), scheduler)
                            .take(60)
                            .last());
                    log.add(virtual.time());
                })
                .on(virtual)
                .subscribe();
        pass(Duration.ofMinutes(119));
        assertThat(log).isEmpty();
        pass(Duration.ofMinutes(1));
        assertThat(log).containsExactly(Duration.ofHours(2));
    }

    private static boolean arrives(CountDownLatch latch) {
        try {
            return latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }
}
