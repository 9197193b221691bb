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
import java.util.function.DoubleFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * Requests per second to a handler on reactor-netty: a plain chain of operators, a coroutine on the event loop that has subscribed to it, and a
 * coroutine on {@code parallel()}, in turn, in one JVM. Client and server share the machine and its CPU time.
 *
 * <p>{@code benchmarks/run --web} runs it, with the flags by which event loops carry.
 */
public final class WebBenchmark {
    private static final int CONCURRENCY = 64;
    private static final Duration SHORT = Duration.ofMillis(1);
    /** Otherwise both coroutines are on {@code parallel()}. */
    private static final boolean CARRIED =
            Runtime.version().feature() >= 24 && Boolean.getBoolean("corio.carriers.eventLoops");

    /** Of the chain's requests per second, and of its CPU time per request. */
    private static final double LEAST_RATE = 0.95;

    private static final double MOST_CPU = 1.1;

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
    private record Handler(String work, Mono<String> chain, Mono<String> coroutine) {
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

    private List<Handler> handlers() {
        Mono<Long> wait = Mono.delay(SHORT);
        return List.of(
                new Handler("no wait", Mono.fromSupplier(() -> "done"), async(() -> "done")),
                new Handler(
                        "five waits of 1 ms",
                        wait.then(wait).then(wait).then(wait).then(wait).thenReturn("done"),
                        async(() -> {
                            for (int i = 0; i < 5; i++) {
                                await(sleep(SHORT));
                            }
                            return "done";
                        })),
                new Handler(
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

    /** For each form, of the rate or of the CPU time. */
    private static double[] medians(List<List<double[]>> forms, int which) {
        return forms.stream()
                .mapToDouble(rounds -> {
                    double[] values =
                            rounds.stream().mapToDouble(round -> round[which]).toArray();
                    Arrays.sort(values);
                    return values[values.length / 2];
                })
                .toArray();
    }

    private void run(int rounds, Duration time) {
        List<String> lines = new ArrayList<>();
        for (Handler handler : handlers()) {
            List<Mono<String>> forms = handler.forms();
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
            lines.add(
                    line(handler.work(), "requests per second", medians(all, 0), WebBenchmark::rate, LEAST_RATE, true));
            lines.add(line(
                    handler.work(), "CPU time per request", medians(all, 1), WebBenchmark::micros, MOST_CPU, false));
        }
        System.out.println(
                "Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
                        + " processors, " + rounds + " × " + time.toSeconds() + " s"
                        + (CARRIED ? "" : ", event loops do not carry here") + "\n");
        System.out.println("| handler | measured | chain | coroutine on the event loop | ratio"
                + " | coroutine on `parallel()` | ratio | target | met |");
        System.out.println("|---|---|--:|--:|--:|--:|--:|---|---|");
        lines.forEach(System.out::println);
    }

    /** The target is for the coroutine on the event loop. */
    private static String line(
            String work, String what, double[] medians, DoubleFunction<String> text, double target, boolean atLeast) {
        StringBuilder line = new StringBuilder("| " + work + " | " + what + " | " + text.apply(medians[0]));
        for (int form = 1; form < medians.length; form++) {
            line.append(" | ")
                    .append(text.apply(medians[form]))
                    .append(String.format(Locale.ROOT, " | %.2f", medians[form] / medians[0]));
        }
        double ratio = medians[1] / medians[0];
        boolean met = atLeast ? ratio >= target : ratio <= target;
        return line.append(" | event loop ")
                .append(atLeast ? "≥ " : "≤ ")
                .append(target)
                .append(" × chain | ")
                .append(!CARRIED ? "not here" : met ? "yes" : "no")
                .append(" |")
                .toString();
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.0f", perSecond);
    }

    private static String micros(double micros) {
        return Row.Unit.NANOS.text(1000 * micros);
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
