package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.AsyncFuture;
import io.github.corio.Asyncio;
import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.sync.AsyncEvent;
import io.github.corio.sync.AsyncLock;
import io.github.corio.sync.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.subscriber.AssertSubscriber;
import reactor.util.context.Context;
import reactor.util.retry.Retry;

class VirtualTimeTest {
    private static Duration timed(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Nested
    @DisplayName("Time advances by itself")
    class TimeAdvances {
        @Test
        void toTheNextDeadlineOfTheLoop() {
            List<String> log = new ArrayList<>();
            VirtualTime.run(() -> {
                Task<Void> other = createTask(async(() -> {
                    await(sleep(Duration.ofHours(30)));
                    log.add("other " + EventLoop.current().time());
                }));
                await(sleep(Duration.ofDays(1)));
                log.add("main " + EventLoop.current().time());
                await(other);
            });
            assertThat(log).containsExactly("main PT24H", "other PT30H");
        }

        @Test
        void overADayInUnderFiftyMillisecondsOnceWarm() {
            Runnable day = () -> VirtualTime.run(() -> {
                for (int minute = 0; minute < 24 * 60; minute += 10) {
                    await(sleep(Duration.ofMinutes(10)));
                }
            });
            Duration best = Duration.ofDays(1);
            for (int i = 0; i < 20; i++) {
                Duration taken = timed(day);
                best = taken.compareTo(best) < 0 ? taken : best;
            }
            assertThat(best).isLessThan(Duration.ofMillis(50));
        }

        @Test
        void forReactorsOperatorsToo() {
            Duration real = timed(() -> VirtualTime.run(() -> {
                EventLoop loop = EventLoop.current();
                await(Mono.just(1).delayElement(Duration.ofHours(1)));
                assertThat(loop.time()).isEqualTo(Duration.ofHours(1));
                assertThatThrownBy(() -> await(Mono.never().timeout(Duration.ofHours(1))))
                        .isInstanceOf(TimeoutException.class);
                assertThat(loop.time()).isEqualTo(Duration.ofHours(2));
                assertThat(await(Flux.interval(Duration.ofHours(1)).take(5).collectList()))
                        .containsExactly(0L, 1L, 2L, 3L, 4L);
                assertThat(loop.time()).isEqualTo(Duration.ofHours(7));
                AtomicInteger attempts = new AtomicInteger();
                String value = await(Mono.fromCallable(() -> {
                            if (attempts.incrementAndGet() < 4) {
                                throw new IllegalStateException("not yet");
                            }
                            return "there";
                        })
                        .retryWhen(Retry.backoff(5, Duration.ofHours(1)).jitter(0)));
                assertThat(value).isEqualTo("there");
                assertThat(loop.time()).isEqualTo(Duration.ofHours(14));
                await(Mono.delay(Duration.ofHours(1), Schedulers.single())
                        .then(Mono.delay(Duration.ofHours(1), Schedulers.boundedElastic())));
                assertThat(loop.time()).isEqualTo(Duration.ofHours(16));
            }));
            assertThat(real).isLessThan(Duration.ofMinutes(1));
        }

        @Test
        void forASchedulerMadeInTheTest() {
            VirtualTime.run(() -> {
                await(Mono.delay(Duration.ofDays(1), Schedulers.newSingle("mine")));
                assertThat(EventLoop.current().time()).isEqualTo(Duration.ofDays(1));
            });
        }

        @Test
        void whileABodyWaitsInAnAssertSubscriber() {
            VirtualTime.run(() -> {
                AssertSubscriber subscriber = new AssertSubscriber();
                Mono.delay(Duration.ofDays(1)).subscribe(subscriber);
                subscriber.await();
            });
        }

        @Test
        void butNotForASchedulerThatIsDisposed() {
            VirtualTime.run(() -> {
                for (Scheduler scheduler : List.of(
                        Schedulers.newSingle("one"),
                        Schedulers.newParallel("many", 2),
                        Schedulers.newBoundedElastic(1, 1, "blocking"))) {
                    Scheduler.Worker worker = scheduler.createWorker();
                    scheduler.dispose();
                    for (Callable<Disposable> refused : List.<Callable<Disposable>>of(
                            () -> scheduler.schedule(() -> {}),
                            () -> scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS),
                            () -> scheduler.schedulePeriodically(() -> {}, 1, 1, TimeUnit.SECONDS),
                            () -> worker.schedule(() -> {}),
                            () -> worker.schedule(() -> {}, 1, TimeUnit.SECONDS),
                            () -> worker.schedulePeriodically(() -> {}, 1, 1, TimeUnit.SECONDS))) {
                        assertThatThrownBy(refused::call).isInstanceOf(RejectedExecutionException.class);
                    }
                }
            });
        }

        @Test
        void forAnOperatorThatRetriesWhatBlocks() {
            AtomicInteger attempts = new AtomicInteger();
            VirtualTime.run(() -> {
                await(Mono.fromRunnable(() -> {
                            if (attempts.incrementAndGet() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                        })
                        .subscribeOn(Schedulers.boundedElastic())
                        .retryWhen(Retry.fixedDelay(3, Duration.ofHours(1))));
                assertThat(EventLoop.current().time()).isEqualTo(Duration.ofHours(2));
            });
            assertThat(attempts).hasValue(3);
        }

        @Test
        void inALoopOfItsOwnOnReactorsSchedulers() {
            VirtualTime.run(() -> {
                EventLoop other = EventLoop.create();
                Duration start = other.time();
                Task<Duration> task = async(() -> {
                            await(sleep(Duration.ofHours(1)));
                            await(Mono.delay(Duration.ofHours(1)));
                            return EventLoop.current().time();
                        })
                        .on(other)
                        .start();
                assertThat(await(task.hide()).minus(start)).isEqualTo(Duration.ofHours(2));
                other.dispose();
            });
        }

        @Test
        void butNotForThoseOutsideOfATest() {
            VirtualTime.run(() -> {});
            Duration real = timed(() -> Mono.delay(Duration.ofMillis(30)).block());
            assertThat(real).isGreaterThanOrEqualTo(Duration.ofMillis(25));
            assertThat(Schedulers.parallel()).hasToString("Schedulers.parallel()");
        }
    }

    @Nested
    @DisplayName("Blocking calls")
    class BlockingCallsInATest {
        @Test
        void holdTheTime() {
            VirtualTime.run(() -> {
                String value = await(toThread(() -> {
                            new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
                            return Thread.currentThread().getName();
                        })
                        .timeout(Duration.ofMillis(10)));
                assertThat(value).startsWith("corio-test-elastic");
                assertThat(EventLoop.current().time()).isZero();
            });
        }

        @Test
        void runInTheOrderInWhichTheyWereStarted() {
            List<Integer> order = new ArrayList<>();
            VirtualTime.run(() -> {
                List<Mono<Integer>> calls = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    int number = i;
                    calls.add(async(() -> {
                        await(toThread(() -> number));
                        order.add(number);
                        return number;
                    }));
                }
                await(gather(calls));
            });
            assertThat(order).isSorted().hasSize(50);
        }

        @Test
        void mayWaitForEachOther() {
            CountDownLatch latch = new CountDownLatch(1);
            VirtualTime.run(() -> {
                await(gather(
                        toThread(() -> {
                            latch.await();
                            return 1;
                        }),
                        toThread(() -> {
                            latch.countDown();
                            return 2;
                        })));
            });
            assertThat(latch.getCount()).isZero();
        }

        /** A lock of the agenda's own is no wait of the call's: others ask for it, too. */
        @Test
        void holdTheTimeWithoutPatienceThoughTheyMeetTheAgendaInUse() throws Exception {
            AtomicBoolean over = new AtomicBoolean();
            ExecutorService neighbours = Executors.newFixedThreadPool(2);
            try (TestLoop loop = TestLoop.create(TestSettings.defaults().withPatience(Duration.ZERO))) {
                VirtualTimeQueue agenda = ((TestScheduler) loop.scheduler()).agenda();
                for (int i = 0; i < 2; i++) {
                    neighbours.execute(() -> {
                        while (!over.get()) {
                            agenda.tell();
                        }
                    });
                }
                loop.run(() -> {
                    for (int i = 0; i < 2000; i++) {
                        await(toThread(() -> null));
                    }
                });
            } finally {
                over.set(true);
                neighbours.shutdown();
            }
            assertThat(neighbours.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void mayWaitForVirtualTime() {
            VirtualTime.run(() -> {
                EventLoop loop = EventLoop.current();
                assertThat(await(toThread(() -> Mono.delay(Duration.ofHours(1)).block())))
                        .isZero();
                assertThat(loop.time()).isEqualTo(Duration.ofHours(1));
                await(toThread(() -> Asyncio.runCoroutineThreadsafe(sleep(Duration.ofHours(1)), loop)
                        .get()));
                assertThat(loop.time()).isEqualTo(Duration.ofHours(2));
            });
        }
    }

    @Nested
    @DisplayName("What comes from threads that the test does not know of")
    class FromOutside {
        private final ScheduledExecutorService foreign = Executors.newSingleThreadScheduledExecutor();

        @Test
        void isWaitedForInRealTime() {
            VirtualTime.run(() -> {
                AsyncFuture<String> future = new AsyncFuture<>();
                foreign.execute(() -> future.setResult("set"));
                assertThat(await(future)).isEqualTo("set");
                CompletableFuture<String> stage = new CompletableFuture<>();
                var unused = foreign.schedule(() -> stage.complete("staged"), 100, TimeUnit.MILLISECONDS);
                assertThat(await(stage)).isEqualTo("staged");
                Mono<String> mono = Mono.create(sink -> {
                    var unusedToo = foreign.schedule(() -> sink.success("signalled"), 100, TimeUnit.MILLISECONDS);
                });
                assertThat(await(mono)).isEqualTo("signalled");
            });
            foreign.shutdown();
        }

        @Test
        void servesLocksAndQueuesToo() {
            VirtualTime.run(() -> {
                AsyncEvent event = new AsyncEvent();
                foreign.execute(event::set);
                await(event.waitUntilSet());
                AsyncQueue<String> queue = new AsyncQueue<>();
                foreign.execute(() -> queue.putNowait("item"));
                assertThat(await(queue.get())).isEqualTo("item");
                AsyncLock lock = new AsyncLock();
                Permit held = awaitSingle(lock.acquire());
                foreign.execute(held::close);
                await(lock.acquire());
                AsyncFuture<String> first = new AsyncFuture<>();
                foreign.execute(() -> first.setResult("gathered"));
                assertThat(await(gather(List.of(first)))).containsExactly("gathered");
            });
            foreign.shutdown();
        }

        @Test
        void holdsTheTimeOnRequest() {
            try (TestLoop test = TestLoop.create()) {
                Mono<String> network = Mono.create(sink -> {
                    var unused = foreign.schedule(() -> sink.success("answer"), 50, TimeUnit.MILLISECONDS);
                });
                String answer =
                        test.<String>run(() -> await(test.inRealTime(network).timeout(Duration.ofMillis(1))));
                assertThat(answer).isEqualTo("answer");
                assertThat(test.currentTime()).isZero();
            }
            foreign.shutdown();
        }
    }

    @Nested
    @DisplayName("A failure")
    class Failures {
        @Test
        void ofTheBodyComesOutAsItIs() {
            assertThatThrownBy(() -> VirtualTime.run(() -> {
                        await(sleep(Duration.ofHours(1)));
                        throw new java.io.IOException("broken");
                    }))
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessage("broken");
        }

        @Test
        void isADeadlockOfTasksThatWaitForEachOther() {
            List<String> ended = new ArrayList<>();
            Duration real = timed(() -> assertThatThrownBy(() -> VirtualTime.run(() -> {
                        Task<?>[] tasks = new Task<?>[2];
                        for (int i = 0; i < 2; i++) {
                            int other = 1 - i;
                            tasks[i] = createTask(
                                    async(() -> {
                                        try {
                                            await(sleep(Duration.ofHours(1)));
                                            await(tasks[other]); // the line
                                        } finally {
                                            ended.add("end");
                                        }
                                    }),
                                    i == 0 ? "first" : "second");
                        }
                        await(tasks[0]);
                    }))
                    .isInstanceOf(DeadlockError.class)
                    .hasMessageContaining("3 tasks can never go on")
                    .hasMessageContaining("A circle: first waits for second; second waits for first")
                    .hasMessageContaining("(T) first: waits for (T) second")
                    .hasMessageContaining("(T) second: waits for (T) first")
                    .hasMessageContaining("first waits for second; second waits for first")
                    .hasMessageContaining("virtual time: PT1H")
                    .hasMessageContaining("VirtualTimeTest.java")
                    .hasMessageNotContaining("Asyncio.java")
                    .hasNoSuppressedExceptions()
                    .satisfies(
                            e -> assertThat(e.getStackTrace()[0].getFileName()).isEqualTo("VirtualTimeTest.java")));
            assertThat(real).isLessThan(Duration.ofSeconds(30));
            assertThat(ended).as("finally blocks run").hasSize(2);
        }

        @Test
        void isATaskLeftRunning() {
            List<String> log = new ArrayList<>();
            assertThatThrownBy(() -> VirtualTime.run(() -> {
                        Task<Void> unused = createTask(
                                async(() -> {
                                    try {
                                        await(sleep(Duration.ofHours(1)));
                                    } catch (CancelledError e) {
                                        await(sleep(Duration.ofHours(1)));
                                        log.add("cleaned up");
                                        throw e;
                                    }
                                }),
                                "leaky");
                        await(sleep(Duration.ofSeconds(1)));
                    }))
                    .isInstanceOf(LeakedTaskError.class)
                    .hasMessageContaining("(T) leaky: waits for sleep, for 1.0 s")
                    .hasMessageContaining("VirtualTimeTest.java");
            assertThat(log).containsExactly("cleaned up");
        }

        @Test
        void isNoTaskLeftRunningIfThatIsAllowed() {
            List<String> log = new ArrayList<>();
            VirtualTime.run(TestSettings.defaults().allowingLeakedTasks(), () -> {
                Task<Void> unused = createTask(async(() -> {
                    try {
                        await(sleep(Duration.ofHours(1)));
                    } finally {
                        log.add("cancelled");
                    }
                }));
                await(sleep(Duration.ofSeconds(1)));
            });
            assertThat(log).containsExactly("cancelled");
        }

        @Test
        void isNoTaskThatEndsInTheSameTurn() {
            VirtualTime.run(() -> {
                Task<Void> task = createTask(sleep(Duration.ofHours(1)));
                await(sleep(Duration.ZERO));
                boolean unused = task.cancel();
            });
        }

        @Test
        void isAnErrorNobodyLookedAt() {
            assertThatThrownBy(() -> VirtualTime.run(() -> {
                        Task<Void> unused = createTask(
                                async(() -> {
                                    throw new IllegalStateException("unseen");
                                }),
                                "lonely");
                        await(sleep(Duration.ofSeconds(1)));
                    }))
                    .isInstanceOf(UnobservedError.class)
                    .hasMessageContaining("Task exception was never retrieved")
                    .hasMessageContaining("lonely")
                    .hasRootCauseMessage("unseen");
        }

        @Test
        void isAnErrorThatReactorDropped() {
            assertThatThrownBy(() -> VirtualTime.run(() -> {
                        Operators.onErrorDropped(
                                new IllegalStateException("dropped"), Context.of(Asyncio.currentContext()));
                    }))
                    .isInstanceOf(UnobservedError.class)
                    .hasRootCauseMessage("dropped");
        }

        @Test
        void isABodyThatHangs() {
            TestSettings quick = TestSettings.defaults().withTimeout(Duration.ofSeconds(1));
            List<String> log = new ArrayList<>();
            assertThatThrownBy(() -> VirtualTime.run(quick, () -> {
                        Task<Void> unused = createTask(sleep(Duration.ofDays(1)), "sleeper");
                        try {
                            new CountDownLatch(1).await(); // hangs
                        } catch (InterruptedException e) {
                            log.add("interrupted");
                        }
                    }))
                    .isInstanceOf(TestTimeoutError.class)
                    .hasMessageContaining("has not ended after PT1S of real time")
                    .hasMessageContaining("running now, on")
                    .hasMessageContaining("VirtualTimeTest.java")
                    .hasMessageContaining("(T) main")
                    .hasMessageContaining("(T) sleeper");
            assertThat(log).containsExactly("interrupted");
        }

        @Test
        void isABodyThatSpins() {
            TestSettings quick = TestSettings.defaults().withTimeout(Duration.ofSeconds(1));
            boolean[] stop = new boolean[1];
            java.util.concurrent.atomic.AtomicBoolean end = new java.util.concurrent.atomic.AtomicBoolean();
            assertThatThrownBy(() -> VirtualTime.run(quick, () -> {
                        while (!end.get()) {
                            stop[0] = !stop[0];
                        }
                    }))
                    .isInstanceOf(TestTimeoutError.class)
                    .hasMessageContaining("VirtualTimeTest.java");
            end.set(true);
        }

        @Test
        void isAnEndlessInterval() {
            TestSettings quick = TestSettings.defaults().withTimeout(Duration.ofSeconds(1));
            assertThatThrownBy(() -> VirtualTime.run(quick, () -> {
                        Disposable unused = Flux.interval(Duration.ofSeconds(1)).subscribe();
                        await(new AsyncFuture<>());
                    }))
                    .isInstanceOf(TestTimeoutError.class)
                    .hasMessageContaining("(T) main: waits for AsyncFuture, for ");
        }
    }

    @Nested
    @DisplayName("Seeds")
    class Seeds {
        private List<Integer> order(long seed, boolean ofReactor) {
            List<Integer> order = new ArrayList<>();
            VirtualTime.run(TestSettings.defaults().withSeed(seed), () -> {
                List<Mono<Void>> all = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    int number = i;
                    all.add(async(() -> {
                        await(ofReactor ? Mono.delay(Duration.ofSeconds(1)) : sleep(Duration.ofSeconds(1)));
                        order.add(number);
                    }));
                }
                await(gather(all));
            });
            return order;
        }

        @Test
        void shuffleTimersOfEqualDeadline() {
            Set<List<Integer>> orders = new HashSet<>();
            for (long seed = 1; seed <= 30; seed++) {
                orders.add(order(seed, false));
            }
            assertThat(orders).hasSizeGreaterThan(10);
            assertThat(order(7, false)).isEqualTo(order(7, false));
        }

        @Test
        void shuffleReactorsWorkers() {
            Set<List<Integer>> orders = new HashSet<>();
            for (long seed = 1; seed <= 30; seed++) {
                orders.add(order(seed, true));
            }
            assertThat(orders).hasSizeGreaterThan(10);
            assertThat(order(7, true)).isEqualTo(order(7, true));
        }

        @Test
        void shuffleBlockingCalls() {
            Set<List<Integer>> orders = new HashSet<>();
            for (long seed = 1; seed <= 20; seed++) {
                List<Integer> order = new ArrayList<>();
                VirtualTime.run(TestSettings.defaults().withSeed(seed), () -> {
                    List<Mono<Integer>> calls = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        int number = i;
                        calls.add(toThread(() -> number).doOnNext(order::add));
                    }
                    await(gather(calls));
                });
                orders.add(order);
            }
            assertThat(orders).hasSizeGreaterThan(5);
        }

        /** In which order four tasks go on whose answers come while the loop is at work, from one thread: so that nothing depends on its speed. */
        private List<String> answered(TestSettings settings, boolean stages) {
            List<String> order = new ArrayList<>();
            VirtualTime.run(settings, () -> {
                List<Runnable> answers = new ArrayList<>();
                List<Task<Void>> tasks = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    String name = "answer " + i;
                    CompletableFuture<Integer> stage = new CompletableFuture<>();
                    answers.add(() -> stage.complete(1));
                    tasks.add(createTask(async(() -> {
                        if (stages) {
                            await(stage);
                        } else {
                            await(Mono.fromFuture(stage));
                        }
                        order.add(name);
                    })));
                }
                await(sleep(Duration.ZERO));
                Thread outside = new Thread(() -> answers.forEach(Runnable::run));
                outside.start();
                outside.join();
                for (int i = 0; i < 3; i++) {
                    String name = "own " + i;
                    tasks.add(createTask(async(() -> order.add(name)).then()));
                }
                await(gather(tasks));
            });
            return order;
        }

        @Test
        void shuffleAnswersThatComeWhileTheLoopRuns() {
            for (boolean stages : new boolean[] {false, true}) {
                assertThat(answered(TestSettings.defaults(), stages)).isSorted();
                Set<List<String>> orders = new HashSet<>();
                for (long seed = 1; seed <= 30; seed++) {
                    TestSettings settings = TestSettings.defaults().withSeed(seed);
                    List<String> order = answered(settings, stages);
                    assertThat(order).filteredOn(name -> name.startsWith("own")).isSorted();
                    assertThat(answered(settings, stages)).isEqualTo(order);
                    orders.add(order);
                }
                assertThat(orders).as("stages: " + stages).hasSizeGreaterThan(10);
            }
        }

        @Test
        void areNamedByAFailure() {
            assertThatThrownBy(() -> VirtualTime.shuffle(100, () -> {
                        List<String> log = new ArrayList<>();
                        await(gather(List.of(
                                sleep(Duration.ofSeconds(1)).doFinally(s -> log.add("a")),
                                sleep(Duration.ofSeconds(1)).doFinally(s -> log.add("b")))));
                        assertThat(log).containsExactly("a", "b");
                    }))
                    .isInstanceOf(AssertionError.class)
                    .satisfies(e -> assertThat(e.getSuppressed())
                            .anySatisfy(note -> assertThat(note)
                                    .hasMessageMatching("this came under seed \\d+; run it again with seed = \\d+")));
        }

        @Test
        void starveNobodyThatIsDueAtTheSameTime() {
            for (long seed = 1; seed <= 10; seed++) {
                VirtualTime.run(TestSettings.defaults().withSeed(seed), () -> {
                    boolean[] there = new boolean[1];
                    Disposable unused = Mono.delay(Duration.ofSeconds(1)).subscribe(x -> there[0] = true);
                    await(sleep(Duration.ofSeconds(1)));
                    while (!there[0]) {
                        await(sleep(Duration.ZERO));
                    }
                });
            }
        }
    }
}
