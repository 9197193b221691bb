package io.github.corio.queue;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Virtual.runVirtually;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.test.scheduler.VirtualTimeScheduler;

class ThrowingComparatorTest {
    /** Fails when so many comparisons have been made; never if that is negative. */
    private int left = -1;

    private final AsyncPriorityQueue<Integer> queue = new AsyncPriorityQueue<>(this::compare);

    private int compare(Integer a, Integer b) {
        if (left-- == 0) {
            throw new IllegalStateException("made");
        }
        return a.compareTo(b);
    }

    /** Whatever it does fails at the comparison of that number; true if it did. */
    private boolean fails(int comparison, Runnable action) {
        left = comparison;
        try {
            action.run();
            return false;
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("made");
            return true;
        } finally {
            left = -1;
        }
    }

    private List<Integer> drained() {
        List<Integer> all = new ArrayList<>();
        while (!queue.isEmpty()) {
            all.add(queue.getNowait());
        }
        return all;
    }

    @Nested
    class AtOnce {
        @Test
        void nothingIsLostWhereverItThrows() {
            SplittableRandom random = new SplittableRandom(1);
            PriorityQueue<Integer> expected = new PriorityQueue<>();
            int failures = 0;
            for (int round = 0; round < 5_000; round++) {
                int item = random.nextInt(50);
                int at = random.nextInt(8);
                if (random.nextInt(9) < 5) {
                    if (fails(at, () -> queue.putNowait(item))) {
                        failures++;
                    } else {
                        expected.add(item);
                    }
                } else if (!queue.isEmpty()) {
                    if (fails(at, () -> assertThat(queue.getNowait()).isEqualTo(expected.peek()))) {
                        failures++;
                    } else {
                        expected.poll();
                    }
                }
                assertThat(queue.size()).as("round %d", round).isEqualTo(expected.size());
            }
            assertThat(failures).isPositive();
            List<Integer> rest = new ArrayList<>();
            while (!expected.isEmpty()) {
                rest.add(expected.poll());
            }
            assertThat(drained()).isEqualTo(rest);
        }

        @Test
        void oneThatUsesTheQueueIsRefusedAndLosesNothing() {
            List<AsyncPriorityQueue<Integer>> self = new ArrayList<>();
            AsyncPriorityQueue<Integer> odd = new AsyncPriorityQueue<>((a, b) -> {
                if (a == 3 && self.get(0).size() == 2) {
                    self.get(0).putNowait(4);
                }
                return a.compareTo(b);
            });
            self.add(odd);
            odd.putNowait(1);
            odd.putNowait(2);
            assertThatThrownBy(() -> odd.putNowait(3)).isInstanceOf(ConcurrentModificationException.class);
            assertThat(List.of(odd.getNowait(), odd.getNowait(), odd.getNowait()))
                    .containsExactly(1, 2, 4);
        }

        /** What {@code heapq} of CPython 3.13 gives for {@code (i * 7 % 5, i)}, ordered by the first only. */
        @Test
        void equalOnesComeInTheOrderOfHeapq() {
            AsyncPriorityQueue<int[]> pairs = new AsyncPriorityQueue<>(Comparator.comparingInt(pair -> pair[0]));
            for (int i = 0; i < 12; i++) {
                pairs.putNowait(new int[] {i * 7 % 5, i});
            }
            List<Integer> order = new ArrayList<>();
            while (!pairs.isEmpty()) {
                order.add(pairs.getNowait()[1]);
            }
            assertThat(order).containsExactly(HEAPQ);
        }
    }

    private static final Integer[] HEAPQ = {0, 5, 10, 3, 8, 6, 11, 1, 9, 4, 2, 7};

    @Nested
    class HandedOver {
        @Test
        void whoeverAwaitsGetsTheErrorAndTheItemStays() {
            runVirtually(() -> {
                for (int item : new int[] {3, 1, 2}) {
                    queue.putNowait(item);
                }
                left = 0;
                assertThatThrownBy(() -> await(queue.get())).hasMessage("made");
                left = 0;
                assertThatThrownBy(() -> await(queue.put(0))).hasMessage("made");
                left = -1;
            });
            assertThat(drained()).containsExactly(1, 2, 3);
        }

        @Test
        void theNextGetterIsWokenForTheItemThatAnotherOneFailedToTake() {
            runVirtually(() -> {
                Task<Integer> first = createTask(queue.get());
                Task<Integer> second = createTask(queue.get());
                turn();
                queue.putNowait(3); // wakes the first
                List<Task<Integer>> both = List.of(first, second);
                queue.putNowait(1); // wakes the second
                queue.putNowait(2);
                left = 0;
                turn();
                assertThatThrownBy(() -> await(both.get(0))).hasMessage("made");
                assertThat(await(second)).isEqualTo(1);
            });
            assertThat(drained()).containsExactly(2, 3);
        }

        @Test
        void aLonelyWakeUpIsPassedOn() {
            runVirtually(() -> {
                Task<Integer> first = createTask(queue.get());
                Task<Integer> second = createTask(queue.get());
                Task<Integer> third = createTask(queue.get());
                turn();
                for (int item : new int[] {3, 1}) {
                    queue.putNowait(item); // wakes the first and the second
                }
                queue.putNowait(2); // and the third
                left = 0;
                turn();
                turn();
                assertThatThrownBy(() -> await(first)).hasMessage("made");
                assertThat(awaitSingle(second) + awaitSingle(third)).isEqualTo(3);
                assertThat(drained()).containsExactly(3);
            });
        }

        @Test
        void theNextPutterIsWokenForTheRoomThatAnotherOneFailedToUse() {
            AsyncPriorityQueue<Integer> small = new AsyncPriorityQueue<>(2, ThrowingComparatorTest.this::compare);
            runVirtually(() -> {
                small.putNowait(5);
                small.putNowait(6);
                Task<Void> first = createTask(small.put(1));
                Task<Void> second = createTask(small.put(2));
                turn();
                assertThat(small.getNowait()).isEqualTo(5);
                left = 0;
                turn();
                assertThatThrownBy(() -> await(first)).hasMessage("made");
                await(second);
                assertThat(small.getNowait()).isEqualTo(2);
                assertThat(small.getNowait()).isEqualTo(6);
            });
        }

        @Test
        void aSubscriberGetsItAsAnError() {
            List<Object> log = new ArrayList<>();
            queue.get().subscribe(log::add, error -> log.add(error.getMessage()));
            queue.get().subscribe(log::add, error -> log.add(error.getMessage()));
            queue.putNowait(3);
            queue.putNowait(1);
            assertThat(log).containsExactly(3, 1);
            for (int item : new int[] {3, 1, 2}) {
                queue.putNowait(item);
            }
            left = 0;
            queue.get().subscribe(log::add, error -> log.add(error.getMessage()));
            queue.put(7).subscribe(null, error -> log.add(error.getMessage()));
            assertThat(log).containsExactly(3, 1, "made");
            assertThat(drained()).containsExactly(1, 2, 3, 7);
        }

        /** Woken by others, it would never hear of an error that Reactor throws on instead. */
        @Test
        void aSubscriberThatWaitsGetsAnErrorOfTheJvmToo() {
            List<Object> log = new ArrayList<>();
            waitsInVain(
                    (a, b) -> {
                        if (a == 7 || b == 7) {
                            throw new NoClassDefFoundError("made");
                        }
                        return a.compareTo(b);
                    },
                    log);
            assertThat(log).containsExactly("made");
        }

        @Test
        void aSubscriberThatWaitsGetsItThoughTheHookForErrorsThrows() {
            List<Object> log = new ArrayList<>();
            Hooks.onOperatorError((error, item) -> {
                throw new IllegalArgumentException("hook");
            });
            try {
                waitsInVain(
                        (a, b) -> {
                            if (a == 7 || b == 7) {
                                throw new IllegalStateException("made");
                            }
                            return a.compareTo(b);
                        },
                        log);
            } finally {
                Hooks.resetOnOperatorError();
            }
            assertThat(log).containsExactly("made");
        }

        private void waitsInVain(Comparator<Integer> comparator, List<Object> log) {
            AsyncPriorityQueue<Integer> full = new AsyncPriorityQueue<>(2, comparator);
            full.putNowait(1);
            full.putNowait(2);
            full.put(7).subscribe(null, error -> log.add(error.getMessage()));
            assertThat(full.getNowait()).isEqualTo(1);
        }

        @Test
        void anItemThatComesBackIsKeptAndTheErrorIsDropped() {
            List<Object> dropped = new ArrayList<>();
            Hooks.onErrorDropped(error -> dropped.add(error.getMessage()));
            VirtualTimeScheduler time = VirtualTimeScheduler.create();
            try {
                queue.get()
                        .doOnNext(item -> {
                            time.advanceTimeBy(Duration.ofSeconds(2)); // the limit strikes now
                            for (int other : new int[] {4, 5}) {
                                queue.putNowait(other);
                            }
                            left = 0;
                        })
                        .timeout(Duration.ofSeconds(1), time)
                        .subscribe(item -> dropped.add("got " + item), error -> {});
                queue.putNowait(6);
                left = -1;
            } finally {
                Hooks.resetOnErrorDropped();
                time.dispose();
            }
            assertThat(dropped).containsExactly("made");
            assertThat(drained()).containsExactly(6, 4, 5);
        }
    }

    /** Items whose own methods throw: none of them is called. */
    @Nested
    class HostileItems {
        @Test
        void equalsHashCodeAndToStringAreNeverCalled() {
            runVirtually(() -> {
                for (AsyncQueue<Hostile> hostile : List.of(
                        new AsyncQueue<Hostile>(1),
                        new AsyncLifoQueue<Hostile>(1),
                        new AsyncPriorityQueue<Hostile>(1, (unused, unused2) -> 0))) {
                    Task<Void> put = createTask(async(() -> {
                        await(hostile.put(new Hostile()));
                        await(hostile.put(new Hostile()));
                    }));
                    turn();
                    assertThat(hostile.toString()).contains("size=1/1");
                    assertThat(hostile.put(new Hostile()).toString()).contains("put into");
                    assertThatThrownBy(() -> hostile.putNowait(new Hostile())).isInstanceOf(QueueFullException.class);
                    hostile.getNowait();
                    await(put);
                    hostile.shutdown(true);
                    assertThatThrownBy(() -> await(hostile.put(new Hostile())))
                            .isInstanceOf(QueueShutDownException.class);
                }
            });
        }
    }

    private static final class Hostile {
        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException("equals");
        }

        @Override
        public int hashCode() {
            throw new IllegalStateException("hashCode");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("toString");
        }
    }
}
