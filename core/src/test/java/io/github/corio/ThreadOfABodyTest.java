package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.FiberKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A body has a thread of its own, and nobody else sees what belongs to it, on every kind of fiber. */
@DisplayName("the thread of a body")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ThreadOfABodyTest {
    private static final int STEPS = 2_000;
    private static final ThreadLocal<Thread> OWNER = new ThreadLocal<>();
    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

    private static void turn() {
        await(sleep(Duration.ZERO));
    }

    private static void leave() {
        await(Mono.fromSupplier(() -> 1).hide().subscribeOn(Schedulers.single()));
    }

    @Nested
    @DisplayName("stays the same")
    class Same {
        static List<Scheduler> schedulers() {
            return List.of(
                    Schedulers.parallel(),
                    Schedulers.single(),
                    Schedulers.boundedElastic(),
                    Schedulers.fromExecutorService(pool(1, Thread::new), "one thread"),
                    Schedulers.fromExecutorService(pool(4, Thread::new), "four threads"),
                    Schedulers.fromExecutorService(pool(4, NonBlockingThread::new), "four that must not block"));
        }

        private static ExecutorService pool(int threads, ThreadFactory factory) {
            return Executors.newScheduledThreadPool(threads, task -> {
                Thread thread = factory.newThread(task);
                thread.setDaemon(true);
                return thread;
            });
        }

        private static final class NonBlockingThread extends Thread implements NonBlocking {
            NonBlockingThread(Runnable task) {
                super(task, "must-not-block");
            }
        }

        @ParameterizedTest
        @MethodSource("schedulers")
        void overManyStepsOfTwoBodies(Scheduler scheduler) {
            overSteps(STEPS, scheduler, () -> {});
        }

        @ParameterizedTest
        @MethodSource("schedulers")
        @Tag("stress-long")
        void overAHundredThousandStepsOfTwoBodies(Scheduler scheduler) {
            overSteps(100_000, scheduler, () -> {});
        }

        @Test
        void underVirtualTime() {
            underVirtualTime(STEPS);
        }

        @Test
        @Tag("stress-long")
        void underVirtualTimeForAHundredThousandSteps() {
            underVirtualTime(100_000);
        }

        private void underVirtualTime(int steps) {
            VirtualTimeScheduler time = VirtualTimeScheduler.create();
            overSteps(steps, time, () -> time.advanceTimeBy(Duration.ofSeconds(1)));
        }

        private void overSteps(int steps, Scheduler scheduler, Runnable goOn) {
            EventLoop loop = EventLoop.on(scheduler);
            AtomicInteger wrong = new AtomicInteger();
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (int body = 0; body < 2; body++) {
                ends.add(async(() -> {
                            Thread mine = Thread.currentThread();
                            OWNER.set(mine);
                            for (int i = 0; i < steps; i++) {
                                if (i % 8 == 0) {
                                    leave();
                                } else {
                                    turn();
                                }
                                if (Thread.currentThread() != mine || OWNER.get() != mine) {
                                    wrong.incrementAndGet();
                                }
                            }
                        })
                        .on(loop)
                        .toFuture());
            }
            while (!ends.stream().allMatch(CompletableFuture::isDone)) {
                goOn.run();
                LockSupport.parkNanos(100_000);
            }
            assertThat(ends).allSatisfy(end -> assertThat(end).succeedsWithin(1, TimeUnit.MINUTES));
            assertThat(wrong).hasValue(0);
            loop.dispose();
        }
    }

    @Nested
    @DisplayName("keeps to itself")
    class Own {
        @Test
        void aThreadLocalThatOthersOnTheLoopDoNotSee() {
            List<String> seen = new ArrayList<>();
            run(async(() -> {
                TENANT.set("mine");
                EventLoop.current().callSoon(() -> seen.add("callback " + TENANT.get()));
                Task<Void> plain = createTask(Mono.fromRunnable(() -> seen.add("plain Mono " + TENANT.get())));
                Task<Void> other = createTask(async(() -> {
                    seen.add("body " + TENANT.get());
                }));
                await(plain);
                await(other);
                seen.add("I " + TENANT.get());
            }));
            assertThat(seen).containsExactly("callback null", "plain Mono null", "body null", "I mine");
        }

        @Test
        void anInterruptThatTheNextBodyDoesNotSee() {
            run(async(() -> {
                await(createTask(async(() -> Thread.currentThread().interrupt())));
                assertThat(await(createTask(async(() -> Thread.currentThread().isInterrupted()))))
                        .isFalse();
            }));
        }

        @Test
        void anInterruptANameAndAClassLoaderThatNobodySeesAfterItsEnd() {
            ClassLoader mine = new ClassLoader() {};
            List<String> seen = new ArrayList<>();
            Runnable look = () -> {
                Thread here = Thread.currentThread();
                if (here.isInterrupted() || here.getName().equals("mine") || here.getContextClassLoader() == mine) {
                    seen.add(here.toString());
                }
            };
            run(async(() -> {
                Task<Void> spoils = createTask(async(() -> {
                    Thread here = Thread.currentThread();
                    here.setName("mine");
                    here.setContextClassLoader(mine);
                    here.interrupt();
                }));
                AsyncFuture<Void> called = new AsyncFuture<>();
                spoils.addDoneCallback(done -> {
                    look.run();
                    called.setResult(null);
                });
                await(createTask(Mono.fromRunnable(look)));
                await(called);
                await(createTask(async(look::run)));
            }));
            assertThat(seen).isEmpty();
        }

        @Test
        void aLockThatExcludesOthersAcrossAnAwait() {
            ReentrantLock lock = new ReentrantLock();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            Flux<Void> bodies = Flux.range(0, 8)
                    .flatMap(i -> async(() -> {
                        for (int k = 0; k < 20; k++) {
                            lock.lock();
                            try {
                                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                leave();
                                inside.decrementAndGet();
                            } finally {
                                lock.unlock();
                            }
                        }
                    }));
            bodies.blockLast(Duration.ofMinutes(1));
            assertThat(most).hasValue(1);
        }
    }

    @Nested
    @DisplayName("must not block")
    class NoBlocking {
        private void refused(CoroutineAction blocking) {
            assertThatThrownBy(() -> run(async(blocking)))
                    .isInstanceOf(IllegalStateException.class)
                    .message()
                    .containsAnyOf("Await it instead", "block");
        }

        @Test
        void onATaskOfItsOwnLoop() {
            refused(() -> {
                Object unused = createTask(sleep(Duration.ofMillis(1), "done")).block();
            });
        }

        @Test
        void onACoroutine() {
            refused(() -> {
                Object unused = async(() -> 1).block(Duration.ofSeconds(1));
            });
        }

        @Test
        void onAnyMonoOrFlux() {
            refused(() -> {
                Object unused = Mono.delay(Duration.ofMillis(1)).block();
            });
            refused(() -> {
                Object unused = Flux.interval(Duration.ofMillis(1)).blockFirst();
            });
        }

        @Test
        void onAThreadThatItHasRenamed() {
            refused(() -> {
                Thread.currentThread().setName("renamed");
                Object unused = Mono.delay(Duration.ofMillis(1)).block();
            });
        }

        @Test
        void inARunOfItsOwn() {
            refused(() -> {
                Object unused = run(async(() -> 1));
            });
        }
    }

    @Test
    @DisplayName("is a fiber, by its name")
    void named() {
        AtomicReference<Thread> body = new AtomicReference<>();
        run(async(() -> body.set(Thread.currentThread())));
        assertThat(FiberKind.isFiber(body.get())).isTrue();
        assertThat(FiberKind.isFiber(Thread.currentThread())).isFalse();
    }
}
