package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CoroutineAction;
import io.github.corio.Task;
import io.github.corio.Virtual;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class AsyncBarrierTest {
    private static final int N = 6;

    private final AsyncBarrier barrier = new AsyncBarrier(N);
    private final List<Object> log = new ArrayList<>();
    private final List<Object> broken = new ArrayList<>();
    private int left;

    private static List<Task<Void>> tasks(int n, CoroutineAction body) {
        List<Task<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            tasks.add(createTask(async(body)));
        }
        return tasks;
    }

    private int pass() {
        return await(barrier.waitUntilFull());
    }

    /** False if it was broken: the error is added then. */
    private boolean passes(List<Object> errors) {
        try {
            int unused = pass();
            return true;
        } catch (BarrierBrokenException e) {
            errors.add(e);
            return false;
        }
    }

    private void settled() {
        assertThat(barrier.waiting()).isZero();
        assertThat(barrier.isBroken()).isFalse();
        assertThat(barrier).hasToString("AsyncBarrier[filling, waiting=0/" + barrier.parties() + "]");
    }

    @Nested
    class Filling {
        @Test
        @DisplayName("BARRIER-01 fewer than one party is an error")
        void needsAParty() {
            assertThatThrownBy(() -> new AsyncBarrier(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new AsyncBarrier(-4)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        @DisplayName("BARRIER-03 with one party every wait passes at once")
        void onePartyPassesAtOnce() {
            Virtual.runVirtually(() -> {
                AsyncBarrier single = new AsyncBarrier(1);
                Task<Void> other = createTask(async(() -> {
                    log.add("other");
                }));
                assertThat(await(single.waitUntilFull())).isZero();
                assertThat(await(single.waitUntilFull())).isZero();
                assertThat(log).isEmpty();
                await(other);
            });
        }

        @Test
        @DisplayName("BARRIER-04 waiting() counts up while it fills; each gets its own number")
        void waitingCountsUp() {
            Virtual.runVirtually(() -> {
                List<Task<Void>> all = new ArrayList<>();
                for (int i = 1; i < N; i++) {
                    all.addAll(tasks(1, () -> log.add(pass())));
                    turn();
                    assertThat(barrier.waiting()).isEqualTo(i);
                }
                assertThat(barrier).hasToString("AsyncBarrier[filling, waiting=5/6]");
                log.add(pass());
                assertThat(barrier.waiting()).isZero();
                await(gather(all));
                assertThat(log).containsExactly(5, 0, 1, 2, 3, 4);
                settled();
            });
        }

        @Test
        void aCancelledOneNoLongerCounts() {
            Virtual.runVirtually(() -> {
                List<Task<Void>> all = tasks(2, AsyncBarrierTest.this::pass);
                turn();
                assertThat(barrier.waiting()).isEqualTo(2);
                all.get(0).cancel();
                turn();
                assertThat(barrier.waiting()).isEqualTo(1);
                all.get(1).cancel();
            });
        }

        @Test
        void subscribersMeetToo() {
            AsyncBarrier two = new AsyncBarrier(2);
            List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
            StepVerifier.create(
                            two.waitUntilFull().mergeWith(two.waitUntilFull()).doOnNext(numbers::add))
                    .expectNextCount(2)
                    .verifyComplete();
            assertThat(numbers).containsExactlyInAnyOrder(0, 1);
        }

        @Test
        void theNextRoundHasNumbersOfItsOwn() {
            Virtual.runVirtually(() -> {
                List<Integer> first = new ArrayList<>();
                List<Integer> second = new ArrayList<>();
                await(gather(tasks(N, () -> {
                    first.add(pass());
                    second.add(pass());
                })));
                assertThat(first).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
                assertThat(second).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
                settled();
            });
        }
    }

    @Nested
    class Draining {
        @Test
        @DisplayName(
                "BARRIER-07 who comes back while others are leaving waits until they have, and counts for the next round")
        void whoComesBackWaits() {
            Virtual.runVirtually(() -> {
                List<Task<Void>> first = tasks(N, () -> {
                    pass();
                    log.add("left");
                    if (log.size() <= 2) {
                        pass();
                        log.add("again");
                    }
                });
                await(sleep(Duration.ofMillis(1)));
                assertThat(log).containsOnly("left").hasSize(N);
                assertThat(barrier.waiting()).isEqualTo(2);
                List<Task<Void>> more = tasks(N - 2, AsyncBarrierTest.this::pass);
                await(gather(first));
                await(gather(more));
                assertThat(log).hasSize(N + 2).endsWith("again", "again");
                settled();
            });
        }

        @Test
        @DisplayName("BARRIER-10 a reset in the middle of draining breaks only those that have not left yet")
        void aResetBreaksWhoHasNotLeft() {
            Virtual.runVirtually(() -> {
                await(gather(tasks(N, () -> {
                    if (!passes(broken)) {
                        return;
                    }
                    if (++left == N / 2) {
                        await(barrier.reset());
                    }
                })));
                assertThat(left).isEqualTo(N / 2);
                assertThat(broken).hasSize(N / 2);
                settled();
            });
        }

        @Test
        @DisplayName("BARRIER-11 those that are blocked for the next round are not broken by that reset")
        void aResetDoesNotBreakWhoIsBlocked() {
            Virtual.runVirtually(() -> {
                List<Object> blockedBroken = new ArrayList<>();
                await(gather(tasks(N, () -> {
                    if (!passes(broken)) {
                        pass();
                        return;
                    }
                    if (++left > N / 2) {
                        await(barrier.reset());
                        pass();
                    } else {
                        passes(blockedBroken);
                    }
                })));
                assertThat(broken).hasSize(N - N / 2 - 1);
                assertThat(blockedBroken).isEmpty();
                settled();
            });
        }

        @Test
        @DisplayName("BARRIER-13 a reset by the last one to leave disturbs nobody")
        void aResetByTheLastDisturbsNobody() {
            Virtual.runVirtually(() -> {
                await(gather(tasks(N, () -> {
                    pass();
                    if (++left == N) {
                        await(barrier.reset());
                    }
                    log.add("passed");
                })));
                assertThat(log).hasSize(N);
                settled();
            });
        }

        @Test
        void toStringSaysSoUntilTheLastHasLeft() {
            Virtual.runVirtually(() -> {
                await(gather(tasks(N, () -> {
                    pass();
                    log.add(barrier.toString().contains("draining"));
                })));
                assertThat(log).containsExactly(true, true, true, true, true, false);
            });
        }
    }

    @Nested
    class Breaking {
        @Test
        @DisplayName("BARRIER-09 reset breaks those who wait; the barrier is usable afterwards")
        void aResetBreaksWhoWaits() {
            Virtual.runVirtually(() -> {
                List<Task<Void>> waiting = tasks(N - 1, () -> passes(broken));
                turn();
                await(barrier.reset());
                assertThat(barrier.isBroken()).isFalse();
                await(gather(waiting));
                assertThat(broken).hasSize(N - 1);
                await(gather(tasks(N, AsyncBarrierTest.this::pass)));
                settled();
            });
        }

        @Test
        @DisplayName("BARRIER-12 broken ones may wait again at once and are completed by one who comes late")
        void brokenOnesMayWaitAgain() {
            Virtual.runVirtually(() -> {
                List<Task<Void>> waiting = tasks(N - 1, () -> {
                    passes(broken);
                    pass();
                    log.add("passed");
                });
                turn();
                await(barrier.reset());
                assertThat(broken).isEmpty();
                pass();
                await(gather(waiting));
                assertThat(broken).hasSize(N - 1);
                assertThat(log).hasSize(N - 1);
                settled();
            });
        }

        @Test
        @DisplayName("BARRIER-14 abort marks it broken: for those who wait and those who come")
        void anAbortMarksItBroken() {
            Virtual.runVirtually(() -> {
                List<Task<Void>> waiting = tasks(N - 1, () -> passes(broken));
                turn();
                await(barrier.abort());
                await(gather(waiting));
                assertThat(broken).hasSize(N - 1);
                assertThat(barrier.isBroken()).isTrue();
                assertThat(barrier.waiting()).isZero();
                assertThat(barrier).hasToString("AsyncBarrier[broken]");
                assertThatThrownBy(AsyncBarrierTest.this::pass).isInstanceOf(BarrierBrokenException.class);
            });
        }

        @Test
        @DisplayName("BARRIER-15 abort breaks both those who wait and those who are newly blocked")
        void anAbortBreaksTheBlockedToo() {
            Virtual.runVirtually(() -> {
                List<Object> blockedBroken = new ArrayList<>();
                await(gather(tasks(N, () -> {
                    if (!passes(broken)) {
                        return;
                    }
                    if (++left == N / 2) {
                        await(barrier.abort());
                    } else {
                        passes(blockedBroken);
                    }
                })));
                assertThat(barrier.isBroken()).isTrue();
                assertThat(left).isEqualTo(N / 2);
                assertThat(broken).hasSize(N / 2);
                assertThat(blockedBroken).hasSize(N / 2 - 1);
            });
        }

        @Test
        @DisplayName("BARRIER-17 after an abort, a reset makes it usable again")
        void aResetMakesItUsableAgain() {
            Virtual.runVirtually(() -> {
                await(barrier.abort());
                assertThatThrownBy(AsyncBarrierTest.this::pass).isInstanceOf(BarrierBrokenException.class);
                await(barrier.reset());
                assertThat(barrier.isBroken()).isFalse();
                await(gather(tasks(N, () -> log.add(pass()))));
                assertThat(log).hasSize(N);
                settled();
            });
        }
    }

    @Nested
    class Indexes {
        @Test
        void areUniqueAfterSomebodyHasLeft() {
            Virtual.runVirtually(() -> {
                AsyncBarrier three = new AsyncBarrier(3);
                Task<Integer> leaves = createTask(three.waitUntilFull());
                Task<Integer> stays = createTask(three.waitUntilFull());
                turn();
                leaves.cancel();
                turn();
                List<Integer> indexes =
                        new ArrayList<>(await(gather(List.of(stays, three.waitUntilFull(), three.waitUntilFull()))));
                Collections.sort(indexes);
                assertThat(indexes).containsExactly(0, 1, 2);
            });
        }

        @Test
        void areUniqueInEachRoundWhoeverLeaves() {
            Virtual.runVirtually(() -> {
                for (int gone = 1; gone < 1 << (N - 1); gone++) {
                    List<Task<Integer>> parties = new ArrayList<>();
                    for (int i = 0; i < N - 1; i++) {
                        parties.add(createTask(barrier.waitUntilFull()));
                    }
                    turn();
                    List<Task<Integer>> stay = new ArrayList<>();
                    for (int i = 0; i < N - 1; i++) {
                        if ((gone & (1 << i)) != 0) {
                            parties.get(i).cancel();
                        } else {
                            stay.add(parties.get(i));
                        }
                    }
                    turn();
                    while (stay.size() < N) {
                        stay.add(createTask(barrier.waitUntilFull()));
                    }
                    List<Integer> indexes = new ArrayList<>(await(gather(stay)));
                    Collections.sort(indexes);
                    assertThat(indexes).as("without %s", gone).containsExactly(0, 1, 2, 3, 4, 5);
                }
                settled();
            });
        }
    }
}
