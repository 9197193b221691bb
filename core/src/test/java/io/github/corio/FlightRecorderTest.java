package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.github.corio.loop.EventLoop;
import io.github.corio.sync.AsyncLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** What the flight recorder of the JDK gets to hear. */
class FlightRecorderTest {
    private static final String TASK = "io.github.corio.Task";
    private static final String AWAIT = "io.github.corio.Await";
    private static final String SLOW = "io.github.corio.SlowCallback";
    private static final String LAG = "io.github.corio.LoopLag";

    @TempDir
    Path folder;

    private List<RecordedEvent> record(Recording recording, Runnable work) {
        try (recording) {
            recording.start();
            work.run();
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            List<RecordedEvent> corios = new ArrayList<>(RecordingFile.readAllEvents(file));
            corios.removeIf(event -> !event.getEventType().getName().startsWith("io.github.corio."));
            corios.sort(Comparator.comparing(RecordedEvent::getStartTime)); // each thread writes its own
            return corios;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<RecordedEvent> record(String event, Runnable work) {
        try (Recording recording = new Recording()) {
            recording.enable(event).withoutThreshold();
            return record(recording, work);
        }
    }

    private static RecordedEvent named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> name.equals(event.getString("name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + events));
    }

    private static Duration spin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {} // it holds its loop
        return time;
    }

    private static Coroutine<Void> failing() {
        return async(() -> {
            await(sleep(Duration.ofMillis(1)));
            throw new IOException("on purpose");
        });
    }

    @Nested
    class OfTasks {
        @Test
        void nameOutcomeAndErrorAreTold() {
            List<RecordedEvent> events = record(
                    TASK,
                    () -> run(async(() -> {
                                Task<Void> failing = createTask(failing(), "failing");
                                Task<Void> cancelled = createTask(sleep(Duration.ofHours(1)), "cancelled");
                                Throwable failure = catchThrowable(() -> await(failing));
                                assertThat(failure).isInstanceOf(IOException.class);
                                cancelled.cancel();
                                assertThat(catchThrowable(() -> await(cancelled)))
                                        .isInstanceOf(CancelledError.class);
                            })
                            .named("main")));
            assertThat(events)
                    .extracting(e -> e.getString("name"), e -> e.getString("outcome"), e -> e.getString("error"))
                    .containsExactlyInAnyOrder(
                            tuple("failing", "failed", "java.io.IOException"),
                            tuple("cancelled", "cancelled", ""),
                            tuple("main", "succeeded", ""));
            RecordedEvent main = named(events, "main");
            assertThat(named(events, "failing").getLong("startedBy"))
                    .isEqualTo(main.getLong("task"))
                    .isPositive();
            assertThat(main.getLong("startedBy")).isZero();
            assertThat(main.getDuration())
                    .isGreaterThanOrEqualTo(named(events, "failing").getDuration());
            assertThat(events)
                    .extracting(e -> e.getString("loop"))
                    .containsOnly(main.getString("loop"))
                    .allMatch(loop -> loop.startsWith("EventLoop-"));
        }

        @Test
        void nothingIsRecordedUnlessItIsAskedFor() {
            Recording ordinary = new Recording();
            ordinary.enable("jdk.GarbageCollection");
            assertThat(record(ordinary, () -> run(failing().onErrorComplete()))).isEmpty();
        }
    }

    @Nested
    class OfAwaits {
        @Test
        void whatItWaitsForAndWhoWakesItAreTold() {
            List<RecordedEvent> events = record(
                    AWAIT,
                    () -> run(async(() -> {
                                AsyncFuture<String> answer = new AsyncFuture<>();
                                AsyncLock lock = new AsyncLock();
                                Sinks.One<Integer> fromOutside = Sinks.one();
                                await(lock.acquire());
                                Task<Void> asks = createTask(async(() -> await(answer)), "asks");
                                Task<Void> locks = createTask(async(() -> await(lock.acquire())), "locks");
                                Task<Void> joins = createTask(async(() -> await(asks)), "joins");
                                Task<Void> threads = createTask(
                                        async(() -> await(fromOutside.asMono().map(i -> i + 1))), "threads");
                                await(sleep(Duration.ofMillis(1)));
                                Disposable unused = Schedulers.single().schedule(() -> fromOutside.tryEmitValue(1));
                                answer.setResult("42");
                                lock.release();
                                await(gather(asks, locks, joins, threads));
                            })
                            .named("main")));
            RecordedEvent main = named(events, "main");
            RecordedEvent asks = named(events, "asks");
            assertThat(main.getString("waitsFor")).isEqualTo("sleep");
            assertThat(main.getString("wokenBy")).isEqualTo("timer");
            assertThat(main.getLong("wokenByTask")).isZero();
            assertThat(asks.getString("waitsFor")).isEqualTo("AsyncFuture");
            assertThat(asks.getString("wokenBy")).isEqualTo("main");
            assertThat(asks.getLong("wokenByTask")).isEqualTo(main.getLong("task"));
            assertThat(named(events, "locks").getString("waitsFor")).isEqualTo("AsyncLock");
            assertThat(named(events, "locks").getString("wokenBy")).isEqualTo("main");
            assertThat(named(events, "joins").getString("waitsFor")).isEqualTo("(T) asks");
            assertThat(named(events, "joins").getString("wokenBy")).isEqualTo("asks");
            assertThat(named(events, "threads").getString("waitsFor")).contains("map");
            assertThat(named(events, "threads").getString("wokenBy")).startsWith("thread single-");
            assertThat(asks.getDuration("readyFor"))
                    .isPositive()
                    .isLessThanOrEqualTo(asks.getDuration().plusMillis(1));
        }

        @Test
        void theOneThatAGatherHasWaitedForWakesItsAwaiter() {
            List<RecordedEvent> events = record(
                    AWAIT,
                    () -> run(async(() -> await(gather(
                                    sleep(Duration.ofMillis(1)),
                                    async(() -> await(sleep(Duration.ofMillis(20))))
                                            .named("last"))))
                            .named("main")));
            assertThat(named(events, "main").getString("waitsFor")).isEqualTo("gather of 2");
            assertThat(named(events, "main").getString("wokenBy")).isEqualTo("last");
        }

        @Test
        void aTaskThatNeedsNoFiberIsSeenToo() {
            List<RecordedEvent> events = record(
                    AWAIT,
                    () -> run(async(() -> {
                        Sinks.One<Integer> signal = Sinks.one();
                        Task<Integer> composed = createTask(signal.asMono().map(i -> i + 1), "composed");
                        await(sleep(Duration.ofMillis(1)));
                        signal.emitValue(1, Sinks.EmitFailureHandler.FAIL_FAST);
                        await(composed);
                    })));
            assertThat(named(events, "composed").getString("waitsFor")).contains("map");
        }

        @Test
        void aCancelledWaitSaysSo() {
            List<RecordedEvent> events = record(
                    AWAIT,
                    () -> run(async(() -> {
                        Task<Void> sleeper = createTask(async(() -> await(sleep(Duration.ofHours(1)))), "sleeper");
                        await(sleep(Duration.ofMillis(1)));
                        sleeper.cancel();
                        assertThat(catchThrowable(() -> await(sleeper))).isInstanceOf(CancelledError.class);
                    })));
            assertThat(named(events, "sleeper").getBoolean("cancelled")).isTrue();
        }

        @Test
        void shortOnesAreLeftOut() {
            Recording recording = new Recording();
            recording.enable(AWAIT).withThreshold(Duration.ofHours(1));
            assertThat(record(recording, () -> run(sleep(Duration.ofMillis(1)))))
                    .isEmpty();
        }

        @Test
        @DisplayName("a task that is older than the recording is seen from its next wait on")
        void olderTasksAreSeen() throws InterruptedException {
            AtomicReference<AsyncFuture<Void>> first = new AtomicReference<>();
            AtomicReference<AsyncFuture<Void>> second = new AtomicReference<>();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goesOn = new CountDownLatch(1);
            CountDownLatch over = new CountDownLatch(1);
            async(() -> {
                        first.set(new AsyncFuture<>());
                        second.set(new AsyncFuture<>());
                        begun.countDown();
                        await(first.get());
                        goesOn.countDown();
                        await(second.get());
                    })
                    .named("older")
                    .doFinally(end -> over.countDown())
                    .subscribe();
            await(begun);
            List<RecordedEvent> events = record(AWAIT, () -> {
                first.get().setResult(null);
                await(goesOn);
                first.get().loop().callSoon(() -> second.get().setResult(null));
                await(over);
            });
            assertThat(named(events, "older").getString("wokenBy")).startsWith("thread ");
        }

        private void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private <T> void await(Mono<T> mono) {
            Object unused = Asyncio.await(mono);
        }
    }

    @Nested
    class OfLoops {
        @Test
        void whatHoldsTheLoopIsNamed() {
            Recording recording = new Recording();
            recording.enable(SLOW).withThreshold(Duration.ofMillis(20));
            List<RecordedEvent> events = record(
                    recording,
                    () -> run(async(() -> {
                                spin(Duration.ofMillis(25));
                                EventLoop.current().callSoon(() -> spin(Duration.ofMillis(25)));
                                await(sleep(Duration.ofMillis(1)));
                            })
                            .named("holder")));
            assertThat(events)
                    .extracting(e -> e.getString("callback"))
                    .contains("holder", FlightRecorderTest.class.getName() + "$OfLoops");
            assertThat(events)
                    .allSatisfy(e -> assertThat(e.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(20)));
        }

        @Test
        void whatIsReadyAndHasToWaitIsNamed() {
            Recording recording = new Recording();
            recording.enable(LAG).withThreshold(Duration.ofMillis(20));
            List<RecordedEvent> events = record(
                    recording,
                    () -> run(async(() -> {
                        Task<Void> late = createTask(async(() -> {}), "late");
                        AsyncFuture<Void> due = new AsyncFuture<>();
                        EventLoop.current().callLater(Duration.ofMillis(1), new Due(due));
                        spin(Duration.ofMillis(40));
                        await(gather(late, due));
                    })));
            assertThat(events).extracting(e -> e.getString("callback")).contains("late", Due.class.getName());
            assertThat(events)
                    .allSatisfy(e -> assertThat(e.getDuration("lag")).isGreaterThanOrEqualTo(Duration.ofMillis(20)));
        }
    }

    private record Due(AsyncFuture<Void> future) implements Runnable {
        @Override
        public void run() {
            future.setResult(null);
        }

        @Override
        public String toString() {
            throw new AssertionError("nobody prints what is the application's");
        }
    }

    @Test
    @DisplayName("on a runtime without jdk.jfr all else works")
    void worksWithoutTheModule() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "--limit-modules",
                        "java.base,java.logging,java.naming,java.management,jdk.unsupported",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutRecorder.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("ran without jdk.jfr");
    }

    /** What is run there. */
    static final class WithoutRecorder {
        private WithoutRecorder() {}

        public static void main(String[] args) {
            run(async(() -> await(gather(sleep(Duration.ofMillis(1)), sleep(Duration.ofMillis(2))))));
            System.out.println(
                    ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? "has jdk.jfr" : "ran without jdk.jfr");
        }
    }
}
