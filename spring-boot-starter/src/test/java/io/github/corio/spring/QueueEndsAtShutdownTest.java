package io.github.corio.spring;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Task;
import io.github.corio.queue.AsyncLifoQueue;
import io.github.corio.queue.AsyncPriorityQueue;
import io.github.corio.queue.AsyncQueue;
import io.github.corio.queue.QueueShutDownException;
import io.github.corio.sync.AsyncEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** The application shuts the queue of a worker down itself, in each way and at each moment, while {@link BackgroundTasks} is drained. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class QueueEndsAtShutdownTest {
    private static final long SECONDS = 60;
    private static final int ITEMS = 12;

    enum Way {
        NOT_AT_ALL,
        SHUTDOWN,
        IMMEDIATE,
        SHUTDOWN_THEN_IMMEDIATE;

        void end(AsyncQueue<Integer> queue) {
            switch (this) {
                case NOT_AT_ALL -> {}
                case SHUTDOWN -> queue.shutdown();
                case IMMEDIATE -> queue.shutdown(true);
                case SHUTDOWN_THEN_IMMEDIATE -> {
                    queue.shutdown(false);
                    queue.shutdown(true);
                }
            }
        }

        boolean throwsAway() {
            return this == IMMEDIATE || this == SHUTDOWN_THEN_IMMEDIATE;
        }
    }

    enum Moment {
        BEFORE_THE_APPLICATION_BEGINS,
        WHILE_THE_WORKER_IS_IDLE,
        BY_THE_HANDLER,
        WHILE_PRODUCERS_WAIT,
        WHILE_IT_IS_DRAINED,
        AFTER_THE_SHUTDOWN
    }

    static Stream<Arguments> cells() {
        return Stream.of(Way.values())
                .flatMap(way -> Stream.of(Moment.values()).map(moment -> Arguments.of(way, moment)));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void eachItemIsHandledRefusedOrThrownAway(Way way, Moment moment) throws Exception {
        for (int round = 0; round < 12; round++) {
            new Round(way, moment, round).run();
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    @Tag("stress-long")
    void eachItemIsHandledRefusedOrThrownAwayInManyRounds(Way way, Moment moment) throws Exception {
        for (int round = 0; round < 200; round++) {
            new Round(way, moment, round).run();
        }
    }

    private static AsyncQueue<Integer> queue(int kind) {
        return switch (kind % 3) {
            case 0 -> new AsyncQueue<>(2);
            case 1 -> new AsyncPriorityQueue<>(2, Comparator.naturalOrder());
            default -> new AsyncLifoQueue<>(2);
        };
    }

    private static BackgroundTasks background() {
        return new BackgroundTasks(new CorioProperties.Background(
                0, Duration.ofSeconds(SECONDS), Duration.ofSeconds(1), Duration.ofSeconds(10)));
    }

    /** Two producers, a worker, and a consumer that comes and goes. */
    private static final class Round {
        private final Way way;
        private final Moment moment;
        private final AsyncQueue<Integer> queue;
        private final int concurrency;
        private final BackgroundTasks background = background();
        private final BackgroundLifecycle lifecycle = new BackgroundLifecycle(background, Duration.ofSeconds(SECONDS));
        private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
        private final Queue<Integer> refused = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final CountDownLatch first = new CountDownLatch(1);

        Round(Way way, Moment moment, int number) {
            this.way = way;
            this.moment = moment;
            this.queue = queue(number);
            this.concurrency = number % 2 == 0 ? 1 : 3;
        }

        private void end(Moment now) {
            if (now == moment && ended.compareAndSet(false, true)) {
                way.end(queue);
            }
        }

        private Mono<?> handle(int item) {
            return async(() -> {
                end(Moment.BY_THE_HANDLER);
                if (item % 3 != 0) {
                    await(sleep(Duration.ofNanos(item % 3 * 20_000L)));
                }
                handled.add(item);
                first.countDown();
            });
        }

        private void produce(int from) {
            Task<Void> unused = background.start("producer", async(() -> {
                for (int item = from; item < ITEMS; item += 2) {
                    try {
                        await(queue.put(item));
                    } catch (QueueShutDownException e) {
                        refused.add(item);
                    }
                }
            }));
        }

        /** Reactor says so of an error that was on its way to the consumer when it left. */
        private static boolean isForOneWhoHasLeft(String line) {
            return line.startsWith("ERROR Operator called default onErrorDropped: Async")
                    && line.endsWith(" was shut down");
        }

        /** Takes an item now and then, and leaves while one may be on its way. */
        private void consume() {
            Disposable consumer = queue.get()
                    .subscribe(
                            item -> {
                                handled.add(item);
                                queue.taskDone();
                            },
                            shutDown -> {});
            Thread.onSpinWait();
            consumer.dispose();
        }

        void run() throws Exception {
            try (Lines lines = Lines.listen()) {
                background.worker("worker", queue, concurrency, this::handle);
                end(Moment.BEFORE_THE_APPLICATION_BEGINS);
                lifecycle.start();
                end(Moment.WHILE_THE_WORKER_IS_IDLE);
                produce(0);
                produce(1);
                consume();
                if (moment == Moment.WHILE_PRODUCERS_WAIT && !ended.get()) {
                    assertThat(first.await(SECONDS, TimeUnit.SECONDS)).isTrue();
                    end(moment);
                }
                Thread drain = new Thread(lifecycle::stop, "drain");
                drain.start();
                consume();
                end(Moment.WHILE_IT_IS_DRAINED);
                drain.join(TimeUnit.SECONDS.toMillis(SECONDS));
                assertThat(drain.isAlive()).as("%s hangs", this).isFalse();
                end(Moment.AFTER_THE_SHUTDOWN);
                check(lines.seen().stream()
                        .filter(line -> !isForOneWhoHasLeft(line))
                        .toList());
            }
        }

        private void check(List<String> log) {
            List<Integer> known = new ArrayList<>(handled);
            known.addAll(refused);
            Integer[] all = IntStream.range(0, ITEMS).boxed().toArray(Integer[]::new);
            if (way.throwsAway()) {
                assertThat(known).as("%s", this).doesNotHaveDuplicates().isSubsetOf(all);
            } else {
                assertThat(known).as("%s", this).containsExactlyInAnyOrder(all);
            }
            assertThat(queue.statistics().unfinished()).as("%s", this).isZero();
            assertThat(background.running()).as("%s", this).isEmpty();
            assertThat(log)
                    .as("%s", this)
                    .noneMatch(line -> line.startsWith("ERROR") || line.contains("ackground work that"));
        }

        @Override
        public String toString() {
            return way + " " + moment + " " + queue + " with " + concurrency + ", handled " + handled + ", refused "
                    + refused;
        }
    }

    /** What the shutdown cannot end is named with all that is lost. */
    @Nested
    class WhatIsLost {
        private final BackgroundTasks background = background();

        private List<String> stop(Duration limit) {
            try (Lines lines = Lines.listen()) {
                new BackgroundLifecycle(background, limit).stop();
                return lines.seen().stream()
                        .filter(line -> line.startsWith("WARN Background work"))
                        .toList();
            }
        }

        @Test
        void isNamedIfTheWorkerHasEndedBeforeItsQueue() throws Exception {
            AtomicBoolean broken = new AtomicBoolean();
            CountDownLatch asked = new CountDownLatch(1);
            Comparator<Integer> order = (a, b) -> {
                if (broken.get()) {
                    asked.countDown();
                    throw new IllegalStateException("not comparable");
                }
                return a.compareTo(b);
            };
            AsyncQueue<Integer> queue = new AsyncPriorityQueue<>(0, order);
            IntStream.range(0, 4).forEach(queue::putNowait);
            broken.set(true);
            background.worker("mailer", queue, item -> null);
            background.begin();
            assertThat(asked.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(stop(Duration.ofSeconds(SECONDS)))
                    .containsExactly("WARN Background work is left undone: worker mailer (0 in hand, 4 queued)");
        }

        @Test
        void isNamedIfTheShutdownIsInterrupted() throws Exception {
            AsyncQueue<Integer> queue = new AsyncQueue<>();
            IntStream.range(0, 4).forEach(queue::putNowait);
            CountDownLatch inHand = new CountDownLatch(1);
            background.worker("mailer", queue, item -> {
                inHand.countDown();
                return Mono.never();
            });
            background.begin();
            assertThat(inHand.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            Thread.currentThread().interrupt();
            List<String> log = stop(Duration.ofSeconds(SECONDS));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(log).containsExactly("WARN Background work is left undone: worker mailer (1 in hand, 3 queued)");
        }

        @Test
        void isNothingIfATaskAddsAWorkerMeanwhile() throws Exception {
            AsyncQueue<Integer> first = new AsyncQueue<>();
            AsyncQueue<Integer> late = new AsyncQueue<>();
            Queue<Integer> handled = new ConcurrentLinkedQueue<>();
            background.worker("first", first, item -> {
                background.worker(
                        "late",
                        late,
                        handledLater -> async(() -> {
                            await(sleep(Duration.ofMillis(1)));
                            handled.add(handledLater);
                        }));
                IntStream.range(0, 4).forEach(late::putNowait);
                return null;
            });
            background.begin();
            AsyncEvent shutDown = new AsyncEvent();
            CountDownLatch begun = new CountDownLatch(2);
            Task<Void> unused = background.start("begins-with-the-drain", async(() -> {
                begun.countDown();
                await(shutDown.waitUntilSet());
                await(first.put(0));
            }));
            background.supervise("sees-the-drain", async(() -> {
                try {
                    begun.countDown();
                    await(Mono.never());
                } finally {
                    shutDown.set();
                }
            }));
            begun.await();
            assertThat(stop(Duration.ofSeconds(SECONDS))).isEmpty();
            assertThat(handled).containsExactly(0, 1, 2, 3);
        }
    }
}
