package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.ExceptionContext;
import io.github.corio.loop.LoopClosedError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class RunnerTest {
    private static final ContextVar<String> VARIABLE = ContextVar.of("variable", "default");

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());
    private final List<ExceptionContext> reported = Collections.synchronizedList(new ArrayList<>());

    private EventLoop reportingLoop() {
        EventLoop loop = EventLoop.create();
        loop.setExceptionHandler((on, told) -> reported.add(told));
        return loop;
    }

    @Nested
    class Run {
        @Test
        @DisplayName("RUN-01 gives the value of the main; its error passes as it is")
        void valueAndError() {
            assertThat(run(async(() -> await(sleep(Duration.ofMillis(1), 42))))).isEqualTo(42);
            assertThat(run(Mono.just("any Mono"))).isEqualTo("any Mono");
            assertThat(run(Mono.<String>empty())).isNull();
            IOException error = new IOException("disk");
            assertThat(catchThrowable(() -> run(async(() -> {
                        throw error;
                    }))))
                    .isSameAs(error);
        }

        @Test
        @DisplayName("RUN-03 debug: the loop's own setting beats the system property")
        void debug() {
            for (boolean debug : new boolean[] {true, false}) {
                try (Runner runner = new Runner(() -> {
                    EventLoop loop = EventLoop.create();
                    loop.setDebug(debug);
                    return loop;
                })) {
                    assertThat(runner.run(async(() -> EventLoop.current().isDebug())))
                            .isEqualTo(debug);
                }
            }
            assertThat(run(async(() -> EventLoop.current().isDebug()))).isEqualTo(Boolean.getBoolean("corio.debug"));
        }

        @Test
        @DisplayName("RUN-04 inside a running loop it is refused, and says what to do")
        void insideARunningLoop() {
            run(async(() -> {
                assertThatThrownBy(() -> run(Mono.just("inner")))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("await(")
                        .hasMessageContaining("Task-");
            }));
        }

        @Test
        @DisplayName(
                "RUN-05 tasks that the main has left behind are cancelled, and awaited to the end of their cleanup")
        void leftovers() {
            run(async(() -> {
                createTask(async(() -> {
                    try {
                        await(sleep(Duration.ofSeconds(100)));
                    } finally {
                        await(sleep(Duration.ofMillis(5)));
                        log.add("leftover cleaned up");
                    }
                }));
                await(sleep(Duration.ZERO));
            }));
            assertThat(log).containsExactly("leftover cleaned up");
        }

        @Test
        @DisplayName("RUN-06 a leftover that fails while it is cancelled is reported, with its task; the value stays")
        void leftoversThatFail() {
            List<Task<?>> leftover = new ArrayList<>();
            String value;
            try (Runner runner = new Runner(RunnerTest.this::reportingLoop)) {
                value = runner.run(async(() -> {
                    leftover.add(createTask(async(() -> {
                        try {
                            await(sleep(Duration.ofSeconds(100)));
                        } catch (CancelledError e) {
                            throw new IllegalStateException("while cancelled", e);
                        }
                    })));
                    await(sleep(Duration.ZERO));
                    return "value";
                }));
            }
            assertThat(value).isEqualTo("value");
            assertThat(reported).singleElement().satisfies(told -> {
                assertThat(told.exception()).hasMessage("while cancelled");
                assertThat(told.source()).isSameAs(leftover.get(0));
            });
        }

        @Test
        @DisplayName("RUN-07 the main fails and a leftover fails in its cancellation: the main's error comes out")
        void bothFail() {
            Runner runner = new Runner(RunnerTest.this::reportingLoop);
            assertThatThrownBy(() -> {
                        try (runner) {
                            runner.run(async(() -> {
                                createTask(async(() -> {
                                    try {
                                        await(sleep(Duration.ofSeconds(100)));
                                    } finally {
                                        log.add("closed");
                                        await(Mono.error(new IllegalStateException("the leftover's")));
                                    }
                                }));
                                await(sleep(Duration.ZERO));
                                throw new IOException("the main's");
                            }));
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessage("the main's");
            assertThat(log).containsExactly("closed");
            assertThat(reported)
                    .singleElement()
                    .satisfies(told -> assertThat(told.exception()).hasMessage("the leftover's"));
        }

        @Test
        @DisplayName("RUN-08 the loop factory is called once, and its loop is the running one")
        void loopFactory() {
            EventLoop made = EventLoop.create();
            AtomicInteger calls = new AtomicInteger();
            try (Runner runner = new Runner(() -> {
                calls.incrementAndGet();
                return made;
            })) {
                assertThat(runner.<EventLoop>run(async(EventLoop::current))).isSameAs(made);
                assertThat(runner.<EventLoop>run(async(EventLoop::current))).isSameAs(made);
                assertThat(runner.getLoop()).isSameAs(made);
            }
            assertThat(calls).hasValue(1);
            assertThat(made.isClosed()).isTrue();
        }

        @Test
        @DisplayName("RUN-18 the value is not made a text on its way out")
        void theValueIsNotPrinted() {
            Object unprintable = new Object() {
                @Override
                public String toString() {
                    throw new AssertionError("printed");
                }
            };
            assertThat(run(async(() -> unprintable)) == unprintable).isTrue();
            assertThat(run(Mono.fromSupplier(() -> unprintable)) == unprintable).isTrue();
        }

        @Test
        @DisplayName("the error of a leftover that another one has seen is not reported again")
        void leftoversThatSeeEachOther() {
            List<Object> log = Collections.synchronizedList(new ArrayList<>());
            run(async(() -> {
                EventLoop.current().setExceptionHandler((loop, context) -> log.add(context.exception()));
                Task<Void> fails = createTask(async(() -> {
                    try {
                        await(sleep(Duration.ofDays(1)));
                    } catch (CancelledError e) {
                        throw new IllegalStateException("in the cleanup");
                    }
                }));
                createTask(async(() -> {
                    try {
                        await(fails);
                    } catch (IllegalStateException e) {
                        log.add("saw " + e.getMessage());
                    }
                }));
                await(sleep(Duration.ZERO));
            }));
            assertThat(log).containsExactly("saw in the cleanup");
        }
    }

    @Nested
    class WhatIsLeftWhenItCloses {
        /** A task that a leftover creates in its cleanup: too late to be cancelled and awaited. */
        private void leaveBehindALateTask(CoroutineAction late) {
            createTask(async(() -> {
                try {
                    await(sleep(Duration.ofDays(1)));
                } finally {
                    createTask(async(late));
                }
            }));
            await(sleep(Duration.ZERO));
        }

        private void reportHere() {
            EventLoop.current().setExceptionHandler((on, told) -> reported.add(told));
        }

        private void destroyedEachTime(CoroutineAction late) {
            for (int i = 0; i < 500; i++) {
                reported.clear();
                run(async(() -> {
                    reportHere();
                    leaveBehindALateTask(late);
                }));
                assertDestroyed(i);
            }
        }

        private void assertDestroyed(int run) {
            assertThat(List.copyOf(reported))
                    .as("run %d", run)
                    .extracting(ExceptionContext::message)
                    .containsExactly("Task was destroyed but it is pending");
        }

        @Test
        @DisplayName(
                "a task that a leftover creates in its cleanup is not awaited, but destroyed; that is reported, and"
                        + " its own cleanup has ended, before run returns")
        void destroyedBeforeRunReturns() {
            for (int i = 0; i < 500; i++) {
                log.clear();
                reported.clear();
                run(async(() -> {
                    reportHere();
                    leaveBehindALateTask(() -> {
                        log.add("begins");
                        try {
                            await(sleep(Duration.ofDays(1)));
                            log.add("goes on");
                        } finally {
                            log.add("cleans up");
                        }
                    });
                }));
                assertThat(List.copyOf(log)).as("run %d", i).containsExactly("begins", "cleans up");
                assertDestroyed(i);
            }
        }

        @Test
        @DisplayName("likewise if another thread disposes of the loop meanwhile")
        void disposedOfMeanwhile() {
            destroyedEachTime(() -> {
                new Thread(EventLoop.current()::dispose).start();
                await(sleep(Duration.ofDays(1)));
            });
        }

        @Test
        @DisplayName("likewise if the loop is stopped in the very turn after which it is closed")
        void stoppedInTheLastTurn() {
            destroyedEachTime(() -> {
                EventLoop.current().stop();
                await(sleep(Duration.ofDays(1)));
            });
        }

        @Test
        @DisplayName("likewise if the thread was interrupted before")
        void interruptedBefore() {
            Thread blocked = Thread.currentThread();
            for (int i = 0; i < 500; i++) {
                reported.clear();
                Throwable ended = catchThrowable(() -> run(async(() -> {
                    reportHere();
                    leaveBehindALateTask(() -> await(sleep(Duration.ofDays(1))));
                    blocked.interrupt();
                    await(sleep(Duration.ofDays(1)));
                })));
                assertThat(Thread.interrupted()).as("run %d", i).isTrue();
                assertThat(ended).as("run %d", i).hasCauseInstanceOf(InterruptedException.class);
                assertDestroyed(i);
            }
        }

        @Test
        @Timeout(60)
        @DisplayName("a body that will not end, but waits on the closed loop again and again, is not waited for")
        void willNotEnd() {
            AtomicBoolean enough = new AtomicBoolean();
            try {
                run(async(() -> {
                    reportHere();
                    leaveBehindALateTask(() -> {
                        while (!enough.get()) {
                            try {
                                await(sleep(Duration.ofDays(1)));
                            } catch (LoopClosedError e) {
                                log.add("goes on");
                            }
                        }
                    });
                }));
                assertThat(log).isNotEmpty();
            } finally {
                enough.set(true);
            }
        }

        @Test
        @Timeout(60)
        @DisplayName(
                "an interrupt ends the wait for a body whose cleanup blocks; the loop is closed, the interrupt stays")
        void interruptedWhileItCloses() throws InterruptedException {
            CountDownLatch blocks = new CountDownLatch(1);
            CountDownLatch enough = new CountDownLatch(1);
            Thread runs = new Thread(() -> {
                // a loop whose bodies may block, whatever fiber they are on
                try (Runner runner = new Runner(() -> EventLoop.on(Schedulers.boundedElastic()))) {
                    runner.run(async(() -> {
                        reportHere();
                        leaveBehindALateTask(() -> {
                            try {
                                await(sleep(Duration.ofDays(1)));
                            } finally {
                                blocks.countDown();
                                enough.await();
                            }
                        });
                    }));
                } finally {
                    log.add(Thread.currentThread().isInterrupted());
                }
            });
            runs.start();
            try {
                blocks.await();
                assertThat(log).isEmpty();
                runs.interrupt();
                runs.join();
                assertThat(log).containsExactly(true);
            } finally {
                enough.countDown();
            }
        }
    }

    @Nested
    class Lifecycle {
        @Test
        @DisplayName("RUN-10 after the block the loop is closed and getLoop is refused")
        void afterTheBlock() {
            Runner runner = new Runner();
            EventLoop loop;
            try (runner) {
                assertThat(runner.run(async(() -> "x"))).isEqualTo("x");
                loop = runner.getLoop();
                assertThat(loop.isClosed()).isFalse();
            }
            assertThat(loop.isClosed()).isTrue();
            assertThatThrownBy(runner::getLoop)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }

        @Test
        @DisplayName("RUN-11 closed twice is fine, used afterwards is refused")
        void closedTwice() {
            Runner runner = new Runner();
            runner.close();
            runner.close();
            assertThatThrownBy(() -> runner.run(Mono.just("x")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }

        @Test
        @DisplayName("RUN-12 successive mains share one context")
        void sharedContext() {
            try (Runner runner = new Runner()) {
                runner.run(async(() -> {
                    VARIABLE.set("from the first");
                }));
                String seen = runner.run(async(VARIABLE::get));
                assertThat(seen).isEqualTo("from the first");
            }
            assertThat(VARIABLE.get()).isEqualTo("default");
        }

        @Test
        @DisplayName("RUN-13 run inside run is refused, of this runner and of another")
        void recursive() {
            try (Runner runner = new Runner()) {
                runner.run(async(() -> {
                    assertThatThrownBy(() -> runner.run(Mono.just("x"))).isInstanceOf(IllegalStateException.class);
                    Runner other = new Runner();
                    assertThatThrownBy(() -> other.run(Mono.just("x"))).isInstanceOf(IllegalStateException.class);
                    other.close();
                }));
            }
        }
    }

    @Nested
    class Interrupted {
        private final Runner runner = new Runner();

        @AfterEach
        void forgetTheInterrupt() {
            boolean unused = Thread.interrupted();
            runner.close();
        }

        @Test
        @DisplayName("RUN-14 while the main spins on sleep(0): cancelled, and run ends with the interrupt")
        void whileSpinning() {
            assertThatThrownBy(() -> runner.run(async(() -> {
                        runner.interrupt();
                        try {
                            while (true) {
                                await(sleep(Duration.ZERO));
                            }
                        } catch (CancelledError e) {
                            log.add("cancelled");
                            throw e;
                        }
                    })))
                    .isInstanceOf(RuntimeException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(log).containsExactly("cancelled");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }

        @Test
        @DisplayName("RUN-15 while the main awaits a future: that and the main are cancelled")
        void whileWaiting() {
            List<AsyncFuture<String>> awaited = new ArrayList<>();
            assertThatThrownBy(() -> runner.run(async(() -> {
                        AsyncFuture<String> future = new AsyncFuture<>();
                        awaited.add(future);
                        EventLoop.current().callSoon(runner::interrupt);
                        await(future);
                    })))
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(awaited).singleElement().matches(AsyncFuture::isCancelled);
        }

        @Test
        @DisplayName("RUN-15 an interrupt of the blocked thread itself does the same")
        void theThreadItself() {
            Thread blocked = Thread.currentThread();
            assertThatThrownBy(() -> run(async(() -> {
                        EventLoop.current().callSoon(blocked::interrupt);
                        await(Mono.never());
                    })))
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(blocked.isInterrupted()).isTrue();
        }

        @Test
        @DisplayName("RUN-15 its cleanup is awaited")
        void cleanup() {
            assertThatThrownBy(() -> runner.run(async(() -> {
                        EventLoop.current().callSoon(runner::interrupt);
                        try {
                            await(Mono.never());
                        } finally {
                            await(sleep(Duration.ofMillis(5)));
                            log.add("cleaned up");
                        }
                    })))
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(log).containsExactly("cleaned up");
        }

        @Test
        @DisplayName("RUN-15 a main that swallows it and ends well: run gives its value, the interrupt stays set")
        void swallowed() {
            String value = runner.run(async(() -> {
                EventLoop.current().callSoon(runner::interrupt);
                try {
                    await(Mono.never());
                } catch (CancelledError e) {
                    return "handled";
                }
                return "never";
            }));
            assertThat(value).isEqualTo("handled");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }

        @Test
        @DisplayName("RUN-16 a main that somebody else has cancelled already: a plain CancelledError")
        void cancelledAlready() {
            assertThatThrownBy(() -> runner.run(async(() -> {
                        Task<?> main = Objects.requireNonNull(currentTask());
                        EventLoop.current().callSoon(() -> main.cancel("somebody else"));
                        try {
                            await(Mono.never());
                        } finally {
                            runner.interrupt();
                            awaitSecondRequest(main);
                        }
                    })))
                    .isInstanceOf(CancelledError.class);
        }

        private void awaitSecondRequest(Task<?> main) {
            try {
                while (main.cancelling() < 2) {
                    await(sleep(Duration.ZERO));
                }
                await(sleep(Duration.ZERO));
            } catch (CancelledError e) {
                log.add("cancelled again");
            }
        }

        @Test
        @DisplayName("RUN-19 a second interrupt does not wait for the main")
        void twice() {
            assertThatThrownBy(() -> runner.run(async(() -> {
                        runner.interrupt();
                        try {
                            await(Mono.never());
                        } catch (CancelledError e) {
                            log.add("will not end");
                            runner.interrupt();
                            await(Mono.never());
                        }
                    })))
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(log).containsExactly("will not end");
        }

        @Test
        @DisplayName("RUN-19 an interrupt when nothing runs is ignored")
        void whenNothingRuns() {
            assertThat(runner.run(Mono.just("x"))).isEqualTo("x");
            runner.interrupt();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }
}
