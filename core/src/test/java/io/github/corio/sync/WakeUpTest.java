package io.github.corio.sync;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import io.github.corio.queue.AsyncQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Several are woken together, and one of them does what it must not. */
class WakeUpTest {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<String> dropped = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        Hooks.onErrorDropped(error -> dropped.add(error.getMessage()));
    }

    @AfterEach
    void forget() {
        Hooks.resetOnErrorDropped();
    }

    /** Fails in every way that it has. */
    private static final class Hostile<T> implements CoreSubscriber<T> {
        private final Consumer<Subscription> begins;

        Hostile(Consumer<Subscription> begins) {
            this.begins = begins;
        }

        @Override
        public void onSubscribe(Subscription s) {
            begins.accept(s);
        }

        @Override
        public void onNext(T value) {
            throw new AssertionError("onNext");
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError("onError");
        }

        @Override
        public void onComplete() {
            throw new AssertionError("onComplete");
        }
    }

    private static <T> Hostile<T> hostile() {
        return new Hostile<>(s -> s.request(1));
    }

    /** What is waited for by many, and what wakes them all. */
    record Meeting(String name, Mono<?> awaited, Runnable wake) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Meeting> meetings() {
        AsyncEvent event = new AsyncEvent();
        AsyncSemaphore semaphore = new AsyncSemaphore(0);
        AsyncQueue<Integer> items = new AsyncQueue<>();
        AsyncQueue<Integer> room = new AsyncQueue<>(1);
        AsyncQueue<Integer> work = new AsyncQueue<>();
        AsyncQueue<Integer> end = new AsyncQueue<>();
        AsyncLock lock = new AsyncLock();
        Permit held = lock.tryAcquire();
        room.putNowait(0);
        work.putNowait(0);
        return Stream.of(
                new Meeting("event", event.waitUntilSet(), event::set),
                new Meeting("semaphore", semaphore.acquire(), () -> {
                    for (int i = 0; i < 5; i++) {
                        semaphore.release();
                    }
                }),
                new Meeting("lock", lock.acquire().doOnNext(Permit::close), held::close),
                new Meeting("get", items.get(), () -> {
                    for (int i = 0; i < 5; i++) {
                        items.putNowait(i);
                    }
                }),
                new Meeting("put", room.put(1), () -> {
                    for (int i = 0; i < 5; i++) {
                        room.getNowait();
                    }
                }),
                new Meeting("join", work.join(), work::taskDone),
                new Meeting("shutdown", end.get(), end::shutdown));
    }

    @Nested
    class OneThatThrows {
        @ParameterizedTest
        @MethodSource("io.github.corio.sync.WakeUpTest#meetings")
        void stopsNeitherTheOthersNorWhoeverWakes(Meeting meeting) {
            for (int i = 0; i < 5; i++) {
                if (i % 2 == 0) {
                    meeting.awaited().subscribe(hostile());
                } else {
                    String name = "served " + i;
                    meeting.awaited()
                            .doOnTerminate(() -> log.add(name))
                            .onErrorComplete()
                            .subscribe();
                }
            }
            meeting.wake().run();
            assertThat(log).containsExactly("served 1", "served 3");
            assertThat(dropped).hasSize(3);
        }

        @Test
        void andAHookThatThrowsDoesNotEither() {
            Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
            Hooks.resetOnErrorDropped(); // or both would be called
            Hooks.onErrorDropped(error -> {
                throw new IllegalStateException("hook");
            });
            Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {
                dropped.add(error.getMessage());
                throw new IllegalStateException("handler");
            });
            try {
                AsyncEvent event = new AsyncEvent();
                event.waitUntilSet().subscribe(hostile());
                event.waitUntilSet().subscribe(null, null, () -> log.add("served"));
                event.set();
            } finally {
                Thread.currentThread().setUncaughtExceptionHandler(before);
            }
            assertThat(log).containsExactly("served");
            assertThat(dropped).containsExactly("hook");
        }

        @Test
        void hasNoPermitThen() {
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            Permit held = semaphore.tryAcquire();
            semaphore.acquire().subscribe(hostile());
            held.close();
            assertThat(semaphore.availablePermits()).isEqualTo(1);
            assertThat(dropped).containsExactly("onNext");
        }

        @Test
        void keepsNoPermitOfAScopeWhoseSourceOrCancelFails() {
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            semaphore
                    .withPermit(Mono.<String>from(subscriber -> {
                        throw new IllegalStateException("subscribe");
                    }))
                    .subscribe(null, error -> log.add(error.getMessage()));
            assertThat(log).containsExactly("subscribe");
            assertThat(semaphore.availablePermits()).isEqualTo(1);
            semaphore
                    .withPermit(Mono.never().doOnCancel(() -> {
                        throw new IllegalStateException("cancel");
                    }))
                    .subscribe()
                    .dispose();
            assertThat(semaphore.availablePermits()).isEqualTo(1);
            assertThat(dropped).containsExactly("cancel");
        }
    }

    @Nested
    class OneThatBlocks {
        private final EventLoop loop = EventLoop.on(Schedulers.boundedElastic());

        @AfterEach
        void end() {
            loop.dispose();
        }

        @Test
        void doesNotHoldUpACoroutineThatIsWokenWithIt() {
            AsyncEvent event = new AsyncEvent();
            CountDownLatch coroutine = new CountDownLatch(1);
            event.waitUntilSet().subscribe(null, null, () -> uninterrupted(coroutine));
            async(() -> {
                        await(event.waitUntilSet());
                        coroutine.countDown();
                    })
                    .on(loop)
                    .start();
            while (event.statistics().waiting() < 2) {
                Thread.onSpinWait();
            }
            event.set();
            assertThat(dropped).isEmpty();
            assertThat(coroutine.getCount()).isZero();
        }

        @Test
        void doesNotHoldUpASubscriberThatAnotherThreadWakes() throws Exception {
            AsyncSemaphore semaphore = new AsyncSemaphore(0);
            CountDownLatch other = new CountDownLatch(1);
            CountDownLatch blocks = new CountDownLatch(1);
            semaphore.acquire().subscribe(permit -> {
                blocks.countDown();
                uninterrupted(other);
            });
            semaphore.acquire().subscribe(permit -> other.countDown());
            CompletableFuture<Void> first = CompletableFuture.runAsync(semaphore::release);
            blocks.await();
            semaphore.release();
            first.get(20, TimeUnit.SECONDS);
            assertThat(other.getCount()).isZero();
        }

        private void uninterrupted(CountDownLatch latch) {
            try {
                assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aChainOfHandOversIsALoop() {
        AsyncLock lock = new AsyncLock();
        Permit held = lock.tryAcquire();
        List<Integer> served = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            int number = i;
            lock.acquire().subscribe(permit -> {
                served.add(number);
                permit.close();
            });
        }
        held.close();
        assertThat(served).hasSize(100_000).isSorted();
    }
}
