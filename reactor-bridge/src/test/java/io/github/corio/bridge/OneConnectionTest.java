package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitThrowing;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.bridge.From.CancelHook;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** A pool of one connection that hands it out by callback: if one is lost, the next who asks waits for ever. */
class OneConnectionTest {
    private static final int LIMITS = 10_000;

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final Pool pool = new Pool();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    /** Where a connection that nobody will have goes. */
    enum Way {
        RELEASED {
            @Override
            Mono<Connection> mono(Pool pool) {
                return From.callbacks(pool::acquire, Waiter::abort, Connection::close);
            }
        },
        RELEASED_WITHOUT_A_HOOK {
            @Override
            Mono<Connection> mono(Pool pool) {
                return From.callbacks(pool::acquire, CancelHook.none(), Connection::close);
            }
        },
        DISCARDED {
            @Override
            Mono<Connection> mono(Pool pool) {
                return From.callbacks(pool::acquire, Waiter::abort);
            }
        };

        abstract Mono<Connection> mono(Pool pool);
    }

    private static Mono<Integer> use(Mono<Connection> connection) {
        return async(() -> {
                    try (Connection held = await(connection)) {
                        await(sleep(Duration.ZERO));
                        return held.number;
                    }
                })
                .doOnDiscard(Connection.class, Connection::close); // one that meets the cancel at the await
    }

    @ParameterizedTest
    @EnumSource
    void survivesTenThousandTimeLimits(Way way) throws Exception {
        Mono<Connection> connection = way.mono(pool);
        Random random = new Random(1);
        int[] ends = {0, 0};
        run(async(() -> {
            for (int i = 0; i < LIMITS; i++) {
                try {
                    awaitThrowing(
                            waitFor(use(connection), Duration.ofNanos(random.nextInt(60_000))), TimeoutException.class);
                    ends[0]++;
                } catch (TimeoutException e) {
                    ends[1]++;
                }
            }
        }));
        assertThat(ends[0] + ends[1]).isEqualTo(LIMITS);
        stillThere(connection);
    }

    @ParameterizedTest
    @EnumSource
    void survivesTenThousandCancels(Way way) throws Exception {
        Mono<Connection> connection = way.mono(pool);
        Mono<Integer> used = Mono.usingWhen(
                        connection, held -> Mono.just(held.number), held -> Mono.fromRunnable(held::close))
                .doOnDiscard(Connection.class, Connection::close);
        Random random = new Random(2);
        for (int i = 0; i < LIMITS; i++) {
            reactor.core.Disposable subscription = used.subscribe(number -> {}, error -> {});
            for (int spin = random.nextInt(400); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            subscription.dispose();
        }
        stillThere(connection);
    }

    private void stillThere(Mono<Connection> connection) throws Exception {
        assertThat(To.blocking(use(connection), Duration.ofSeconds(60))).isNotNull();
        threads.submit(() -> assertThat(pool.out).isZero()).get();
    }

    /** All of it belongs to its one thread. */
    private final class Pool {
        private final Deque<Waiter> waiters = new ArrayDeque<>();
        private int out;
        private int made;

        Waiter acquire(Consumer<Connection> onSuccess, Consumer<Throwable> onFailure) {
            Waiter waiter = new Waiter(this, onSuccess, onFailure);
            on(() -> {
                waiters.add(waiter);
                serve();
            });
            return waiter;
        }

        void on(Runnable work) {
            threads.execute(work);
        }

        private void serve() {
            if (out == 0 && !waiters.isEmpty()) {
                out++;
                Waiter first = waiters.poll();
                first.onSuccess.accept(new Connection(this, ++made));
            }
        }
    }

    private record Waiter(Pool pool, Consumer<Connection> onSuccess, Consumer<Throwable> onFailure) {
        void abort() {
            pool.on(() -> {
                if (pool.waiters.remove(this)) {
                    onFailure.accept(new IOException("aborted"));
                }
            });
        }
    }

    private static final class Connection implements AutoCloseable {
        private final Pool pool;
        private final int number;
        private boolean closed;

        Connection(Pool pool, int number) {
            this.pool = pool;
            this.number = number;
        }

        @Override
        public void close() {
            pool.on(() -> {
                assertThat(closed).isFalse();
                closed = true;
                pool.out--;
                pool.serve();
            });
        }
    }
}
