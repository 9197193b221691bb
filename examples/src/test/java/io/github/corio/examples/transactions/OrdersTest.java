package io.github.corio.examples.transactions;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.h2.H2ConnectionConfiguration;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * Transactions that are cancelled from elsewhere, on a real pool of four connections: nothing is left of them. On H2, or on the database that
 * {@code -Dcorio.test.r2dbc=r2dbc:...} names; {@code -Ppostgresql} brings the driver of PostgreSQL.
 */
class OrdersTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int POOL = 4;
    private static final int BATCHES = 100;
    private static final int BATCH = 20;
    private static final List<String> LINES = List.of("one", "two", "three", "four");

    private final Random random = new Random(13);
    private ConnectionPool pool = pool();

    @BeforeEach
    void createTable() {
        pool = pool();
        new Orders(pool, Mono.empty()).createTable().block(SOON);
    }

    /** Not while the pool opens connections, or takes them back: it counts them wrong then. */
    @AfterEach
    void close() {
        waitUntil(metrics -> metrics.acquiredSize() == 0
                && metrics.pendingAcquireSize() == 0
                && metrics.idleSize() == metrics.allocatedSize());
        pool.dispose();
    }

    private static ConnectionPool pool() {
        String url = System.getProperty("corio.test.r2dbc");
        ConnectionFactory factory = url != null
                ? ConnectionFactories.get(url)
                : new H2ConnectionFactory(H2ConnectionConfiguration.builder()
                        .inMemory(UUID.randomUUID().toString())
                        .option("DB_CLOSE_DELAY=-1")
                        .build());
        return new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .initialSize(POOL)
                .maxSize(POOL)
                .build());
    }

    // ---- the forms ----

    private static Map<String, Function<Orders, Mono<?>>> forms() {
        Map<String, Function<Orders, Mono<?>>> forms = new TreeMap<>();
        forms.put("a chain", orders -> orders.placeInAChain(order(), LINES));
        forms.put("a coroutine inside", orders -> orders.place(order(), LINES));
        forms.put("a coroutine around", orders -> orders.placeAndConfirm(order(), LINES, Mono.empty()));
        forms.put("a limit inside", orders -> orders.placeWithin(SOON, order(), LINES));
        forms.put("a limit around", orders -> waitFor(orders.place(order(), LINES), SOON));
        forms.put("by hand", orders -> orders.placeByHand(order(), LINES));
        forms.put("in a zip", orders -> async(() -> await(zip(orders.place(order(), LINES), Mono.just(1)))));
        return forms;
    }

    private static String order() {
        return UUID.randomUUID().toString();
    }

    /** What is cancelled between two of its statements has not committed any. */
    @TestFactory
    Stream<DynamicTest> nothingIsLeftOfWhatWasCancelled() {
        return forms().entrySet().stream()
                .map(form -> DynamicTest.dynamicTest(form.getKey(), () -> {
                    int batches = form.getKey().startsWith("a coroutine") ? BATCHES : BATCHES / 10;
                    for (int batch = 0; batch < batches; batch++) {
                        int unused = runBatch(form.getValue(), LINES.size());
                        allConnectionsAreFree();
                        assertThat(sizes()).isEmpty();
                    }
                }));
    }

    /** Some commit, some are cancelled: each is there as a whole or not at all. */
    @TestFactory
    Stream<DynamicTest> allOrNothing() {
        return forms().entrySet().stream()
                .map(form -> DynamicTest.dynamicTest(form.getKey(), () -> {
                    int committed = sizes().size(); // by the forms before
                    for (int batch = 0; batch < BATCHES / 10; batch++) {
                        committed += runBatch(form.getValue(), 2 * LINES.size());
                        allConnectionsAreFree();
                    }
                    assertThat(committed).isPositive();
                    assertThat(sizes()).hasSize(committed).containsOnly(1L + LINES.size());
                }));
    }

    /** Starts them all; each is cancelled by another thread in its pause of a random number, if it has that many. Gives how many have not. */
    private int runBatch(Function<Orders, Mono<?>> form, int pauses) {
        int committing = 0;
        List<Mono<Void>> ends = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            int pause = random.nextInt(pauses);
            committing += pause < LINES.size() ? 0 : 1;
            Disposable.Swap running = Disposables.swap();
            Sinks.Empty<Void> end = Sinks.empty();
            Orders orders = new Orders(pool, inPause(pause, running::dispose));
            running.update(form.apply(orders)
                    .doFinally(signal -> end.tryEmitEmpty().orThrow())
                    .subscribeOn(Schedulers.parallel())
                    .subscribe());
            ends.add(end.asMono());
        }
        Mono.when(ends).block(SOON);
        return committing;
    }

    private static Mono<Void> inPause(int number, Runnable hangUp) {
        AtomicInteger pauses = new AtomicInteger();
        return Mono.defer(() -> {
            if (pauses.getAndIncrement() == number) {
                Disposable unused = Schedulers.boundedElastic().schedule(hangUp);
                return Mono.never();
            }
            return Mono.delay(Duration.ofNanos(50_000)).then();
        });
    }

    private List<Long> sizes() {
        List<Long> sizes = new Orders(pool, Mono.empty()).sizes().block(SOON);
        return sizes == null ? List.of() : sizes;
    }

    /** Nobody waits for a rollback after a cancel, so we do. */
    private void allConnectionsAreFree() {
        waitUntil(metrics ->
                metrics.acquiredSize() == 0 && metrics.pendingAcquireSize() == 0 && metrics.idleSize() == POOL);
    }

    private void waitUntil(Predicate<PoolMetrics> state) {
        Flux.interval(Duration.ofMillis(1))
                .onBackpressureDrop()
                .filter(tick -> pool.getMetrics().map(state::test).orElse(false))
                .blockFirst(SOON);
    }

    // ---- a client that hangs up ----

    @Test
    void aClientThatHangsUpLeavesNothing() throws IOException {
        Map<String, Socket> clients = new ConcurrentHashMap<>();
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(RouterFunctions.route()
                        .GET("/orders/{client}", request -> {
                            String client = request.pathVariable("client");
                            Orders orders = new Orders(
                                    pool, inPause(client.hashCode() & 3, () -> hangUp(clients.remove(client))));
                            return orders.place(client, LINES)
                                    .flatMap(rows -> ServerResponse.ok().bodyValue(rows));
                        })
                        .build())))
                .bindNow();
        try {
            for (int batch = 0; batch < BATCHES; batch++) {
                for (int i = 0; i < BATCH; i++) {
                    String name = order();
                    Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
                    clients.put(name, client);
                    client.getOutputStream()
                            .write(("GET /orders/" + name + " HTTP/1.1\r\nHost: here\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                }
                Flux.interval(Duration.ofMillis(1))
                        .onBackpressureDrop()
                        .filter(tick -> clients.isEmpty())
                        .blockFirst(SOON);
                allConnectionsAreFree();
                assertThat(sizes()).isEmpty();
            }
        } finally {
            server.disposeNow();
        }
    }

    private static void hangUp(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what else the page says ----

    @Test
    void aCommitIsSeenByTheCoroutineAround() {
        Orders orders = new Orders(pool, Mono.empty());
        Mono<Void> mail = Mono.fromRunnable(() -> assertThat(sizes()).containsExactly(5L));
        assertThat(orders.placeAndConfirm("a", LINES, mail.subscribeOn(Schedulers.boundedElastic()))
                        .block(SOON))
                .isEqualTo("5 rows");
    }

    @Test
    void aRollbackForALimitInsideIsAwaited() {
        Orders orders = new Orders(pool, Mono.never());
        assertThatThrownBy(() ->
                        orders.placeWithin(Duration.ofMillis(50), "a", LINES).block(SOON))
                .hasCauseInstanceOf(TimeoutException.class);
        assertThat(pool.getMetrics().orElseThrow().acquiredSize()).isZero();
        assertThat(sizes()).isEmpty();
    }
}
