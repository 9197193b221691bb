package io.github.corio.benchmarks;

import io.github.corio.benchmarks.WebHandlers.Form;
import io.github.corio.benchmarks.WebHandlers.Handler;
import io.github.corio.loop.FiberKind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * What it costs to ask a server on reactor-netty for {@link WebHandlers}, in all of their forms, in turn, in one JVM. Client and server share the machine and
 * its CPU time.
 *
 * <p>{@code benchmarks/run --web} runs it, once for each kind of fiber, with the flags by which event loops carry.
 */
public final class WebBenchmark {
    private static final int CONCURRENCY = 64;

    /** Of the chain's requests per second, and of its CPU time per request. */
    private static final double LEAST_RATE = 0.95;

    private static final double MOST_CPU = 1.1;

    private final LoopResources serverThreads = LoopResources.create("server", 1, true);
    private final LoopResources clientThreads = LoopResources.create("client", 1, true);
    private final ConnectionProvider connections = ConnectionProvider.create("clients", CONCURRENCY);
    private final DisposableServer backend = HttpServer.create()
            .port(0)
            .runOn(clientThreads)
            .handle((request, response) -> response.sendString(Mono.just("1")))
            .bindNow();
    private final Mono<String> call = HttpClient.create(ConnectionProvider.create("backends", 4 * CONCURRENCY))
            .runOn(serverThreads)
            .port(backend.port())
            .get()
            .responseContent()
            .aggregate()
            .asString();

    private WebBenchmark() {}

    /** One round, or the medians of some. CPU time and bytes are those of client and server, for a request. */
    private record Round(double rate, double p50, double p99, double cpu, double bytes) {
        static Round median(List<Round> rounds) {
            return new Round(
                    median(rounds, Round::rate),
                    median(rounds, Round::p50),
                    median(rounds, Round::p99),
                    median(rounds, Round::cpu),
                    median(rounds, Round::bytes));
        }

        private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
            double[] values = rounds.stream().mapToDouble(value).sorted().toArray();
            return values[values.length / 2];
        }
    }

    private Round measure(Publisher<String> handler, Duration time) {
        DisposableServer server = HttpServer.create()
                .port(0)
                .runOn(serverThreads)
                .handle((request, response) -> response.sendString(handler))
                .bindNow();
        HttpClient client = HttpClient.create(connections).runOn(clientThreads).port(server.port());
        Mono<Long> request = timed(client.get().responseContent().aggregate().asString());
        long bytes = bytes();
        long cpu = cpu();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        long[] nanos = Objects.requireNonNull(Flux.range(0, CONCURRENCY)
                        .flatMap(i -> request.repeat(() -> System.nanoTime() < end), CONCURRENCY)
                        .collectList()
                        .block())
                .stream()
                .mapToLong(Long::longValue)
                .toArray();
        double seconds = (System.nanoTime() - start) / 1e9;
        Round round = new Round(
                nanos.length / seconds,
                percentile(nanos, 50),
                percentile(nanos, 99),
                (double) (cpu() - cpu) / nanos.length,
                (double) (bytes() - bytes) / nanos.length);
        server.disposeNow();
        return round;
    }

    /** How long a request takes. */
    private static Mono<Long> timed(Mono<String> request) {
        return Mono.defer(() -> {
            long start = System.nanoTime();
            return request.map(answer -> System.nanoTime() - start);
        });
    }

    private static double percentile(long[] nanos, int percent) {
        Arrays.sort(nanos);
        return nanos[(int) ((nanos.length - 1) * (long) percent / 100)];
    }

    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    /** What platform threads have allocated: a virtual thread's counts for its carrier. Before Java 21, without those that have ended. */
    private static long bytes() {
        if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)) {
            return 0;
        }
        try {
            return (long) com.sun.management.ThreadMXBean.class
                    .getMethod("getTotalThreadAllocatedBytes")
                    .invoke(threads);
        } catch (ReflectiveOperationException e) {
            return LongStream.of(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                    .filter(bytes -> bytes > 0)
                    .sum();
        }
    }

    private void run(int rounds, Duration time) {
        List<String> lines = new ArrayList<>();
        for (Handler handler : new WebHandlers(call, CONCURRENCY).all()) {
            List<List<Round>> all = new ArrayList<>();
            handler.forms().forEach(form -> all.add(new ArrayList<>()));
            for (int round = -1; round < rounds; round++) {
                for (int form = 0; form < all.size(); form++) {
                    Round measured = measure(handler.forms().get(form).answer(), time);
                    if (round >= 0) { // the first one is for the compiler
                        all.get(form).add(measured);
                    }
                }
            }
            Round chain = Round.median(all.get(0));
            for (int form = 0; form < all.size(); form++) {
                lines.add(line(handler.work(), handler.forms().get(form), Round.median(all.get(form)), chain));
            }
        }
        System.out.println(
                "Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
                        + " processors, " + rounds + " × " + time.toSeconds() + " s, fibers: "
                        + FiberKind.current().name().toLowerCase(Locale.ROOT)
                        + (WebHandlers.CARRIED ? ", event loops carry" : "") + "\n");
        System.out.println(
                "| handler | form | requests per second | p50 | p99 | CPU per request | allocated per request" + " | ≥ "
                        + LEAST_RATE + " of the rate, ≤ " + MOST_CPU + " of the CPU |");
        System.out.println("|---|---|--:|--:|--:|--:|--:|---|");
        lines.forEach(System.out::println);
        System.out.println();
    }

    private static String line(String work, Form form, Round round, Round chain) {
        boolean met = round.rate() >= LEAST_RATE * chain.rate() && round.cpu() <= MOST_CPU * chain.cpu();
        return "| " + work + " | " + form.name()
                + cell(Round::rate, round, chain, rate -> String.format(Locale.ROOT, "%.0f", rate))
                + cell(Round::p50, round, chain, Row.Unit.NANOS::text)
                + cell(Round::p99, round, chain, Row.Unit.NANOS::text)
                + cell(Round::cpu, round, chain, Row.Unit.NANOS::text)
                + cell(Round::bytes, round, chain, Row.Unit.BYTES::text)
                + " | " + (form.judged() ? met ? "yes" : "no" : "") + " |";
    }

    /** The value, and its ratio to the chain's. */
    private static String cell(ToDoubleFunction<Round> value, Round round, Round chain, DoubleFunction<String> text) {
        double number = value.applyAsDouble(round);
        String ratio =
                round.equals(chain) ? "" : String.format(Locale.ROOT, " (%.2f)", number / value.applyAsDouble(chain));
        return " | " + text.apply(number) + ratio;
    }

    /**
     * Prints a table: requests per second, the time of a request, CPU time and bytes, each with its ratio to the chain's.
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
