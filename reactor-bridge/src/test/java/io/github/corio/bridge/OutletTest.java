package io.github.corio.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.bridge.ClientTableTest.Property;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Many values on their way out. */
class OutletTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Takes a few, then has to be drained. */
    private static class Pipe implements To.Outlet<Integer> {
        final List<Object> got = new CopyOnWriteArrayList<>();
        final AtomicInteger room = new AtomicInteger();
        final CountDownLatch end = new CountDownLatch(1);
        volatile Runnable handler = () -> {};
        volatile @Nullable Throwable failure;

        @Override
        public boolean isReady() {
            return room.get() > 0;
        }

        @Override
        public void onReady(Runnable handler) throws Exception {
            this.handler = handler;
        }

        @Override
        public void next(Integer value) throws Exception {
            if (failure != null) {
                Property.<RuntimeException>sneak(failure);
            }
            assertThat(room.decrementAndGet()).isNotNegative();
            got.add(value);
        }

        @Override
        public void complete() throws Exception {
            got.add("complete");
            end.countDown();
        }

        @Override
        public void error(Throwable error) throws Exception {
            got.add(error);
            end.countDown();
        }

        void drain(int n) {
            room.addAndGet(n);
            handler.run();
        }
    }

    @Test
    void takesOneWheneverItIsReady() {
        Pipe pipe = new Pipe();
        TestPublisher<Integer> values = TestPublisher.create();
        To.outlet(values, pipe);
        values.assertMinRequested(0);
        pipe.handler.run(); // it is not
        values.assertMaxRequested(0);
        pipe.drain(2);
        pipe.handler.run();
        values.assertMaxRequested(1);
        values.next(1);
        values.next(2);
        pipe.handler.run();
        values.assertMaxRequested(2);
        pipe.drain(1);
        values.complete();
        pipe.drain(1);
        assertThat(pipe.got).containsExactly(1, 2, "complete");
    }

    @Test
    void aSourceThatAnswersInsideOfTheRequestDoesNotRecurse() {
        Pipe pipe = new Pipe();
        pipe.room.set(40_000);
        To.outlet(Flux.range(0, 20_000), pipe);
        assertThat(pipe.got).hasSize(20_001).endsWith("complete");
    }

    @Test
    void isNeverAheadNorStuckWithHandlersOfManyThreads() throws Exception {
        Pipe pipe = new Pipe();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            To.outlet(Flux.range(0, 5_000).publishOn(reactor.core.scheduler.Schedulers.parallel()), pipe);
            for (int i = 0; i < 5_000; i++) {
                threads.execute(() -> pipe.drain(1));
            }
            assertThat(pipe.end.await(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            threads.shutdownNow();
        }
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            expected.add(i);
        }
        expected.add("complete");
        assertThat(pipe.got).isEqualTo(expected);
    }

    @Test
    void errorsGoToIt() {
        IOException error = new IOException("no");
        Pipe pipe = new Pipe();
        pipe.room.set(9);
        To.outlet(Flux.just(1).concatWith(Flux.error(error)), pipe);
        assertThat(pipe.got).containsExactly(1, error);
    }

    @Test
    void whatItThrowsCancelsThePublisher() {
        for (Throwable thrown : Property.thrown()) {
            Pipe pipe = new Pipe();
            pipe.room.set(9);
            pipe.failure = thrown;
            TestPublisher<Integer> values = TestPublisher.create();
            To.outlet(values, pipe);
            values.next(1);
            values.assertCancelled();
            pipe.handler.run();
            assertThat(pipe.got).containsExactly(thrown);
            Pipe broken = new Pipe() {
                @Override
                public boolean isReady() {
                    Property.<RuntimeException>sneak(thrown);
                    return false;
                }
            };
            TestPublisher<Integer> others = TestPublisher.create();
            To.outlet(others, broken);
            others.assertCancelled();
            assertThat(broken.got).containsExactly(thrown);
            Pipe refusing = new Pipe() {
                @Override
                public void onReady(Runnable handler) {
                    Property.<RuntimeException>sneak(thrown);
                }
            };
            To.outlet(Flux.never(), refusing);
            assertThat(refusing.got).containsExactly(thrown);
        }
    }

    @Test
    void aPublisherThatBreaksTheRulesIsAnError() {
        for (Throwable thrown : Property.thrown()) {
            Pipe pipe = new Pipe();
            pipe.room.set(1);
            AtomicInteger cancels = new AtomicInteger();
            AtomicInteger requests = new AtomicInteger();
            To.outlet(
                    actual -> actual.onSubscribe(new Subscription() {
                        @Override
                        public void request(long n) {
                            if (requests.incrementAndGet() > 1) {
                                Property.<RuntimeException>sneak(thrown);
                            }
                            actual.onNext(1);
                        }

                        @Override
                        public void cancel() {
                            cancels.incrementAndGet();
                        }
                    }),
                    pipe);
            pipe.drain(1); // its thread asks for the next one, and gets no error of others
            assertThat(pipe.got).containsExactly(1, thrown);
            assertThat(cancels).hasValue(1);
        }
    }

    @Test
    void nullIsAnError() {
        Pipe valueless = new Pipe();
        valueless.room.set(1);
        TestPublisher<Integer> nulls = TestPublisher.createNoncompliant(TestPublisher.Violation.ALLOW_NULL);
        To.outlet(nulls, valueless);
        nulls.next((Integer) null);
        nulls.assertCancelled();
        assertThat(valueless.got).singleElement().isInstanceOf(NullPointerException.class);
        Pipe errorless = new Pipe();
        errorless.room.set(1);
        To.outlet(
                actual -> {
                    actual.onSubscribe(Operators.emptySubscription());
                    actual.onError(null);
                },
                errorless);
        assertThat(errorless.got).singleElement().isInstanceOf(NullPointerException.class);
    }

    @Test
    void nothingReachesItAfterACancel() {
        Pipe pipe = new Pipe();
        pipe.room.set(9);
        TestPublisher<Integer> values = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        Disposable sending = To.outlet(values, pipe);
        values.next(1);
        sending.dispose();
        values.assertCancelled();
        values.next(2);
        values.complete();
        pipe.handler.run();
        assertThat(pipe.got).containsExactly(1);
    }

    @Test
    void aSubscriberOfTheJdkGetsThemByItsDemand() {
        List<Object> got = new ArrayList<>();
        To.flowSubscriber(Flux.range(1, 3), new Flow.Subscriber<Integer>() {
            private Flow.@Nullable Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(1);
            }

            @Override
            public void onNext(Integer value) {
                got.add(value);
                if (value < 2) {
                    subscription.request(1);
                }
            }

            @Override
            public void onError(Throwable error) {
                got.add(error);
            }

            @Override
            public void onComplete() {
                got.add("complete");
            }
        });
        assertThat(got).containsExactly(1, 2);
    }

    @Test
    void aStreamGetsAllAndIsFlushed() {
        List<String> calls = new CopyOnWriteArrayList<>();
        ByteArrayOutputStream stream = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                calls.add("flush " + size());
            }
        };
        StepVerifier.create(To.outputStream(Flux.range(0, 300).map(i -> new byte[] {i.byteValue(), 1}), stream))
                .expectComplete()
                .verify(SOON);
        assertThat(calls).containsExactly("flush 600");
    }

    @Test
    void aStreamThatThrowsCancelsThePublisher() {
        TestPublisher<byte[]> values = TestPublisher.create();
        OutputStream stream = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("disk full");
            }
        };
        StepVerifier.create(To.outputStream(values, stream))
                .then(() -> values.next(new byte[1]))
                .expectErrorMessage("disk full")
                .verify(SOON);
        values.assertCancelled();
    }
}
