package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.Virtual;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class AsyncConditionTest {
    private final AsyncLock lock = new AsyncLock();
    private final AsyncCondition condition = new AsyncCondition(lock);
    private final List<Object> log = new ArrayList<>();

    /** A task that waits, logs, and keeps the lock. */
    private Task<Permit> waiting(Object name) {
        return createTask(async(() -> {
            Permit permit = awaitSingle(condition.acquire());
            await(condition.waitForSignal());
            log.add(name);
            return permit;
        }));
    }

    private void notifyWithLock(int n) {
        try (Permit held = awaitSingle(condition.acquire())) {
            condition.signal(n);
        }
    }

    @Nested
    class Waiting {
        @Test
        @DisplayName(
                "COND-01 notify wakes in order, but each returns only when it has the lock again, one after another")
        void theyComeBackOneAfterAnother() {
            Virtual.runVirtually(() -> {
                Task<Permit> a = waiting("a");
                Task<Permit> b = waiting("b");
                Task<Permit> c = waiting("c");
                turn();
                turn();
                assertThat(log).isEmpty();
                assertThat(condition.isLocked()).isFalse();

                Permit held = awaitSingle(condition.acquire());
                condition.signal(1);
                turn();
                assertThat(log).isEmpty();
                held.close();
                turn();
                assertThat(log).containsExactly("a");
                assertThat(condition.isLocked()).isTrue();

                condition.signal(2);
                turn();
                turn();
                assertThat(log).containsExactly("a");
                a.result().close();
                turn();
                assertThat(log).containsExactly("a", "b");
                b.result().close();
                turn();
                assertThat(log).containsExactly("a", "b", "c");
                c.result().close();
                assertThat(condition.isLocked()).isFalse();
            });
        }

        @Test
        @DisplayName("COND-02 a cancelled waiter ends with the cancel and has the lock again at that point")
        void aCancelledOneHasTheLock() {
            Virtual.runVirtually(() -> {
                Task<Void> task = createTask(async(() -> {
                    try (Permit held = awaitSingle(condition.acquire())) {
                        try {
                            await(condition.waitForSignal());
                        } catch (CancelledError e) {
                            log.add("locked " + condition.isLocked());
                            throw e;
                        }
                    }
                }));
                turn();
                assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(false, 1));
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(log).containsExactly("locked true");
                assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(false, 0));
            });
        }

        @Test
        @DisplayName(
                "COND-04 cancelled while it reacquires after a notification: the reacquisition ends first, then the cancel")
        void theReacquisitionEndsFirst() {
            Virtual.runVirtually(() -> {
                AtomicBoolean inner = new AtomicBoolean();
                Task<Void> task = createTask(async(() -> {
                    try (Permit held = awaitSingle(condition.acquire())) {
                        try {
                            await(condition.waitForSignal());
                        } finally {
                            inner.set(condition.isLocked());
                        }
                    }
                }));
                turn();
                Permit held = awaitSingle(condition.acquire());
                condition.signal(1);
                turn();
                task.cancel();
                turn();
                assertThat(task.isDone()).isFalse();
                held.close();
                turn();
                turn();
                assertThat(task.isCancelled()).isTrue();
                assertThat(inner).isTrue();
                assertThat(condition.isLocked()).isFalse();
            });
        }

        @Test
        @DisplayName("COND-05 wait and notify without the lock are errors")
        void withoutTheLockAreErrors() {
            Virtual.runVirtually(() -> {
                assertThatThrownBy(() -> await(condition.waitForSignal()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Cannot wait");
                assertThatThrownBy(() -> condition.signal(1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Cannot notify");
                assertThatThrownBy(condition::signalAll).isInstanceOf(IllegalStateException.class);
                assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(false, 0));
            });
        }

        @Test
        @DisplayName("COND-06 waitFor goes back to waiting while its predicate is false")
        void waitForGoesBack() {
            Virtual.runVirtually(() -> {
                AtomicBoolean ready = new AtomicBoolean();
                Task<Boolean> task = createTask(async(() -> {
                    try (Permit held = awaitSingle(condition.acquire())) {
                        return await(condition.waitFor(() -> {
                            log.add(condition.isLocked());
                            return ready.get();
                        }));
                    }
                }));
                turn();
                notifyWithLock(1);
                turn();
                turn();
                assertThat(log).containsExactly(true, true);
                assertThat(task.isDone()).isFalse();
                ready.set(true);
                notifyWithLock(1);
                assertThat(await(task)).isTrue();
                assertThat(log).containsExactly(true, true, true);
            });
        }

        @Test
        @DisplayName(
                "COND-07 waitFor is over at once for a true predicate, without the lock too; a false one is an error then")
        void waitForWithoutTheLock() {
            Virtual.runVirtually(() -> {
                assertThat(await(condition.waitFor(() -> true))).isTrue();
                assertThatThrownBy(() -> await(condition.waitFor(() -> false)))
                        .isInstanceOf(IllegalStateException.class);
            });
        }

        @Test
        @DisplayName("COND-08 notify(n) wakes at most n; more than wait is fine")
        void notifyWakesAtMostN() {
            Virtual.runVirtually(() -> {
                List<Task<Permit>> tasks = List.of(waiting(1), waiting(2), waiting(3), waiting(4));
                tasks.forEach(task -> task.addDoneCallback(done -> done.result().close()));
                turn();
                notifyWithLock(1);
                await(sleep(Duration.ofMillis(1)));
                assertThat(log).containsExactly(1);
                notifyWithLock(0);
                await(sleep(Duration.ofMillis(1)));
                assertThat(log).containsExactly(1);
                notifyWithLock(2);
                await(sleep(Duration.ofMillis(1)));
                assertThat(log).containsExactly(1, 2, 3);
                notifyWithLock(2048);
                await(gather(tasks));
                assertThat(log).containsExactly(1, 2, 3, 4);
            });
        }

        @Test
        void notifyEveryoneWakesAll() {
            Virtual.runVirtually(() -> {
                List<Task<Permit>> tasks = List.of(waiting(1), waiting(2));
                tasks.forEach(task -> task.addDoneCallback(done -> done.result().close()));
                turn();
                try (Permit held = awaitSingle(condition.acquire())) {
                    condition.signalAll();
                }
                await(gather(tasks));
                assertThat(log).containsExactly(1, 2);
            });
        }

        @Test
        @DisplayName("COND-10 a condition over a given lock shares its state both ways")
        void theLockIsShared() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                assertThat(condition.isLocked()).isTrue();
                condition.release();
                assertThat(lock.isLocked()).isFalse();
                assertThat(held.isClosed()).isTrue();
                Permit other = awaitSingle(condition.acquire());
                assertThat(lock.isLocked()).isTrue();
                other.close();
                assertThat(condition).hasToString("AsyncCondition[unlocked]");
            });
        }

        @Test
        @DisplayName(
                "COND-11 a time limit around the wait, inside the scoped block: a timeout, with the lock held and released")
        void aTimeLimitInsideTheBlock() {
            Virtual.runVirtually(() -> {
                try (Permit held = awaitSingle(condition.acquire())) {
                    assertThatThrownBy(() -> await(timeout(Duration.ofSeconds(1), limit -> {
                                await(condition.waitForSignal());
                                return null;
                            })))
                            .isInstanceOf(TimeoutException.class);
                    assertThat(condition.isLocked()).isTrue();
                }
                assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(false, 0));
            });
        }

        @Test
        @DisplayName("COND-12 the cancel that leaves the wait is the one that struck, with its message")
        void theCancelComesOutAsItIs() {
            Virtual.runVirtually(() -> {
                Task<Permit> task = waiting("a");
                turn();
                task.cancel("enough");
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("enough");
                lock.release();
            });
        }

        @Test
        @DisplayName("COND-13 the same for a cancel that strikes while it reacquires the lock: the latest comes out")
        void theLatestCancelComesOut() {
            Virtual.runVirtually(() -> {
                Task<Permit> task = waiting("a");
                turn();
                Permit held = awaitSingle(condition.acquire());
                condition.signal(1);
                turn();
                task.cancel("first");
                turn();
                task.cancel("second");
                turn();
                held.close();
                assertThatThrownBy(() -> await(task))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("second");
                assertThat(condition.isLocked()).isTrue();
            });
        }
    }

    @Nested
    class ANotificationOfACancelledOne {
        private final ArrayDeque<Integer> items = new ArrayDeque<>();

        private Task<Integer> consumer() {
            return createTask(async(() -> {
                try (Permit held = awaitSingle(condition.acquire())) {
                    await(condition.waitFor(() -> !items.isEmpty()));
                    return items.remove();
                }
            }));
        }

        @Test
        @DisplayName("COND-14 notified and cancelled before it runs: the other one is notified, the item is consumed")
        void goesToTheOther() {
            Virtual.runVirtually(() -> {
                Task<Integer> first = consumer();
                Task<Integer> second = consumer();
                turn();
                try (Permit held = awaitSingle(condition.acquire())) {
                    items.add(42);
                    condition.signal(1);
                    first.cancel();
                }
                assertThatThrownBy(() -> await(first)).isInstanceOf(CancelledError.class);
                assertThat(await(second)).isEqualTo(42);
            });
        }

        @Test
        @DisplayName("COND-15 the same when the cancelled one was already waiting for the lock")
        void goesToTheOtherAlsoFromTheLock() {
            Virtual.runVirtually(() -> {
                Task<Integer> first = consumer();
                Task<Integer> second = consumer();
                turn();
                try (Permit held = awaitSingle(condition.acquire())) {
                    items.add(42);
                    condition.signal(1);
                    turn();
                    first.cancel();
                    turn();
                }
                assertThatThrownBy(() -> await(first)).isInstanceOf(CancelledError.class);
                assertThat(await(second)).isEqualTo(42);
            });
        }
    }

    @Nested
    class ForSubscribers {
        @Test
        void aNotificationComes() {
            AtomicBoolean notified = new AtomicBoolean();
            try (Virtual virtual = new Virtual()) {
                condition
                        .withLock(condition.waitForSignal().doOnSuccess(nothing -> notified.set(lock.isLocked())))
                        .contextWrite(virtual.context())
                        .subscribe();
                virtual.advance(Duration.ofSeconds(1));
                assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(false, 1));
                Permit held = lock.tryAcquire();
                condition.signal();
                virtual.advance(Duration.ofSeconds(1));
                assertThat(notified).isFalse();
                held.close();
                virtual.advance(Duration.ofSeconds(1));
            }
            assertThat(notified).isTrue();
            assertThat(lock.isLocked()).isFalse();
        }

        @Test
        void aLoopThatIsClosedMeanwhileDoesNotHaveTheLockAgain() {
            AtomicReference<Permit> lent = new AtomicReference<>();
            Permit other;
            try (Virtual virtual = new Virtual()) {
                Disposable unused = async(() -> {
                            lent.set(awaitSingle(condition.acquire()));
                            await(condition.waitForSignal());
                        })
                        .contextWrite(virtual.context())
                        .subscribe(value -> {}, error -> {});
                virtual.advance(Duration.ofSeconds(1));
                assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(false, 1));
                assertThat(lent.get().isClosed()).isFalse();
                other = lock.tryAcquire();
            }
            assertThat(condition.statistics()).isEqualTo(new AsyncCondition.Statistics(true, 0));
            other.close();
            assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
            assertThat(lent.get().isClosed()).isTrue();
        }

        @Test
        void whoHasWaitedHoldsItUnderItsFirstNumberAgain() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(condition.acquire());
                Task<Void> notifier = createTask(
                        condition.withLock(async(() -> {
                            assertThat(held.isClosed()).isFalse();
                            condition.signal();
                        })),
                        "notifier");
                await(condition.waitForSignal());
                await(notifier);
                assertThat(lock).hasToString("AsyncLock[locked by main]");
                held.close();
                Permit next = lock.tryAcquire();
                held.close();
                assertThat(held.isClosed()).isTrue();
                assertThat(next.isClosed()).isFalse();
                next.close();
                assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
            });
        }

        @Test
        void aCancelDoesNotLeaveTheLockHeldOrTakeItFromAnother() {
            try (Virtual virtual = new Virtual()) {
                Disposable waiting = condition
                        .withLock(condition.waitForSignal().then(Mono.never()))
                        .contextWrite(virtual.context())
                        .subscribe();
                virtual.advance(Duration.ofSeconds(1));
                Permit other = lock.tryAcquire();
                waiting.dispose();
                virtual.advance(Duration.ofSeconds(1));
                assertThat(lock.isLocked()).isTrue();
                assertThat(other.isClosed()).isFalse();
                other.close();
                virtual.advance(Duration.ofSeconds(1));
                assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
            }
        }
    }
}
