package io.github.corio.stress;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * An await whose source signals on the subscribing thread, on another one, or on both in turn, while a third thread cancels. The first case
 * needs no CAS; here it meets those that do.
 */
class SplitSignalsStressTest {
    private static final int FORMS = 4;

    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final EventLoop loop = EventLoop.create();

    @AfterEach
    void close() {
        loop.dispose();
        pool.shutdownNow();
    }

    @Test
    @DisplayName("the value of each await that has subscribed is got or discarded, once")
    void everyValueHasOneEnd() throws Exception {
        rounds(4_000);
    }

    @Test
    @Tag("stress-long")
    @DisplayName("the value of each await that has subscribed is got or discarded, once: 400 000 rounds")
    void everyValueHasOneEndLong() throws Exception {
        rounds(400_000);
    }

    private void rounds(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            Source source = new Source(round % FORMS);
            AtomicInteger got = new AtomicInteger();
            AtomicInteger discarded = new AtomicInteger();
            AtomicBoolean began = new AtomicBoolean();
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            Disposable subscription = async(() -> {
                        began.set(true);
                        try {
                            if (await(source) != null) {
                                got.incrementAndGet();
                            }
                        } finally {
                            ended.complete(true);
                        }
                    })
                    .on(loop)
                    .doOnDiscard(Value.class, value -> discarded.incrementAndGet())
                    .subscribe(nothing -> {}, error -> {});
            while (!began.get()) {
                Thread.onSpinWait();
            }
            for (int spin = round % 97 * 20; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            subscription.dispose();
            assertThat(ended.get(30, TimeUnit.SECONDS)).isTrue();
            if (source.asked) {
                assertThat(source.sent.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(got.get() + discarded.get())
                        .as("round %d: got %s, discarded %s", round, got, discarded)
                        .isOne();
            }
        }
    }

    /** What is given. */
    private static final class Value {}

    /** Gives one value, then completes. */
    private final class Source extends Mono<Value> {
        private final int form;
        private final CountDownLatch sent = new CountDownLatch(1);
        /** Written on the loop, before the body ends. */
        private volatile boolean asked;

        Source(int form) {
            this.form = form;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Value> actual) {
            asked = true;
            actual.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            Runnable complete = () -> {
                actual.onComplete();
                sent.countDown();
            };
            switch (form) {
                case 0 -> {
                    actual.onNext(new Value());
                    complete.run();
                }
                case 1 -> {
                    actual.onNext(new Value());
                    pool.execute(complete);
                }
                case 2 ->
                    pool.execute(() -> {
                        actual.onNext(new Value());
                        complete.run();
                    });
                default ->
                    pool.execute(() -> {
                        actual.onNext(new Value());
                        pool.execute(complete);
                    });
            }
        }
    }
}
