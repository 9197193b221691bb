package io.github.corio.queue;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.Virtual;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class AsyncQueueTest {
    private final List<Object> log = new ArrayList<>();

    private static <T> Task<T> getting(AsyncQueue<T> queue) {
        return createTask(async(() -> await(queue.get())));
    }

    private <T> Task<Void> putting(AsyncQueue<T> queue, T item) {
        return createTask(async(() -> {
            await(queue.put(item));
            log.add("put " + item);
        }));
    }

    private static void cancelled(Task<?> task) {
        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    }

    private static <T> List<T> drained(AsyncQueue<T> queue) {
        List<T> items = new ArrayList<>();
        while (!queue.isEmpty()) {
            items.add(queue.getNowait());
        }
        return items;
    }

    @Nested
    class Order {
        @Test
        @DisplayName("QUEUE-01 first in, first out")
        void firstInFirstOut() {
            AsyncQueue<Integer> queue = new AsyncQueue<>();
            List.of(1, 3, 2).forEach(queue::putNowait);
            assertThat(drained(queue)).containsExactly(1, 3, 2);
        }

        @Test
        @DisplayName("QUEUE-16 newest first, and smallest first")
        void newestOrSmallestFirst() {
            AsyncQueue<Integer> lifo = new AsyncLifoQueue<>();
            List.of(1, 3, 2).forEach(lifo::putNowait);
            assertThat(drained(lifo)).containsExactly(2, 3, 1);
            AsyncQueue<Integer> smallest = AsyncPriorityQueue.naturalOrder(0);
            List.of(1, 3, 2).forEach(smallest::putNowait);
            assertThat(drained(smallest)).containsExactly(1, 2, 3);
            AsyncQueue<Integer> largest = new AsyncPriorityQueue<>(Comparator.reverseOrder());
            List.of(1, 3, 2).forEach(largest::putNowait);
            assertThat(drained(largest)).containsExactly(3, 2, 1);
        }

        @Test
        void toStringShowsTheState() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncLifoQueue<>(1);
                assertThat(queue).hasToString("AsyncLifoQueue[size=0/1]");
                queue.putNowait(1);
                Task<Void> putter = putting(queue, 2);
                turn();
                queue.shutdown();
                assertThat(queue.statistics()).isEqualTo(new AsyncQueue.Statistics(1, 1, 0, 0, 0, 1, true));
                assertThat(queue).hasToString("AsyncLifoQueue[size=1/1, unfinished=1, shut down]");
                assertThatThrownBy(() -> await(putter)).isInstanceOf(QueueShutDownException.class);
            });
        }
    }

    @Nested
    class Putting {
        @Test
        @DisplayName("QUEUE-02 a put waits at maxsize and goes on one turn after a get")
        void waitsForRoom() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>(2);
                assertThat(queue.maxSize()).isEqualTo(2);
                Task<Void> producer = createTask(async(() -> {
                    for (int i = 1; i <= 3; i++) {
                        await(queue.put(i));
                        log.add(i);
                    }
                }));
                turn();
                assertThat(log).containsExactly(1, 2);
                assertThat(queue.isFull()).isTrue();
                turn();
                assertThat(log).containsExactly(1, 2);
                assertThat(queue.getNowait()).isEqualTo(1);
                assertThat(log).containsExactly(1, 2);
                turn();
                assertThat(log).containsExactly(1, 2, 3);
                assertThat(producer.isDone()).isTrue();
                assertThat(queue.size()).isEqualTo(2);
            });
        }

        @Test
        void withoutRoomIsAnErrorAtOnce() {
            AsyncQueue<Integer> queue = new AsyncQueue<>(1);
            queue.putNowait(1);
            assertThatThrownBy(() -> queue.putNowait(2)).isInstanceOf(QueueFullException.class);
            assertThat(new AsyncQueue<>(-1).isFull()).isFalse();
            assertThatThrownBy(() -> queue.put(null)).isInstanceOf(NullPointerException.class);
        }

        @Test
        @DisplayName("QUEUE-07 blocked putters are served in order")
        void blockedOnesAreServedInOrder() {
            Virtual.runVirtually(() -> {
                AsyncQueue<String> queue = new AsyncQueue<>(1);
                queue.putNowait("a");
                Task<Void> b = putting(queue, "b");
                Task<Void> c = putting(queue, "c");
                turn();
                assertThat(queue.statistics().putting()).isEqualTo(2);
                assertThat(await(queue.get())).isEqualTo("a");
                assertThat(await(queue.get())).isEqualTo("b");
                assertThat(await(queue.get())).isEqualTo("c");
                await(gather(List.of(b, c)));
                assertThat(log).containsExactly("put b", "put c");
            });
        }

        @Test
        @DisplayName(
                "QUEUE-12 a blocked putter is woken by a get and then cancelled: its item is not there, nothing else is lost")
        void aWokenAndCancelledOnePutsNothing() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>(1);
                queue.putNowait(1);
                Task<Void> putter = putting(queue, 2);
                turn();
                assertThat(queue.getNowait()).isEqualTo(1);
                putter.cancel();
                cancelled(putter);
                assertThat(queue.isEmpty()).isTrue();
                await(queue.put(2));
                assertThat(queue.getNowait()).isEqualTo(2);
            });
        }

        @Test
        @DisplayName("room that a cancelled putter was woken for goes to the next")
        void roomGoesToTheNext() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>(1);
                queue.putNowait(1);
                Task<Void> second = putting(queue, 2);
                Task<Void> third = putting(queue, 3);
                turn();
                assertThat(queue.getNowait()).isEqualTo(1);
                second.cancel();
                cancelled(second);
                await(third);
                assertThat(queue.getNowait()).isEqualTo(3);
            });
        }

        @Test
        @DisplayName(
                "QUEUE-14 a putter that was taken out already is cancelled: it ends cancelled, without a further error")
        void aTakenOutOneEndsCancelled() {
            try (Virtual virtual = new Virtual()) {
                virtual.run(async(() -> {
                    AsyncQueue<Integer> queue = new AsyncQueue<>(1);
                    queue.putNowait(1);
                    Task<Void> putter = putting(queue, 2);
                    turn();
                    queue.getNowait();
                    putter.cancel();
                    cancelled(putter);
                    assertThat(queue.statistics()).isEqualTo(new AsyncQueue.Statistics(0, 1, 0, 0, 0, 1, false));
                }));
                assertThat(virtual.reported()).isEmpty();
            }
        }

        @Test
        @DisplayName(
                "QUEUE-15 several putters and a getter that drains without waiting do not block each other for good")
        void doNotBlockForGood() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>(2);
                queue.putNowait(1);
                queue.putNowait(2);
                List<Task<Void>> putters = List.of(putting(queue, 3), putting(queue, 4), putting(queue, 5));
                turn();
                Task<Integer> getter = createTask(async(() -> {
                    int got = 0;
                    while (got < 5) {
                        if (queue.isEmpty()) {
                            turn();
                        } else {
                            queue.getNowait();
                            got++;
                        }
                    }
                    return got;
                }));
                await(gather(putters));
                assertThat(await(getter)).isEqualTo(5);
            });
        }
    }

    @Nested
    class Getting {
        @Test
        void withoutAnItemIsAnErrorAtOnce() {
            assertThatThrownBy(() -> new AsyncQueue<>().getNowait()).isInstanceOf(QueueEmptyException.class);
        }

        @Test
        @DisplayName("QUEUE-06 the first getter cancelled, then an item is put: the second receives it")
        void theSecondReceivesIt() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>();
                Task<Integer> t1 = getting(queue);
                Task<Integer> t2 = getting(queue);
                turn();
                t1.cancel();
                turn();
                assertThat(t1.isDone()).isTrue();
                await(queue.put(7));
                turn();
                assertThat(t2.result()).isEqualTo(7);
            });
        }

        @Test
        @DisplayName("QUEUE-08 one slot, one producer, one consumer: five items go through")
        void oneSlotIsEnough() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>(1);
                Task<Void> consumer = createTask(async(() -> {
                    for (int i = 0; i < 5; i++) {
                        log.add(await(queue.get()));
                    }
                }));
                Task<Void> producer = createTask(async(() -> {
                    for (int i = 0; i < 5; i++) {
                        await(queue.put(i));
                    }
                }));
                await(gather(List.of(consumer, producer)));
                assertThat(log).containsExactly(0, 1, 2, 3, 4);
            });
        }

        @Test
        @DisplayName("QUEUE-09 getters and putters whose time was up leave nothing behind")
        void timedOutOnesLeave() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>(1);
                for (int i = 0; i < 3; i++) {
                    assertThatThrownBy(() -> await(waitFor(queue.get(), Duration.ofMillis(10))))
                            .isInstanceOf(TimeoutException.class);
                }
                assertThat(queue.statistics().getting()).isZero();
                queue.putNowait(1);
                assertThatThrownBy(() -> await(waitFor(queue.put(2), Duration.ofMillis(10))))
                        .isInstanceOf(TimeoutException.class);
                assertThat(queue.statistics().putting()).isZero();
                assertThat(queue.getNowait()).isEqualTo(1);
                assertThat(queue.isEmpty()).isTrue();
            });
        }

        @Test
        @DisplayName("QUEUE-11 three readers, two items, the first reader cancelled: the other two get both")
        void theOthersGetBoth() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>();
                Task<Integer> r1 = getting(queue);
                Task<Integer> r2 = getting(queue);
                Task<Integer> r3 = getting(queue);
                turn();
                queue.putNowait(1);
                queue.putNowait(2);
                r1.cancel();
                cancelled(r1);
                assertThat(await(gather(List.of(r2, r3)))).containsExactly(1, 2);
            });
        }

        @Test
        @DisplayName("a getter that was woken and is cancelled leaves the item in its place")
        void aWokenAndCancelledOneTakesNothing() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>();
                Task<Integer> reader = getting(queue);
                turn();
                queue.putNowait(1);
                queue.putNowait(2);
                reader.cancel();
                cancelled(reader);
                assertThat(await(queue.get())).isEqualTo(1);
                assertThat(drained(queue)).containsExactly(2);
            });
        }
    }

    @Nested
    class CountingWhatIsDone {
        @Test
        @DisplayName("QUEUE-18 one taskDone too many is an error")
        void oneTooManyIsAnError() {
            AsyncQueue<Integer> queue = new AsyncQueue<>();
            assertThatThrownBy(queue::taskDone).isInstanceOf(IllegalArgumentException.class);
            queue.putNowait(1);
            queue.taskDone();
            assertThatThrownBy(queue::taskDone).hasMessageContaining("too many times");
        }

        @Test
        void joinWaitsForAll() {
            Virtual.runVirtually(() -> {
                AsyncQueue<Integer> queue = new AsyncQueue<>();
                await(queue.join());
                queue.putNowait(1);
                queue.putNowait(2);
                Task<Void> join = createTask(queue.join());
                turn();
                queue.getNowait();
                queue.taskDone();
                turn();
                assertThat(join.isDone()).isFalse();
                assertThat(queue.statistics().joining()).isEqualTo(1);
                queue.getNowait();
                queue.taskDone();
                await(join);
                assertThat(queue.statistics().joining()).isZero();
            });
        }
    }

    @Nested
    class ShuttingDown {
        @Test
        @DisplayName(
                "QUEUE-21 a full queue with a blocked putter: that one fails, the item can be got, join waits for it, then gets fail")
        void theItemsInItCanBeGot() {
            Virtual.runVirtually(() -> {
                AsyncQueue<String> queue = new AsyncQueue<>(1);
                queue.putNowait("data");
                Task<Void> putter = putting(queue, "data2");
                Task<Void> join = createTask(queue.join());
                turn();
                queue.shutdown();
                assertThatThrownBy(() -> await(putter)).isInstanceOf(QueueShutDownException.class);
                assertThatThrownBy(() -> queue.putNowait("more")).isInstanceOf(QueueShutDownException.class);
                assertThat(join.isDone()).isFalse();
                assertThat(await(queue.get())).isEqualTo("data");
                assertThatThrownBy(() -> await(queue.get())).isInstanceOf(QueueShutDownException.class);
                assertThatThrownBy(queue::getNowait).isInstanceOf(QueueShutDownException.class);
                assertThat(join.isDone()).isFalse();
                queue.taskDone();
                await(join);
                assertThatThrownBy(() -> await(queue.put("late"))).isInstanceOf(QueueShutDownException.class);
            });
        }

        @Test
        @DisplayName("QUEUE-22 at once: the queue is emptied, join passes, taskDone is an error")
        void atOnceThrowsTheItemsAway() {
            Virtual.runVirtually(() -> {
                AsyncQueue<String> queue = new AsyncQueue<>();
                queue.putNowait("data");
                Task<Void> join = createTask(queue.join());
                turn();
                queue.shutdown(true);
                await(join);
                assertThat(queue.isEmpty()).isTrue();
                assertThatThrownBy(() -> await(queue.get())).isInstanceOf(QueueShutDownException.class);
                assertThatThrownBy(queue::taskDone).isInstanceOf(IllegalArgumentException.class);
            });
        }

        @Test
        void whoWaitsInVainIsTold() {
            Virtual.runVirtually(() -> {
                AsyncQueue<String> queue = new AsyncQueue<>();
                Task<String> getter = getting(queue);
                turn();
                queue.shutdown();
                assertThatThrownBy(() -> await(getter)).isInstanceOf(QueueShutDownException.class);
            });
        }

        @Test
        @DisplayName("at once, with an item that was got and is not done: join waits for that one only")
        void atOnceWithAnUnfinishedOne() {
            Virtual.runVirtually(() -> {
                for (AsyncQueue<String> queue : List.of(
                        new AsyncQueue<String>(),
                        new AsyncLifoQueue<String>(),
                        AsyncPriorityQueue.<String>naturalOrder(0))) {
                    List.of("a", "b", "c").forEach(queue::putNowait);
                    await(queue.get());
                    Task<Void> join = createTask(queue.join());
                    turn();
                    queue.shutdown(true);
                    assertThat(queue.size()).isZero();
                    turn();
                    assertThat(join.isDone()).isFalse();
                    assertThatThrownBy(() -> queue.putNowait("d")).isInstanceOf(QueueShutDownException.class);
                    assertThatThrownBy(queue::getNowait).isInstanceOf(QueueShutDownException.class);
                    queue.taskDone();
                    assertThatThrownBy(queue::taskDone).isInstanceOf(IllegalArgumentException.class);
                    await(join);
                }
            });
        }

        @Test
        void allWhoWaitInVainAreTold() {
            Virtual.runVirtually(() -> {
                AsyncQueue<String> empty = new AsyncQueue<>();
                AsyncQueue<String> full = new AsyncQueue<>(1);
                full.putNowait("data");
                List<Task<?>> waiting =
                        List.of(getting(empty), getting(empty), getting(empty), putting(full, "x"), putting(full, "y"));
                turn();
                empty.shutdown();
                full.shutdown(true);
                turn();
                assertThat(waiting)
                        .allSatisfy(task -> assertThat(task.exception()).isInstanceOf(QueueShutDownException.class));
                await(empty.join());
                await(full.join());
                assertThat(full.isEmpty()).isTrue();
            });
        }
    }

    @Nested
    class AsAFlux {
        private final AsyncQueue<Integer> queue = new AsyncQueue<>();

        @Test
        void anItemLeavesOnlyWhenItIsRequested() {
            List.of(1, 2, 3).forEach(queue::putNowait);
            StepVerifier.create(queue.asFlux(), 0)
                    .then(() -> assertThat(queue.size()).isEqualTo(3))
                    .thenRequest(2)
                    .expectNext(1, 2)
                    .then(() -> assertThat(queue.size()).isEqualTo(1))
                    .thenRequest(2)
                    .expectNext(3)
                    .then(() -> queue.putNowait(4))
                    .expectNext(4)
                    .thenCancel()
                    .verify();
            queue.putNowait(5);
            assertThat(queue.getNowait()).isEqualTo(5);
        }

        @Test
        void itCompletesWhenTheQueueIsShutDownAndEmpty() {
            queue.putNowait(1);
            StepVerifier.create(queue.asFlux())
                    .expectNext(1)
                    .then(() -> queue.putNowait(2))
                    .expectNext(2)
                    .then(queue::shutdown)
                    .verifyComplete();
            StepVerifier.create(queue.asFlux()).verifyComplete();
        }

        @Test
        void severalShareTheItems() {
            List<Integer> a = new ArrayList<>();
            List<Integer> b = new ArrayList<>();
            queue.asFlux().subscribe(a::add);
            queue.asFlux().subscribe(b::add);
            List.of(1, 2, 3, 4).forEach(queue::putNowait);
            assertThat(a).containsExactly(1, 3);
            assertThat(b).containsExactly(2, 4);
        }

        @Test
        void whoHasEnoughTakesNoMore() {
            List.of(1, 2, 3, 4).forEach(queue::putNowait);
            assertThat(queue.asFlux().take(2).collectList().block()).containsExactly(1, 2);
            assertThat(queue.asFlux().take(1, false).collectList().block()).containsExactly(3);
            assertThat(Flux.defer(queue::get).repeat().takeUntil(i -> true).blockLast())
                    .isEqualTo(4);
            assertThat(queue.isEmpty()).isTrue();
        }

        @Test
        void aLongQueueNeedsNoDeepStack() {
            for (int i = 0; i < 100_000; i++) {
                queue.putNowait(i);
            }
            queue.shutdown();
            assertThat(queue.asFlux().count().block()).isEqualTo(100_000);
        }
    }

    @Nested
    class ForSubscribers {
        private final AsyncQueue<Integer> queue = new AsyncQueue<>(1);

        @Test
        void theyPassItemsOn() {
            Disposable unused = queue.get().subscribe(log::add);
            StepVerifier.create(queue.put(1).thenMany(Flux.range(2, 3).concatMap(queue::put)))
                    .expectSubscription()
                    .then(() -> assertThat(log).containsExactly(1))
                    .then(() -> queue.get().subscribe(log::add))
                    .then(() -> queue.get().subscribe(log::add))
                    .verifyComplete();
            assertThat(log).containsExactly(1, 2, 3);
            assertThat(queue.getNowait()).isEqualTo(4);
        }

        @Test
        void aCancelledPutPutsNothing() {
            queue.putNowait(1);
            queue.put(2).subscribe().dispose();
            assertThat(queue.statistics().putting()).isZero();
            assertThat(queue.getNowait()).isEqualTo(1);
            assertThat(queue.isEmpty()).isTrue();
        }

        @Test
        @DisplayName("an item that comes when a timeout has struck goes back to its place, and to the next")
        void aTimeoutThatHasStruckRefuses() {
            VirtualTimeScheduler time = VirtualTimeScheduler.create();
            AtomicReference<Throwable> error = new AtomicReference<>();
            queue.get()
                    .doOnCancel(() -> {
                        if (queue.statistics().unfinished() == 0) {
                            queue.putNowait(1);
                        }
                    })
                    .timeout(Duration.ofSeconds(1), time)
                    .subscribe(log::add, error::set);
            queue.get().subscribe(item -> log.add("next " + item));
            time.advanceTimeBy(Duration.ofSeconds(2));
            assertThat(error.get()).isInstanceOf(TimeoutException.class);
            assertThat(log).containsExactly("next 1");
            assertThat(queue.isEmpty()).isTrue();
        }
    }
}
