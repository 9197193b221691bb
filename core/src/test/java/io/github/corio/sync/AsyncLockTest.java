package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.Virtual;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class AsyncLockTest {
    private final AsyncLock lock = new AsyncLock();
    private final List<Object> log = new ArrayList<>();

    /** A task that acquires the lock, logs that, and keeps it. */
    private Task<Permit> acquiring(String name) {
        return createTask(async(() -> {
            Permit permit = awaitSingle(lock.acquire());
            log.add(name);
            return permit;
        }));
    }

    private static void cancelled(Task<?> task) {
        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    }

    @Nested
    class InCoroutines {
        @Test
        @DisplayName("LOCK-01 waiters get the lock in their order, one a release, each one turn after it")
        void waitersAreServedInOrder() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                Task<Permit> a = acquiring("a");
                Task<Permit> b = acquiring("b");
                turn();
                assertThat(log).isEmpty();
                assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(true, 2));

                held.close();
                assertThat(lock.isLocked()).isFalse();
                assertThat(log).isEmpty();
                turn();
                assertThat(log).containsExactly("a");
                assertThat(lock.isLocked()).isTrue();
                turn();
                assertThat(log).containsExactly("a");

                a.result().close();
                turn();
                assertThat(log).containsExactly("a", "b");
                b.result().close();
                assertThat(lock.isLocked()).isFalse();
            });
        }

        @Test
        @DisplayName("a newcomer waits behind one who was woken and has not run yet")
        void nobodyOvertakes() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                Task<Permit> waiting = acquiring("waiting");
                turn();
                held.close();
                assertThat(lock.tryAcquire()).isNull();
                Task<Permit> late = createTask(async(() -> {
                    Permit permit = awaitSingle(lock.acquire());
                    log.add("late");
                    return permit;
                }));
                turn();
                assertThat(log).containsExactly("waiting");
                waiting.result().close();
                awaitSingle(late).close();
            });
        }

        @Test
        @DisplayName("LOCK-03 one of two waiters cancelled and the lock released in one turn: the other gets it")
        void aCancelledWaiterIsPassedOver() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                Task<Permit> b = acquiring("b");
                Task<Permit> c = acquiring("c");
                turn();
                b.cancel();
                held.close();
                cancelled(b);
                assertThat(awaitSingle(c).isClosed()).isFalse();
                assertThat(log).containsExactly("c");
            });
        }

        @Test
        @DisplayName(
                "LOCK-04 the first of three cancelled and the lock released in one callback: exactly one other gets it")
        void exactlyOneGetsIt() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                Task<Permit> a = acquiring("a");
                Task<Permit> b = acquiring("b");
                Task<Permit> c = acquiring("c");
                turn();
                EventLoop.current().callSoon(() -> {
                    a.cancel();
                    held.close();
                });
                turn();
                turn();
                turn();
                assertThat(log).containsExactly("b");
                assertThat(c.isDone()).isFalse();
                assertThat(a.isCancelled()).isTrue();
                b.result().close();
                awaitSingle(c).close();
            });
        }

        @Test
        @DisplayName("one that was handed the lock and is cancelled before it runs passes it on in that turn")
        void aWokenOnePassesItOn() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                Task<Permit> a = acquiring("a");
                Task<Permit> b = acquiring("b");
                turn();
                held.close();
                a.cancel();
                turn();
                assertThat(a.isCancelled()).isTrue();
                turn();
                assertThat(log).containsExactly("b");
                assertThat(b.result().isClosed()).isFalse();
            });
        }

        @Test
        @DisplayName("LOCK-07 a release without waiters frees it; one more is an error")
        void aReleaseFreesIt() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                lock.release();
                assertThat(lock.isLocked()).isFalse();
                assertThat(held.isClosed()).isTrue();
                assertThatThrownBy(lock::release)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("not acquired");
            });
        }

        @Test
        @DisplayName("LOCK-08 the scoped form acquires and releases, however it is left")
        void theScopedFormReleases() {
            Virtual.runVirtually(() -> {
                try (Permit held = awaitSingle(lock.acquire())) {
                    assertThat(lock.isLocked()).isTrue();
                }
                assertThat(lock.isLocked()).isFalse();
                assertThatThrownBy(() -> await(lock.withLock(async(() -> {
                            assertThat(lock.isLocked()).isTrue();
                            throw new IllegalArgumentException("boom");
                        }))))
                        .hasMessage("boom");
                assertThat(lock.isLocked()).isFalse();
            });
        }

        @Test
        void aPermitIsGivenBackOnce() {
            Virtual.runVirtually(() -> {
                Permit first = awaitSingle(lock.acquire());
                first.close();
                Permit second = awaitSingle(lock.acquire());
                first.close();
                assertThat(lock.isLocked()).isTrue();
                second.close();
                assertThat(lock.isLocked()).isFalse();
            });
        }

        @Test
        void aTimeLimitOnAnAcquireTakesNothing() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                assertThatThrownBy(() -> await(waitFor(lock.acquire(), Duration.ofSeconds(1))))
                        .isInstanceOf(TimeoutException.class);
                assertThat(lock.statistics().waiting()).isZero();
                held.close();
                assertThat(lock.tryAcquire()).isNotNull();
            });
        }

        @Test
        void outsideOfACoroutineIsRefusedEvenIfItIsFree() {
            assertThatThrownBy(() -> await(lock.acquire())).isInstanceOf(IllegalStateException.class);
            assertThat(lock.isLocked()).isFalse();
            try (Virtual virtual = new Virtual()) {
                virtual.loop().callSoon(() -> {
                    try {
                        await(lock.acquire());
                    } catch (IllegalStateException e) {
                        log.add(e.getMessage());
                    }
                });
                virtual.advance(Duration.ofSeconds(1));
            }
            assertThat(log).singleElement().asString().contains("outside of a coroutine");
            assertThat(lock.isLocked()).isFalse();
        }

        @Test
        void aLoopThatIsClosedLeavesTheQueue() {
            Permit held = lock.tryAcquire();
            try (Virtual virtual = new Virtual()) {
                virtual.loop()
                        .callSoon(() -> createTask(async(() -> {
                            await(lock.acquire());
                        })));
                virtual.advance(Duration.ofSeconds(1));
                assertThat(lock.statistics().waiting()).isEqualTo(1);
                virtual.loop().close();
                virtual.advance(Duration.ofSeconds(1));
            }
            assertThat(lock.statistics().waiting()).isZero();
            held.close();
            assertThat(lock.tryAcquire()).isNotNull();
        }

        @Test
        @DisplayName("a cancelled one that has not run yet does not hold up a newcomer")
        void aCancelledOneDoesNotHoldUpANewcomer() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                Task<Permit> a = acquiring("a");
                turn();
                a.cancel();
                held.close();
                Permit mine = lock.tryAcquire();
                assertThat(mine).isNotNull();
                cancelled(a);
                mine.close();
                assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
            });
        }

        @Test
        void toStringShowsWhoHoldsIt() {
            Virtual.runVirtually(() -> {
                AsyncLock lock = new AsyncLock();
                Task<Void> first = createTask(lock.withLock(sleep(Duration.ofSeconds(1))), "other way");
                await(first);
                Permit held = awaitSingle(lock.acquire());
                Task<Void> second = createTask(
                        async(() -> {
                            try (Permit unused = awaitSingle(lock.acquire())) {
                                assertThat(lock).hasToString("AsyncLock[locked by second]");
                            }
                        }),
                        "second");
                await(sleep(Duration.ZERO));
                assertThat(lock).hasToString("AsyncLock[locked by main, waiting=1]");
                assertThat(second).hasToString("Task[second, pending, waits for acquire of " + lock + "]");
                assertThat(second.waitsFor()).isSameAs(lock.acquire());
                held.close();
                await(second);
                assertThat(lock).hasToString("AsyncLock[unlocked]");
            });
        }

        @Test
        void toStringShowsTheState() {
            Virtual.runVirtually(() -> {
                assertThat(lock).hasToString("AsyncLock[unlocked]");
                Permit held = awaitSingle(lock.acquire());
                Task<Permit> a = acquiring("a");
                turn();
                assertThat(lock).hasToString("AsyncLock[locked by main, waiting=1]");
                assertThat(held.toString()).contains("held");
                held.close();
                assertThat(held.toString()).contains("closed");
                awaitSingle(a).close();
            });
        }
    }

    @Nested
    class ForSubscribers {
        @Test
        void eachSubscriptionIsAnAttemptThatBeginsWithItsRequest() {
            StepVerifier.create(lock.acquire(), 0)
                    .then(() -> assertThat(lock.isLocked()).isFalse())
                    .thenRequest(1)
                    .assertNext(permit -> assertThat(lock.isLocked()).isTrue())
                    .verifyComplete();
            assertThat(lock.isLocked()).isTrue();
        }

        @Test
        void waitersAreServedInOrderOnTheThreadThatReleases() {
            Permit held = lock.tryAcquire();
            List<Permit> permits = new ArrayList<>();
            lock.acquire().subscribe(permit -> {
                log.add("a on " + Thread.currentThread().getName());
                permits.add(permit);
            });
            lock.acquire().subscribe(permit -> {
                log.add("b");
                permits.add(permit);
            });
            held.close();
            assertThat(log).containsExactly("a on " + Thread.currentThread().getName());
            permits.get(0).close();
            assertThat(log).hasSize(2).endsWith("b");
            permits.get(1).close();
            assertThat(lock.isLocked()).isFalse();
        }

        @Test
        void aCancelledOneIsPassedOver() {
            Permit held = lock.tryAcquire();
            Disposable a = lock.acquire().subscribe(permit -> log.add("a"));
            lock.acquire().subscribe(permit -> log.add("b"));
            a.dispose();
            held.close();
            assertThat(log).containsExactly("b");
        }

        @Test
        void aChainOfAHundredThousandNeedsNoDeepStack() {
            Permit held = lock.tryAcquire();
            int chain = 100_000;
            int[] served = {0};
            for (int i = 0; i < chain; i++) {
                lock.acquire().subscribe(permit -> {
                    served[0]++;
                    permit.close();
                });
            }
            held.close();
            assertThat(served[0]).isEqualTo(chain);
            assertThat(lock.isLocked()).isFalse();
        }

        @Test
        void aHundredThousandCanLeaveFromTheEnd() {
            Permit held = lock.tryAcquire();
            List<Disposable> waiting = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                waiting.add(lock.acquire().subscribe());
            }
            for (int i = waiting.size() - 1; i >= 0; i--) {
                waiting.get(i).dispose();
            }
            assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(true, 0));
            held.close();
            assertThat(lock.isLocked()).isFalse();
        }

        @Test
        void oneThatThrowsDoesNotKeepOthersFromTheirs() {
            Permit held = lock.tryAcquire();
            lock.acquire().subscribe(new CoreSubscriber<>() {
                @Override
                public void onSubscribe(Subscription s) {
                    s.request(1);
                }

                @Override
                public void onNext(Permit permit) {
                    permit.close();
                    throw new AssertionError("made");
                }

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onComplete() {}
            });
            lock.acquire().subscribe(permit -> log.add("b"));
            Hooks.onErrorDropped(error -> log.add("dropped " + error.getMessage()));
            try {
                held.close();
            } finally {
                Hooks.resetOnErrorDropped();
            }
            assertThat(log).containsExactly("dropped made", "b");
        }

        @Test
        void theLockIsFreeWhenTheResultOfTheScopedFormComes() {
            StepVerifier.create(lock.withLock(Mono.fromSupplier(lock::isLocked))
                            .map(inside -> inside + " " + lock.isLocked()))
                    .expectNext("true false")
                    .verifyComplete();
            StepVerifier.create(lock.withLock(Mono.<String>empty().hide())).verifyComplete();
            assertThat(lock.isLocked()).isFalse();
            StepVerifier.create(lock.withLock(Mono.<String>error(new IllegalArgumentException("boom"))))
                    .verifyErrorMessage("boom");
            assertThat(lock.isLocked()).isFalse();
            StepVerifier.create(lock.withLock(Mono.<String>never()))
                    .thenAwait()
                    .then(() -> assertThat(lock.isLocked()).isTrue())
                    .thenCancel()
                    .verify();
            assertThat(lock.isLocked()).isFalse();
        }

        @Test
        void theScopedFormLeavesTheQueueWhenItIsCancelled() {
            Permit held = lock.tryAcquire();
            AtomicBoolean ran = new AtomicBoolean();
            Disposable waiting =
                    lock.withLock(Mono.fromRunnable(() -> ran.set(true))).subscribe();
            assertThat(lock.statistics().waiting()).isEqualTo(1);
            waiting.dispose();
            held.close();
            assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
            assertThat(ran).isFalse();
        }

        @Test
        @DisplayName("a value that has come and not been handed on when the cancel comes is discarded, once")
        void aCancelDiscardsTheValueThatWaitsForTheEndOfItsSource() {
            List<FluxSink<String>> sinks = new ArrayList<>();
            Flux<String> valueFirst = Flux.create(sink -> {
                sinks.add(sink);
                sink.next("value");
            });
            lock.withLock(Mono.fromDirect(valueFirst))
                    .doOnDiscard(String.class, log::add)
                    .subscribe(log::add)
                    .dispose();
            sinks.forEach(FluxSink::complete);
            assertThat(log).containsExactly("value");
            assertThat(lock.isLocked()).isFalse();
        }

        @Test
        void aCancelledCoroutineHoldsItUntilItsCleanupHasEnded() {
            try (Virtual virtual = new Virtual()) {
                Disposable running = lock.withLock(async(() -> {
                            try {
                                await(sleep(Duration.ofHours(1)));
                            } finally {
                                await(sleep(Duration.ofSeconds(5)));
                                log.add("cleaned up, locked " + lock.isLocked());
                            }
                        }))
                        .contextWrite(virtual.context())
                        .subscribe();
                virtual.advance(Duration.ofSeconds(1));
                running.dispose();
                virtual.advance(Duration.ofSeconds(1));
                assertThat(lock.isLocked()).isTrue();
                virtual.advance(Duration.ofSeconds(5));
                assertThat(log).containsExactly("cleaned up, locked true");
                assertThat(lock.isLocked()).isFalse();
            }
        }
    }

    @Nested
    class AtTheInstantOfACancel {
        @Test
        @DisplayName("a timeout whose time was up when the permit came does not have it")
        void aTimeoutThatHasStruckRefuses() {
            VirtualTimeScheduler time = VirtualTimeScheduler.create();
            AtomicReference<Permit> held = new AtomicReference<>(lock.tryAcquire());
            AtomicReference<Throwable> error = new AtomicReference<>();
            // The timeout has decided and cancels; before its cancel has arrived, the lock is handed over.
            lock.acquire()
                    .map(permit -> permit)
                    .doOnCancel(() -> held.get().close())
                    .timeout(Duration.ofSeconds(1), time)
                    .subscribe(permit -> log.add("kept"), error::set);
            time.advanceTimeBy(Duration.ofSeconds(2));
            assertThat(error.get()).isInstanceOf(TimeoutException.class);
            assertThat(log).isEmpty();
            assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
        }

        @Test
        @DisplayName("a subscription that is cancelled after it got the permit gives it back")
        void aPermitIsLentToItsSubscription() {
            Disposable chain = lock.acquire().flatMap(permit -> Mono.never()).subscribe();
            assertThat(lock.isLocked()).isTrue();
            chain.dispose();
            assertThat(lock.isLocked()).isFalse();
        }

        @Test
        @DisplayName("a task that is cancelled when an operator has brought the permit already gives it back")
        void aTaskThatNeverSawItGivesItBack() {
            Virtual.runVirtually(() -> {
                Permit held = awaitSingle(lock.acquire());
                Task<Void> task = createTask(async(() -> {
                    log.add(await(lock.acquire().map(permit -> permit)));
                }));
                turn();
                held.close();
                task.cancel();
                cancelled(task);
                assertThat(log).isEmpty();
                assertThat(lock.statistics()).isEqualTo(new AsyncLock.Statistics(false, 0));
            });
        }

        @Test
        @DisplayName("an operator that cancels from inside onNext, because it has enough, keeps the permit")
        void whoHasEnoughKeepsIt() {
            List<Permit> permits = new ArrayList<>();
            lock.acquire().flux().take(1).subscribe(permits::add);
            assertThat(permits).hasSize(1);
            assertThat(permits.get(0).isClosed()).isFalse();
            permits.get(0).close();
            lock.acquire().timeout(Duration.ofSeconds(10)).flux().next().subscribe(permits::add);
            assertThat(lock.isLocked()).isTrue();
            permits.get(1).close();
            Flux.defer(lock::acquire).repeat().take(1).subscribe(permits::add);
            assertThat(lock.isLocked()).isTrue();
        }
    }
}
