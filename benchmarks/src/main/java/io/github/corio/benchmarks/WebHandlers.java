package io.github.corio.benchmarks;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.generate;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.loop.EventLoop;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a server is asked for, each in the same forms: operators of Reactor first, which the others are compared with. */
final class WebHandlers {
    /** Otherwise a coroutine is on {@code parallel()} in any case. */
    static final boolean CARRIED = Runtime.version().feature() >= 24 && Boolean.getBoolean("corio.carriers.eventLoops");

    private static final Duration SHORT = Duration.ofMillis(1);
    private static final int ITEMS = 1_000;

    private final Mono<String> call;
    private final ConnectionPool pool;

    /**
     * Handlers that have a service and a database behind them.
     *
     * @param call asks the service
     * @param connections to the database, an H2 in memory, which answers on the thread that asks
     */
    WebHandlers(Mono<String> call, int connections) {
        this.call = call;
        pool = new ConnectionPool(
                ConnectionPoolConfiguration.builder(ConnectionFactories.get("r2dbc:h2:mem:///web?options=DB_CLOSE_DELAY=-1"))
                        .initialSize(connections)
                        .maxSize(connections)
                        .build());
        pool.warmup().block();
    }

    /** A form of a handler. */
    record Form(String name, boolean judged, Publisher<String> answer) {}

    /** A handler in all forms. */
    record Handler(String work, List<Form> forms) {
        static Handler of(
                String work, Publisher<String> chain, Publisher<String> coroutine, Publisher<String> kotlin) {
            List<Form> forms = new ArrayList<>();
            forms.add(new Form("chain", false, chain));
            if (CARRIED) {
                forms.add(new Form("coroutine on the event loop", true, coroutine));
            }
            forms.add(new Form("coroutine on `parallel()`", !CARRIED, onParallel(coroutine)));
            forms.add(new Form("kotlinx `mono` or `flux`", false, kotlin));
            return new Handler(work, forms);
        }
    }

    private static Publisher<String> onParallel(Publisher<String> coroutine) {
        return coroutine instanceof Mono<String> mono
                ? mono.contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, Schedulers.parallel()))
                : Flux.from(coroutine)
                        .contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, Schedulers.parallel()));
    }

    List<Handler> all() {
        return List.of(noWait(), fiveWaits(), queries(), gathered(), stream());
    }

    private static Handler noWait() {
        return Handler.of("no wait", Mono.fromSupplier(() -> "done"), async(() -> "done"), WebPeers.noWait());
    }

    private static Handler fiveWaits() {
        Mono<Long> wait = Mono.delay(SHORT);
        return Handler.of(
                "five waits of 1 ms",
                wait.then(wait).then(wait).then(wait).then(wait).thenReturn("done"),
                async(() -> {
                    for (int i = 0; i < 5; i++) {
                        await(sleep(SHORT));
                    }
                    return "done";
                }),
                WebPeers.waits(5, SHORT.toMillis()));
    }

    private Handler queries() {
        return Handler.of(
                "two queries and a wait of 1 ms",
                query(1).flatMap(first -> Mono.delay(SHORT).then(query(first))).map(Object::toString),
                async(() -> {
                    int first = awaitSingle(query(1));
                    await(sleep(SHORT));
                    return Integer.toString(awaitSingle(query(first)));
                }),
                WebPeers.queries(this::query, SHORT.toMillis()));
    }

    private Mono<Integer> query(int number) {
        return Mono.usingWhen(
                pool.create(),
                connection -> Mono.from(connection
                                .createStatement("select $1 + 1")
                                .bind("$1", number)
                                .execute())
                        .flatMap(result -> Mono.from(result.map((row, columns) -> row.get(0, Integer.class)))),
                connection -> connection.close());
    }

    private Handler gathered() {
        return Handler.of(
                "three gathered calls",
                Mono.zip(call, call, call).map(all -> all.getT1() + all.getT2() + all.getT3()),
                async(() -> String.join("", awaitSingle(gather(List.of(call, call, call))))),
                WebPeers.gathered(call));
    }

    private static Handler stream() {
        return Handler.of(
                "a stream of 1 000",
                Flux.range(0, ITEMS).map(i -> "item "),
                generate(out -> {
                    for (int i = 0; i < ITEMS; i++) {
                        out.emit("item ");
                    }
                }),
                WebPeers.stream(ITEMS));
    }
}
