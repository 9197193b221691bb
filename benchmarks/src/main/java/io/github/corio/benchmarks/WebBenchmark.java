package io.github.corio.benchmarks;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.loop.EventLoop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * Requests per second to a handler on reactor-netty: a plain chain of operators, a coroutine where it was subscribed to, and a coroutine on
 * {@code parallel()}, in turn, in one JVM. Client and server share the machine and its CPU time.
 *
 * <p>{@code java --add-opens java.base/java.lang=ALL-UNNAMED -Dcorio.carriers.eventLoops=true -cp ...
 * io.github.corio.benchmarks.WebBenchmark [rounds [seconds]]}
 */
public final class WebBenchmark {
    private static final int CONCURRENCY = 64;
    private static final Duration SHORT = Duration.ofMillis(1);

    private final LoopResources serverThreads = LoopResources.create("server", 1, true);
    private final LoopResources clientThreads = LoopResources.create("client", 1, true);
    private final ConnectionProvider connections = ConnectionProvider.create("clients", CONCURRENCY);
    private final ConnectionProvider backends = ConnectionProvider.create("backends", 4 * CONCURRENCY);
    private final DisposableServer backend = HttpServer.create()
            .port(0)
            .runOn(clientThreads)
            .handle((request, response) -> response.sendString(Mono.just("1")))
            .bindNow();

    private WebBenchmark() {}

    /** A handler in three forms; the third is the second on another Scheduler. */
    private record Row(String name, Mono<String> chain, Mono<String> coroutine) {
        List<Mono<String>> forms() {
            return List.of(
                    chain,
                    coroutine,
                    coroutine.contextWrite(context -> context.put(EventLoop.SCHEDULER_KEY, Schedulers.parallel())));
        }
    }

    private Mono<String> call() {
        return HttpClient.create(backends)
                .runOn(serverThreads)
                .port(backend.port())
                .get()
                .responseContent()
                .aggregate()
                .asString();
    }

    private List<Row> rows() {
        Mono<Long> wait = Mono.delay(SHORT);
        return List.of(
                new Row("no wait", Mono.fromSupplier(() -> "done"), async(() -> "done")),
                new Row(
                        "five waits of 1 ms",
                        wait.then(wait).then(wait).then(wait).then(wait).thenReturn("done"),
                        async(() -> {
                            for (int i = 0; i < 5; i++) {
                                await(sleep(SHORT));
                            }
                            return "done";
                        })),
                new Row(
                        "three gathered calls",
                        Mono.zip(call(), call(), call()).map(all -> all.getT1() + all.getT2() + all.getT3()),
                        async(() -> String.join("", await(gather(List.of(call(), call(), call())))))));
    }

    private double[] measure(Mono<String> handler, Duration time) {
        DisposableServer server = HttpServer.create()
                .port(0)
                .runOn(serverThreads)
                .handle((request, response) -> response.sendString(handler))
                .bindNow();
        HttpClient client = HttpClient.create(connections).runOn(clientThreads).port(server.port());
        Mono<String> request = client.get().responseContent().aggregate().asString();
        long cpu = cpu();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        long count = Objects.requireNonNull(Flux.range(0, CONCURRENCY)
                .flatMap(i -> request.repeat(() -> System.nanoTime() < end).count(), CONCURRENCY)
                .reduce(0L, Long::sum)
                .block());
        double seconds = (System.nanoTime() - start) / 1e9;
        double micros = (cpu() - cpu) / 1e3 / count;
        server.disposeNow();
        return new double[] {count / seconds, micros};
    }

    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    private static double median(List<double[]> rounds, int which) {
        double[] values = rounds.stream().mapToDouble(round -> round[which]).toArray();
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private void run(int rounds, Duration time) {
        System.out.printf(
                Locale.ROOT, "%-22s%30s%30s%30s%n", "", "chain", "coroutine, no hop", "coroutine, parallel()");
        for (Row row : rows()) {
            List<Mono<String>> forms = row.forms();
            List<List<double[]>> all = new ArrayList<>();
            forms.forEach(form -> all.add(new ArrayList<>()));
            for (int round = -1; round < rounds; round++) {
                for (int form = 0; form < forms.size(); form++) {
                    double[] measured = measure(forms.get(form), time);
                    if (round >= 0) { // the first one is for the compiler
                        all.get(form).add(measured);
                    }
                }
            }
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", row.name()));
            double chain = median(all.get(0), 0);
            double chainCpu = median(all.get(0), 1);
            for (List<double[]> form : all) {
                line.append(String.format(
                        Locale.ROOT,
                        "  %7.0f/s %4.2f  %6.1f us %4.2f",
                        median(form, 0),
                        median(form, 0) / chain,
                        median(form, 1),
                        median(form, 1) / chainCpu));
            }
            System.out.println(line);
        }
    }

    /**
     * Prints a table: requests per second, and CPU time per request of client and server together, each beside its ratio to the chain's.
     *
     * @param args rounds of each form, 5 if not given; seconds of each round, 2 if not given
     */
    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        new WebBenchmark().run(rounds, Duration.ofSeconds(seconds));
        System.exit(0);
    }
}
