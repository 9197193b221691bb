package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.AsyncIterator;
import io.github.corio.Asyncio;
import io.github.corio.CancelledError;
import io.github.corio.Coroutine;
import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;

/** Attacks iterators and generators: values, requests and cancels from foreign threads at random instants. */
@DisplayName("iteration and generators under stress")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class IterationStressTest {
    private static final int VALUES = 60;

    @RegisterExtension
    final ForeignThreads foreign = new ForeignThreads(3);

    @Test
    void everyValueIsTakenOrDiscardedAndTheSourceEndsOnce() throws Exception {
        iterate(1_500);
    }

    @Test
    @Tag("stress-long")
    void everyValueIsTakenOrDiscardedAndTheSourceEndsOnceForLong() throws Exception {
        iterate(100_000);
    }

    private void iterate(int rounds) throws Exception {
        int parallel = 8;
        for (int round = 0; round < rounds; round += parallel) {
            List<Iteration> all = new ArrayList<>();
            for (int i = 0; i < parallel; i++) {
                all.add(new Iteration(new Random(round + i)));
            }
            all.forEach(Iteration::start);
            for (Iteration iteration : all) {
                iteration.check();
            }
        }
    }

    private record Item(int number) {}

    /** One task that iterates, over values from another thread, and may be cancelled by a third. */
    private final class Iteration {
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger discarded = new AtomicInteger();
        private final AtomicInteger sourceEnded = new AtomicInteger();
        private final AtomicLong requested = new AtomicLong();
        /** Its own: when that has no task, the task has ended, also one that was cancelled before it began. */
        private final EventLoop loop = EventLoop.on(Schedulers.parallel());

        private final int prefetch;
        private final int breakAt;
        private final boolean close;
        private final long cancelAfterNanos;

        Iteration(Random random) {
            prefetch = 1 + random.nextInt(9);
            breakAt = random.nextInt(3) == 0 ? random.nextInt(VALUES) : VALUES;
            close = random.nextBoolean();
            cancelAfterNanos = random.nextInt(3) > 0 ? random.nextInt(100_000) : -1;
        }

        private Flux<Item> source() {
            return Flux.range(0, VALUES)
                    .publishOn(Schedulers.parallel(), 4)
                    .map(Item::new)
                    .doOnNext(item -> sent.incrementAndGet())
                    .doOnRequest(requested::addAndGet)
                    .doFinally(signal -> sourceEnded.incrementAndGet());
        }

        private Coroutine<Void> body() {
            return async(() -> {
                        AsyncIterator<Item> values = each(source(), prefetch);
                        int expected = 0;
                        while (expected < breakAt && values.hasNext()) {
                            int number = values.next().number();
                            taken.incrementAndGet();
                            if (number != expected) {
                                foreign.broken(number + " came instead of " + expected);
                            }
                            expected++;
                            if (number % 7 == 3) {
                                await(sleep(Duration.ZERO));
                            }
                            if (requested.get() - taken.get() > prefetch) {
                                foreign.broken("requested " + requested + " after " + taken);
                            }
                        }
                        if (close) {
                            values.close();
                        }
                    })
                    .on(loop);
        }

        void start() {
            Disposable subscription = body().doOnDiscard(Item.class, item -> discarded.incrementAndGet())
                    .subscribe();
            if (cancelAfterNanos >= 0) {
                foreign.execute(() -> {
                    LockSupport.parkNanos(cancelAfterNanos);
                    subscription.dispose();
                });
            }
        }

        void check() {
            eventually(
                    () -> Asyncio.allTasks(loop).isEmpty()
                            && sent.get() == taken.get() + discarded.get()
                            && sourceEnded.get() == (requested.get() > 0 ? 1 : 0),
                    () -> sent + " sent, " + taken + " taken, " + discarded + " discarded, " + requested
                            + " requested, the source ended " + sourceEnded + " times, tasks "
                            + Asyncio.allTasks(loop));
        }
    }

    @Test
    void everyGeneratorEmitsInOrderOnRequestAndCleansUp() {
        emit(1_500);
    }

    @Test
    @Tag("stress-long")
    void everyGeneratorEmitsInOrderOnRequestAndCleansUpForLong() {
        emit(100_000);
    }

    private void emit(int rounds) {
        int parallel = 8;
        for (int round = 0; round < rounds; round += parallel) {
            List<Requester> all = new ArrayList<>();
            for (int i = 0; i < parallel; i++) {
                all.add(new Requester(new Random(round + i)));
            }
            all.forEach(Requester::start);
            all.forEach(Requester::check);
        }
    }

    /** A subscriber of a generator whose requests come from two threads, and perhaps its cancel from a third. */
    private final class Requester implements CoreSubscriber<Integer> {
        private final AtomicInteger started = new AtomicInteger();
        private final AtomicInteger cleanedUp = new AtomicInteger();
        private final AtomicLong requested = new AtomicLong();
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger requesters = new AtomicInteger(2);
        private final boolean delegates;
        private final boolean cancels;
        private final int most;
        private volatile Subscription subscription;
        private volatile int received;
        private volatile SignalType end;
        private volatile boolean cancelled;

        Requester(Random random) {
            delegates = random.nextBoolean();
            cancels = random.nextInt(3) > 0;
            most = 1 + random.nextInt(10);
        }

        private Coroutine<Void> cleanup() {
            return async(() -> {
                await(sleep(Duration.ZERO));
                await(sleep(Duration.ofNanos(1_000)));
            });
        }

        private Flux<Integer> generator() {
            return generate(emitter -> {
                started.incrementAndGet();
                try {
                    for (int n = 0; n < VALUES / 2; n++) {
                        emitter.emit(n);
                        if (n % 5 == 2) {
                            await(sleep(Duration.ZERO));
                        }
                    }
                    if (delegates) {
                        emitter.emitAll(Flux.range(VALUES / 2, VALUES / 2).publishOn(Schedulers.parallel(), 2));
                    }
                    await(cleanup()); // here a cancel may come
                    cleanedUp.incrementAndGet();
                } catch (CancelledError e) { // here it has come, and there is no second one
                    await(cleanup());
                    cleanedUp.incrementAndGet();
                    throw e;
                }
            });
        }

        void start() {
            generator().subscribe(this);
            for (int i = 0; i < 2; i++) {
                foreign.execute(this::request);
            }
            if (cancels) {
                foreign.execute(() -> {
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(100_000));
                    cancelled = true;
                    subscription.cancel();
                });
            }
        }

        private void request() {
            for (int asked = 0; asked <= VALUES && end == null && !cancelled; ) {
                int n = ThreadLocalRandom.current().nextInt(most) + 1;
                requested.addAndGet(n);
                subscription.request(n);
                asked += n;
            }
            requesters.decrementAndGet();
        }

        private boolean complete() {
            return end == SignalType.ON_COMPLETE && received == (delegates ? VALUES : VALUES / 2);
        }

        void check() {
            eventually(
                    () -> requesters.get() == 0
                            && started.get() <= 1
                            && cleanedUp.get() == started.get()
                            && (cancels || complete()),
                    () -> "started " + started + ", cleaned up " + cleanedUp + ", received " + received + ", end " + end
                            + ", cancelled " + cancelled + ", requested " + requested);
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // signals are serial, which is what is looked at here
        public void onNext(Integer value) {
            if (inside.getAndIncrement() != 0 || value != received || received >= requested.get() || end != null) {
                foreign.broken(value + " after " + received + " with " + requested + " requested, end " + end);
            }
            received++;
            inside.decrementAndGet();
        }

        @Override
        public void onError(Throwable error) {
            foreign.broken(error);
            end = SignalType.ON_ERROR;
        }

        @Override
        public void onComplete() {
            if (end != null || inside.get() != 0) {
                foreign.broken("ended twice, or while a value was handed over");
            }
            end = SignalType.ON_COMPLETE;
        }
    }

    @Test
    void aValueOfAForeignThreadWakesItsTaskAlways() {
        pingPong(20_000);
    }

    @Test
    @Tag("stress-long")
    void aValueOfAForeignThreadWakesItsTaskAlwaysForLong() {
        pingPong(3_000_000);
    }

    /** One value at a time: the task is about to suspend, or just has, when it comes. */
    private void pingPong(int values) {
        Turns turns = new Turns();
        foreign.execute(() -> turns.serve(values, turns::send));
        Long sum = async(() -> {
                    long all = 0;
                    for (int value : each(turns, 1)) {
                        all += value;
                    }
                    return all;
                })
                .block(Duration.ofMinutes(5));
        assertThat(sum).isEqualTo((long) values * (values - 1) / 2);
    }

    @Test
    void aRequestOfAForeignThreadWakesTheBodyAlways() {
        requestByRequest(20_000);
    }

    @Test
    @Tag("stress-long")
    void aRequestOfAForeignThreadWakesTheBodyAlwaysForLong() {
        requestByRequest(3_000_000);
    }

    private void requestByRequest(int values) {
        AtomicReference<Subscription> subscription = new AtomicReference<>();
        AtomicInteger received = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(1);
        Flux<Integer> generator = generate(emitter -> {
            for (int n = 0; n < values; n++) {
                emitter.emit(n);
            }
        });
        generator.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription s) {
                subscription.set(s);
            }

            @Override
            protected void hookOnNext(Integer value) {
                received.incrementAndGet();
            }

            @Override
            protected void hookFinally(SignalType signal) {
                ended.countDown();
            }
        });
        for (int n = 0; n < values; n++) {
            int before = n;
            subscription.get().request(1);
            eventually(() -> received.get() > before, () -> received + " received of " + before);
            spinAWhile();
        }
        subscription.get().request(1);
        eventually(() -> ended.getCount() == 0, () -> "not complete");
    }

    @Test
    void aValueThatMeetsACloseIsDiscarded() {
        closeUnderValues(500);
    }

    @Test
    @Tag("stress-long")
    void aValueThatMeetsACloseIsDiscardedForLong() {
        closeUnderValues(20_000);
    }

    /** Two threads go along a row of iterations at once: one sends into each, the other closes it. */
    private void closeUnderValues(int rounds) {
        int row = 500;
        AtomicInteger discarded = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger sent = new AtomicInteger();
        AtomicReferenceArray<Turns> sources = new AtomicReferenceArray<>(row);
        foreign.execute(() -> {
            for (int round = 0; round < rounds; round++) {
                spinUntil(begun, round + 1);
                spinAWhile();
                for (int i = row - 1; i >= 0; i--) {
                    sources.get(i).send(1);
                }
                sent.incrementAndGet();
            }
        });
        async(() -> {
                    List<AsyncIterator<Integer>> iterations = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        iterations.clear();
                        for (int i = 0; i < row; i++) {
                            Turns source = new Turns();
                            source.whenRequested = () -> source.send(0);
                            AsyncIterator<Integer> values = each(source, 2);
                            assertThat(values.next()).isZero();
                            sources.set(i, source);
                            iterations.add(values);
                        }
                        begun.incrementAndGet();
                        spinAWhile();
                        for (int i = row - 1; i >= 0; i--) {
                            iterations.get(i).close();
                        }
                        spinUntil(sent, round + 1);
                    }
                })
                .doOnDiscard(Integer.class, value -> discarded.incrementAndGet())
                .block(Duration.ofMinutes(5));
        assertThat(discarded).hasValue(rounds * row);
    }

    private static void spinUntil(AtomicInteger counter, int value) {
        while (counter.get() < value) {
            // not onSpinWait, which BlockHound takes for blocking
        }
    }

    private static void spinAWhile() {
        for (int spins = ThreadLocalRandom.current().nextInt(64); spins > 0; spins--) {
            // not onSpinWait, which BlockHound takes for blocking
        }
    }

    /** A source whose values are sent by hand, from another thread, without a delay. */
    private static final class Turns implements Publisher<Integer>, Subscription {
        private final AtomicLong requested = new AtomicLong();
        private volatile Subscriber<? super Integer> subscriber;
        private volatile Runnable whenRequested = () -> {};

        @Override
        public void subscribe(Subscriber<? super Integer> s) {
            subscriber = s;
            s.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            requested.addAndGet(n);
            whenRequested.run();
        }

        @Override
        public void cancel() {}

        void send(int value) {
            subscriber.onNext(value);
        }

        void serve(int values, IntConsumer send) {
            for (int n = 0; n < values; n++) {
                while (requested.get() <= n) {
                    Thread.onSpinWait();
                }
                spinAWhile();
                send.accept(n);
            }
            subscriber.onComplete();
        }
    }

    private static void eventually(BooleanSupplier condition, Supplier<String> state) {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        for (int attempt = 0; !condition.getAsBoolean(); attempt++) {
            if (attempt < 2_000) {
                Thread.onSpinWait();
                continue;
            }
            assertThat(System.nanoTime()).as(state).isLessThan(patience);
            LockSupport.parkNanos(20_000);
        }
    }
}
