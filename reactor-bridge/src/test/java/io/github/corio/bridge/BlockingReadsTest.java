package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.each;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.bridge.ClientTableTest.Property;
import io.github.corio.bridge.From.CancelHook;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Sources that are read by blocking calls. */
class BlockingReadsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
    private final List<Object> discarded = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private <T> Flux<T> hooked(Flux<T> flux) {
        Consumer<Throwable> error = dropped::add;
        Consumer<Object> discard = discarded::add;
        return flux.contextWrite(
                context -> context.put("reactor.onErrorDropped.local", error).put("reactor.onDiscard.local", discard));
    }

    private <T> Flux<T> flux(From.Read<String, T> read) {
        return hooked(From.blocking(() -> "source", read, CancelHook.none(), source -> {
            calls.add("close " + Thread.currentThread().isInterrupted());
            closed.countDown();
        }));
    }

    private static void wait(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void givesAllInOrderAndClosesBeforeTheEnd() {
        AtomicInteger batch = new AtomicInteger();
        Flux<Integer> flux = flux((source, n) -> {
            int first = batch.getAndIncrement() * 3;
            return first == 9_000 ? null : List.of(first, first + 1, first + 2);
        });
        StepVerifier.create(flux.doOnComplete(() -> calls.add("complete")))
                .expectNextSequence(IntStream.range(0, 9_000).boxed().toList())
                .expectComplete()
                .verify(SOON);
        assertThat(calls).containsExactly("close false", "complete");
    }

    @Test
    void readsOnlyWhatIsRequested() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        StepVerifier.create(
                        flux((source, n) -> {
                            first.countDown();
                            return List.of(reads.incrementAndGet());
                        }),
                        3)
                .expectNext(1, 2, 3)
                .then(() -> assertThat(reads).hasValue(3))
                .thenRequest(1)
                .expectNext(4)
                .then(() -> assertThat(reads).hasValue(4))
                .thenCancel()
                .verify(SOON);
        wait(closed);
        assertThat(reads).hasValue(4);
    }

    @Test
    void aBatchThatIsLargerWaits() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        StepVerifier.create(
                        flux((source, n) -> {
                            reads.incrementAndGet();
                            return List.of(1, 2, 3, 4);
                        }),
                        1)
                .expectNext(1)
                .thenRequest(2)
                .expectNext(2, 3)
                .then(() -> assertThat(reads).hasValue(1))
                .thenCancel()
                .verify(SOON);
        wait(closed);
        assertThat(discarded).containsExactly(4);
    }

    @Test
    void aCancelInterruptsTheReadAndNotTheClose() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Disposable subscription = flux((source, n) -> {
                    inside.countDown();
                    new CountDownLatch(1).await();
                    return List.of();
                })
                .subscribe();
        wait(inside);
        subscription.dispose();
        wait(closed);
        assertThat(calls).containsExactly("close false");
        assertThat(dropped).isEmpty();
    }

    @Test
    void aCancelCallsTheHookOffTheSubscribersThread() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch wakeUp = new CountDownLatch(1);
        AtomicBoolean elsewhere = new AtomicBoolean();
        Thread here = Thread.currentThread();
        Flux<Integer> flux = hooked(From.<Integer, String>blocking(
                () -> "source",
                (source, n) -> {
                    inside.countDown();
                    boolean awake = false;
                    while (!awake) { // it does not care for interrupts
                        try {
                            wakeUp.await();
                            awake = true;
                        } catch (InterruptedException e) {
                            calls.add("interrupted");
                        }
                    }
                    throw new IOException("wakeup");
                },
                source -> {
                    elsewhere.set(Thread.currentThread() != here);
                    wakeUp.countDown();
                },
                source -> closed.countDown()));
        Disposable subscription = flux.subscribe();
        wait(inside);
        subscription.dispose();
        wait(closed);
        assertThat(elsewhere).isTrue();
        assertThat(dropped).isEmpty(); // what the read throws is its answer
    }

    @Test
    void aCancelBeforeItHasBegunOpensNothing() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {};
        subscriber.cancel();
        From.<Integer, String>blocking(
                        () -> "source" + opened.incrementAndGet(),
                        (source, n) -> List.of(),
                        CancelHook.none(),
                        source -> calls.add("close"))
                .subscribe(subscriber);
        StepVerifier.create(From.iterator(() -> List.of(1).iterator()))
                .expectNext(1)
                .verifyComplete();
        assertThat(calls).hasSize(opened.get());
    }

    @Test
    void oneThatIsOpenedAfterACancelIsClosed() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Disposable subscription = hooked(From.<Integer, String>blocking(
                        () -> {
                            inside.countDown();
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                calls.add("interrupted");
                            }
                            return "source";
                        },
                        (source, n) -> List.of(1),
                        CancelHook.none(),
                        source -> closed.countDown()))
                .subscribe();
        wait(inside);
        subscription.dispose();
        wait(closed);
        assertThat(calls).containsExactly("interrupted");
    }

    @Test
    void whatItThrowsIsTheError() {
        for (Throwable thrown : Property.thrown()) {
            calls.clear();
            StepVerifier.create(flux((source, n) -> {
                        Property.<RuntimeException>sneak(thrown);
                        return List.of();
                    }))
                    .expectErrorSatisfies(e -> assertThat(e).isSameAs(thrown))
                    .verify(SOON);
            assertThat(calls).containsExactly("close false");
            StepVerifier.create(From.<Integer, String>blocking(
                            () -> {
                                Property.<RuntimeException>sneak(thrown);
                                return "source";
                            },
                            (source, n) -> List.of(),
                            CancelHook.none(),
                            source -> calls.add("never")))
                    .expectErrorSatisfies(e -> assertThat(e).isSameAs(thrown))
                    .verify(SOON);
            assertThat(calls).containsExactly("close false");
        }
    }

    @Test
    void aCloseThatThrowsIsReportedAndTheEndComes() {
        IOException thrown = new IOException("close");
        StepVerifier.create(hooked(From.<Integer, String>blocking(
                        () -> "source", (source, n) -> null, CancelHook.none(), source -> {
                            throw thrown;
                        })))
                .expectComplete()
                .verify(SOON);
        assertThat(dropped).containsExactly(thrown);
    }

    @Test
    void aNullAmongTheValuesIsAnError() {
        StepVerifier.create(From.iterator(() -> java.util.Arrays.asList(1, null).iterator()))
                .expectNext(1)
                .expectError(NullPointerException.class)
                .verify(SOON);
        StepVerifier.create(From.<Integer>iterator(() -> null))
                .expectErrorMessage("There is no source: the function that opens it gave null")
                .verify(SOON);
    }

    @Test
    void anEndlessBatchIsNotDiscardedForEver() throws Exception {
        Iterable<Integer> endless =
                () -> IntStream.iterate(0, i -> i + 1).boxed().iterator();
        StepVerifier.create(flux((source, n) -> endless).take(5))
                .expectNextCount(5)
                .verifyComplete();
        wait(closed);
    }

    @Test
    void iteratorsAndStreamsAreClosed() throws Exception {
        class Closing extends ByteArrayInputStream implements Iterator<Integer> {
            Closing() {
                super(new byte[] {1, 2, 3, 4, 5});
            }

            @Override
            public boolean hasNext() {
                return available() > 0;
            }

            @Override
            public Integer next() {
                return read();
            }

            @Override
            public void close() {
                calls.add("closed");
            }
        }
        StepVerifier.create(From.iterator(Closing::new))
                .expectNext(1, 2, 3, 4, 5)
                .verifyComplete();
        assertThat(calls).containsExactly("closed");
        StepVerifier.create(From.inputStream(Closing::new, 2).map(bytes -> bytes.length))
                .expectNext(2, 2, 1)
                .verifyComplete();
        assertThat(calls).containsExactly("closed", "closed");
    }

    @Test
    void anArrayHasRoomForAByte() {
        for (int none : new int[] {0, -1}) {
            assertThatThrownBy(() -> From.inputStream(InputStream::nullInputStream, none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("inputStream(..., " + none + ")");
        }
    }

    @Test
    void aLoopReadsALargeStream() {
        int size = 200_000;
        int sum = run(async(() -> {
            int total = 0;
            for (byte[] bytes : each(From.inputStream(() -> InputStream.nullInputStream(), 10))) {
                total += bytes.length;
            }
            for (byte[] bytes : each(From.inputStream(() -> new ByteArrayInputStream(new byte[size]), 1_000))) {
                total += bytes.length;
            }
            return total;
        }));
        assertThat(sum).isEqualTo(size);
    }
}
