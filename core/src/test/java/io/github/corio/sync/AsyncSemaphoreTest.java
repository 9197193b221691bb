package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.CancelledError;
import io.github.corio.Task;
import io.github.corio.Virtual;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class AsyncSemaphoreTest {
    private final List<Object> log = new ArrayList<>();

    /** A task that acquires a permit, logs that, and keeps it. */
    private Task<Void> acquiring(AsyncSemaphore semaphore, Object name) {
        return createTask(async(() -> {
            await(semaphore.acquire());
            log.add(name);
        }));
    }

    @Nested
    class InCoroutines {
        @Test
        @DisplayName(
                "SEM-01 the fourth of three permits waits; a release lets one through, the value stays 0 meanwhile")
        void aReleaseLetsOneThrough() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(3);
                for (int i = 0; i < 3; i++) {
                    await(semaphore.acquire());
                }
                assertThat(semaphore.isLocked()).isTrue();
                Task<Void> a = acquiring(semaphore, "a");
                Task<Void> b = acquiring(semaphore, "b");
                turn();
                assertThat(log).isEmpty();
                semaphore.release();
                assertThat(semaphore.availablePermits()).isZero();
                turn();
                assertThat(log).containsExactly("a");
                turn();
                assertThat(semaphore.availablePermits()).isZero();
                semaphore.release();
                turn();
                assertThat(log).containsExactly("a", "b");
                semaphore.release();
                assertThat(semaphore.availablePermits()).isEqualTo(1);
                assertThat(a.isDone() && b.isDone()).isTrue();
            });
        }

        @Test
        @DisplayName("SEM-02 a negative value is refused; 0 is locked from the start")
        void aNegativeValueIsRefused() {
            assertThatThrownBy(() -> new AsyncSemaphore(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new BoundedAsyncSemaphore(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(new AsyncSemaphore(0).isLocked()).isTrue();
            assertThat(new AsyncSemaphore(0).tryAcquire()).isNull();
        }

        @Test
        @DisplayName("SEM-03 a cancelled waiter leaves nothing behind")
        void aCancelledOneLeaves() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(0);
                Task<Void> task = acquiring(semaphore, "a");
                turn();
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(0, 0));
                semaphore.release();
                assertThat(semaphore.isLocked()).isFalse();
            });
        }

        @Test
        @DisplayName("SEM-05 the first waiter cancelled and a release in the same turn: the second gets the permit")
        void aReleaseReachesTheSecond() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(1);
                await(semaphore.acquire());
                Task<Void> t1 = acquiring(semaphore, "t1");
                Task<Void> t2 = acquiring(semaphore, "t2");
                turn();
                t1.cancel();
                semaphore.release();
                turn();
                assertThat(t1.isCancelled()).isTrue();
                assertThat(log).containsExactly("t2");
                assertThat(t2.isDone()).isTrue();
                assertThat(semaphore.isLocked()).isTrue();
                assertThat(semaphore.availablePermits()).isZero();
            });
        }

        @Test
        @DisplayName("SEM-07 a bounded one released above its start is an error")
        void aBoundedOneKeepsItsBound() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new BoundedAsyncSemaphore(1);
                assertThatThrownBy(semaphore::release)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("too many times");
                Permit held = awaitSingle(semaphore.acquire());
                held.close();
                held.close();
                assertThat(semaphore.availablePermits()).isEqualTo(1);
                AsyncSemaphore unbounded = new AsyncSemaphore(1);
                unbounded.release();
                assertThat(unbounded.availablePermits()).isEqualTo(2);
            });
        }

        @Test
        @DisplayName("SEM-09 who releases and acquires again goes behind those who wait already")
        void whoComesAgainGoesBehind() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(1);
                Task<Void> t1 = createTask(async(() -> {
                    await(semaphore.acquire());
                    log.add(1);
                    await(sleep(Duration.ofMillis(10)));
                    semaphore.release();
                    await(semaphore.acquire());
                    log.add(4);
                }));
                Task<Void> t2 = createTask(async(() -> {
                    await(semaphore.acquire());
                    log.add(2);
                    await(sleep(Duration.ofMillis(10)));
                }));
                Task<Void> t3 = createTask(async(() -> {
                    await(semaphore.acquire());
                    log.add(3);
                    await(sleep(Duration.ofMillis(10)));
                }));
                await(sleep(Duration.ofMillis(50)));
                semaphore.release();
                await(sleep(Duration.ofMillis(50)));
                semaphore.release();
                await(gather(List.of(t1, t2, t3)));
                assertThat(log).containsExactly(1, 2, 3, 4);
            });
        }

        @Test
        @DisplayName(
                "SEM-10 the first waiter cancelled earlier, then two releases: the second and third, in this order")
        void theOrderSurvivesACancel() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(0);
                Task<Void> t1 = acquiring(semaphore, 1);
                Task<Void> t2 = acquiring(semaphore, 2);
                Task<Void> t3 = acquiring(semaphore, 3);
                turn();
                t1.cancel();
                turn();
                semaphore.release();
                semaphore.release();
                await(gather(List.of(t2, t3)));
                assertThat(log).containsExactly(2, 3);
            });
        }

        @Test
        @DisplayName(
                "SEM-11 with one woken but not run, the others queue; when it runs, all that are permitted are woken")
        void whoRunsWakesAllThatArePermitted() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(0);
                AtomicReference<Task<Void>> t4 = new AtomicReference<>();
                Task<Void> t1 = createTask(async(() -> {
                    await(semaphore.acquire());
                    assertThat(semaphore.availablePermits()).isZero();
                    t4.set(createTask(async(() -> {
                        log.add(4);
                    })));
                    log.add(1);
                }));
                Task<Void> t2 = createTask(async(() -> {
                    semaphore.release();
                    semaphore.release();
                    semaphore.release();
                    assertThat(semaphore.availablePermits()).isEqualTo(2);
                    assertThat(semaphore.isLocked()).isTrue();
                    await(semaphore.acquire());
                    log.add(2);
                }));
                Task<Void> t3 = createTask(async(() -> {
                    await(semaphore.acquire());
                    assertThat(semaphore.isLocked()).isTrue();
                    log.add(3);
                }));
                turn();
                assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(2, 3));
                turn();
                assertThat(semaphore.availablePermits()).isZero();
                await(gather(List.of(t1, t2, t3)));
                await(t4.get());
                assertThat(log).containsExactly(1, 2, 3, 4);
            });
        }

        @Test
        @DisplayName(
                "SEM-13 woken by a release and cancelled before it runs: the permit goes to the next, the value is 0")
        void aWokenOnePassesItOn() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(0);
                Task<Void> t1 = acquiring(semaphore, 1);
                Task<Void> t2 = acquiring(semaphore, 2);
                turn();
                semaphore.release();
                t1.cancel();
                turn();
                assertThat(t1.isCancelled()).isTrue();
                assertThat(semaphore.availablePermits()).isZero();
                turn();
                assertThat(t2.isDone()).isTrue();
                assertThat(log).containsExactly(2);
                assertThat(semaphore.availablePermits()).isZero();
            });
        }

        @Test
        void toStringShowsTheState() {
            AsyncSemaphore semaphore = new BoundedAsyncSemaphore(2);
            assertThat(semaphore).hasToString("BoundedAsyncSemaphore[available=2]");
            Permit first = semaphore.tryAcquire();
            Permit second = semaphore.tryAcquire();
            semaphore.acquire().subscribe();
            assertThat(semaphore).hasToString("BoundedAsyncSemaphore[locked, waiting=1]");
            first.close();
            second.close();
        }

        @Test
        @DisplayName(
                "the first two waiters cancelled and one release in the same turn: the third gets the permit, only it")
        void theThirdGetsIt() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(0);
                List<Task<Void>> tasks = new ArrayList<>();
                for (int i = 1; i <= 4; i++) {
                    tasks.add(acquiring(semaphore, i));
                }
                turn();
                tasks.get(0).cancel();
                tasks.get(1).cancel();
                semaphore.release();
                turn();
                turn();
                assertThat(log).containsExactly(3);
                assertThat(tasks.get(3).isDone()).isFalse();
                assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(0, 1));
                tasks.get(3).cancel();
            });
        }

        @Test
        @DisplayName("woken by a release and cancelled before it runs, with nobody behind it: the permit is free again")
        void aWokenOneGivesItBack() {
            Virtual.runVirtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(1);
                Permit held = awaitSingle(semaphore.acquire());
                Task<Void> waiter = acquiring(semaphore, "waiter");
                turn();
                held.close();
                waiter.cancel();
                assertThatThrownBy(() -> await(waiter)).isInstanceOf(CancelledError.class);
                assertThat(log).isEmpty();
                assertThat(semaphore.isLocked()).isFalse();
                assertThat(semaphore.statistics()).isEqualTo(new AsyncSemaphore.Statistics(1, 0));
            });
        }
    }

    @Nested
    class AsALimiter {
        @Test
        void neverMoreRunThanThereArePermits() {
            AsyncSemaphore semaphore = new AsyncSemaphore(3);
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            Flux<Mono<Integer>> calls = Flux.range(0, 100)
                    .map(i -> Mono.delay(Duration.ofMillis(10))
                            .doFirst(() -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                            .map(tick -> {
                                running.decrementAndGet();
                                return i;
                            }));
            StepVerifier.withVirtualTime(
                            () -> Flux.merge(calls.flatMap(semaphore::limit, 64), calls.flatMap(semaphore::limit, 64)))
                    .thenAwait(Duration.ofSeconds(10))
                    .expectNextCount(200)
                    .verifyComplete();
            assertThat(most).hasValue(3);
            assertThat(semaphore.availablePermits()).isEqualTo(3);
        }

        @Test
        void theyAreGivenBackHoweverItEnds() {
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            StepVerifier.create(semaphore.limit(Mono.just(1))).expectNext(1).verifyComplete();
            StepVerifier.create(semaphore.limit(Mono.empty())).verifyComplete();
            StepVerifier.create(semaphore.limit(Mono.error(new IllegalStateException("boom"))))
                    .verifyErrorMessage("boom");
            StepVerifier.create(semaphore.withPermit(Mono.never())).thenCancel().verify();
            assertThat(semaphore.availablePermits()).isEqualTo(1);
        }

        @Test
        void aChainOfAHundredThousandNeedsNoDeepStack() {
            AsyncSemaphore semaphore = new AsyncSemaphore(2);
            Permit first = semaphore.tryAcquire();
            Permit second = semaphore.tryAcquire();
            AtomicInteger served = new AtomicInteger();
            for (int i = 0; i < 100_000; i++) {
                semaphore.limit(Mono.fromSupplier(served::incrementAndGet)).subscribe();
            }
            assertThat(served).hasValue(0);
            first.close();
            second.close();
            assertThat(served).hasValue(100_000);
            assertThat(semaphore.availablePermits()).isEqualTo(2);
        }
    }

    @Nested
    class Bounds {
        @Test
        void onePermitTooManyIsRefused() {
            AsyncSemaphore full = new AsyncSemaphore(Integer.MAX_VALUE);
            assertThatThrownBy(full::release)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("too many");
            assertThat(full.availablePermits()).isEqualTo(Integer.MAX_VALUE);
            Permit permit = full.tryAcquire();
            full.release();
            assertThatThrownBy(permit::close).isInstanceOf(IllegalArgumentException.class);
            assertThat(full.availablePermits()).isEqualTo(Integer.MAX_VALUE);
            assertThatThrownBy(() -> new AsyncSemaphore(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new BoundedAsyncSemaphore(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(new BoundedAsyncSemaphore(0)::release).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
