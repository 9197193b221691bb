package io.github.corio;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.runCoroutineThreadsafe;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ThreadsTest {
    private static final ContextVar<String> VARIABLE = ContextVar.of("variable", "default");

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());

    @Nested
    class Interrupts {
        @Test
        @DisplayName("one that a body leaves behind is not seen by the next body on its thread")
        void endWithTheBody() {
            for (int i = 0; i < 20; i++) {
                run(async(() -> Thread.currentThread().interrupt()));
                assertThat(run(async(() -> Thread.currentThread().isInterrupted())))
                        .isFalse();
            }
        }
    }

    @Nested
    class ToAThread {
        @Test
        @DisplayName("THREAD-03 gives the value of the function, computed on a thread that may block")
        void value() {
            String thread = run(async(() -> await(toThread(() -> {
                assertThat(Schedulers.isInNonBlockingThread()).isFalse();
                assertThat(EventLoop.currentOrNull()).isNull();
                return Thread.currentThread().getName();
            }))));
            assertThat(thread).contains("boundedElastic");
        }

        @Test
        @DisplayName("THREAD-03 its error passes as it is")
        void error() {
            IOException error = new IOException("disk");
            run(async(() -> {
                assertThat(catchThrowable(() -> await(toThread(() -> {
                            throw error;
                        }))))
                        .isSameAs(error);
            }));
        }

        @Test
        @DisplayName("THREAD-04 the function is called exactly once for each await, and not before")
        void once() {
            AtomicInteger calls = new AtomicInteger();
            run(async(() -> {
                Mono<Integer> call = toThread(calls::incrementAndGet);
                await(sleep(Duration.ZERO));
                assertThat(calls).hasValue(0);
                assertThat(await(call)).isEqualTo(1);
            }));
            assertThat(calls).hasValue(1);
        }

        @Test
        @DisplayName("THREAD-05 the caller's context variables are visible in the thread; changes there stay there")
        void contextVars() {
            run(async(() -> {
                VARIABLE.set("of the caller");
                assertThat(await(toThread(() -> {
                            String seen = VARIABLE.get();
                            VARIABLE.set("changed in the thread");
                            return seen;
                        })))
                        .isEqualTo("of the caller");
                assertThat(VARIABLE.get()).isEqualTo("of the caller");
                assertThat(await(toThread(VARIABLE::get))).isEqualTo("of the caller");
            }));
        }

        @Test
        @DisplayName("THREAD-03 a cancel interrupts it")
        void cancelInterrupts() throws InterruptedException {
            CountDownLatch interrupted = new CountDownLatch(1);
            run(async(() -> {
                CompletableFuture<Void> blocked = new CompletableFuture<>();
                Task<Void> task = createTask(toThread(() -> {
                    blocked.complete(null);
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return null;
                }));
                await(blocked);
                task.cancel("enough");
                assertThatThrownBy(() -> await(task)).hasMessage("enough");
            }));
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        @DisplayName("a thread that heeds no interrupt and comes back when the loop is closed: nobody is told")
        void comesBackTooLate() throws InterruptedException {
            CountDownLatch goOn = new CountDownLatch(1);
            CountDownLatch back = new CountDownLatch(1);
            List<Object> reported = Collections.synchronizedList(new ArrayList<>());
            Hooks.onErrorDropped(log::add);
            try {
                run(async(() -> {
                    EventLoop.current().setExceptionHandler((loop, context) -> reported.add(context));
                    CompletableFuture<Void> begun = new CompletableFuture<>();
                    createTask(toThread(() -> {
                                begun.complete(null);
                                while (goOn.getCount() > 0) {
                                    Thread.onSpinWait();
                                }
                                return "too late";
                            })
                            .doOnDiscard(String.class, value -> {
                                log.add("discarded " + value);
                                back.countDown();
                            }));
                    await(begun);
                }));
                goOn.countDown();
                assertThat(back.await(10, TimeUnit.SECONDS)).isTrue();
            } finally {
                Hooks.resetOnErrorDropped();
            }
            assertThat(log).containsExactly("discarded too late");
            assertThat(reported).isEmpty();
        }
    }

    @Nested
    class FromAThread {
        private final EventLoop loop = EventLoop.create();

        @AfterEach
        void close() {
            loop.dispose();
        }

        @Test
        @DisplayName("THREAD-07 the value and the error reach the waiting thread")
        void valueAndError() throws Exception {
            assertThat(runCoroutineThreadsafe(sleep(Duration.ofMillis(1), "value"), loop)
                            .get())
                    .isEqualTo("value");
            assertThat(runCoroutineThreadsafe(async(() -> EventLoop.current() == loop), loop)
                            .get())
                    .isTrue();
            IOException error = new IOException("disk");
            CompletableFuture<Void> failed = runCoroutineThreadsafe(
                    async(() -> {
                        throw error;
                    }),
                    loop);
            assertThatThrownBy(failed::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isSameAs(error);
        }

        @Test
        @DisplayName("THREAD-09 a task that cancels itself: the thread sees a cancellation")
        void cancelsItself() {
            CompletableFuture<Void> future = runCoroutineThreadsafe(
                    async(() -> {
                        Objects.requireNonNull(currentTask()).cancel();
                        await(sleep(Duration.ofSeconds(100)));
                    }),
                    loop);
            assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
            assertThat(future).isCancelled();
        }

        @Test
        @DisplayName("THREAD-09 a cancel of the JDK future cancels the task")
        void cancelTheJdkFuture() throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch cancelled = new CountDownLatch(1);
            CompletableFuture<Void> future = runCoroutineThreadsafe(
                    async(() -> {
                        try {
                            begun.countDown();
                            await(Mono.never());
                        } catch (CancelledError e) {
                            cancelled.countDown();
                            throw e;
                        }
                    }),
                    loop);
            begun.await();
            assertThat(future.cancel(true)).isTrue();
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        @DisplayName("THREAD-09 a loop that is closed: the thread does not wait for ever")
        void theLoopIsClosed() throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            loop.setExceptionHandler((on, told) -> log.add(told.message()));
            CompletableFuture<Void> future = runCoroutineThreadsafe(
                    async(() -> {
                        begun.countDown();
                        await(Mono.never());
                    }),
                    loop);
            begun.await();
            loop.dispose();
            assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
            assertThat(log).containsExactly("Task was destroyed but it is pending");
        }

        @Test
        @DisplayName("THREAD-12 ten loops at once: allTasks of a loop lists exactly its own")
        void allTasksOfTenLoops() throws InterruptedException {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int count = i + 1;
                Thread thread = new Thread(() -> run(async(() -> {
                    List<Task<?>> own = new ArrayList<>();
                    own.add(currentTask());
                    for (int j = 0; j < count; j++) {
                        own.add(createTask(sleep(Duration.ofSeconds(100))));
                    }
                    for (int round = 0; round < 50; round++) {
                        if (!List.copyOf(allTasks()).equals(own)) {
                            log.add("not its own: " + allTasks());
                        }
                        await(sleep(Duration.ZERO));
                    }
                    log.add(count);
                })));
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(log).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        }
    }
}
