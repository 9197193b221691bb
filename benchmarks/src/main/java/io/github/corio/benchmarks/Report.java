package io.github.corio.benchmarks;

import static io.github.corio.benchmarks.Flavour.CARRIERS;
import static io.github.corio.benchmarks.Flavour.PLATFORM;
import static io.github.corio.benchmarks.Flavour.VIRTUAL;

import io.github.corio.benchmarks.Row.Peer;
import io.github.corio.benchmarks.Row.Target;
import io.github.corio.benchmarks.Row.Unit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures the rows, each beside its peers and with every kind of fiber that this JVM offers, and prints one table. All of a
 * row is measured before the next, so that whatever else the machine does meets them alike. The numbers are medians.
 */
public final class Report {
    private static final Set<Flavour> ALL = EnumSet.allOf(Flavour.class);
    /** Those that can keep more stacks than a process can have threads. */
    private static final Set<Flavour> MANY = EnumSet.of(VIRTUAL, CARRIERS);

    private static final String BLOCK = "`block()` on a virtual thread";

    private static final List<Row> ROWS = List.of(
            new Row(
                    "`await(Mono.just(x))`",
                    Unit.NANOS,
                    "AwaitBenchmark.just",
                    List.of(peer("kotlinx `awaitSingle`", "kotlinAwaitJust"), peer(BLOCK, "blockJust")),
                    List.of(new Target(ALL, 15))),
            new Row(
                    "`await(Mono.fromSupplier(f).map(g))`",
                    Unit.NANOS,
                    "AwaitBenchmark.synchronous",
                    List.of(peer("kotlinx `awaitSingle`", "kotlinAwaitSynchronous"), peer(BLOCK, "blockSynchronous")),
                    List.of(new Target(ALL, 100))),
            new Row(
                    "`await(async(f))`, in place",
                    Unit.NANOS,
                    "AwaitBenchmark.coroutine",
                    List.of(peer("kotlinx call of a `suspend fun`", "kotlinAwaitCoroutine")),
                    List.of(new Target(ALL, 20))),
            new Row(
                    "`await(sleep(0))`, alone",
                    Unit.NANOS,
                    "AwaitBenchmark.turn",
                    List.of(peer("kotlinx `yield`", "kotlinTurn")),
                    List.of(new Target(ALL, 20))),
            new Row(
                    "switch between two coroutines",
                    Unit.NANOS,
                    "AwaitBenchmark.inTurn",
                    List.of(peer("kotlinx `yield`", "kotlinInTurn"), peer("bare park/unpark", "parkUnpark")),
                    List.of(
                            new Target(EnumSet.of(CARRIERS), 200),
                            new Target(EnumSet.of(VIRTUAL), 1000),
                            new Target(EnumSet.of(PLATFORM), 1.2, "bare park/unpark"))),
            new Row(
                    "a free lock, acquire and release",
                    Unit.NANOS,
                    "SyncBenchmark.freeLock",
                    List.of(peer("kotlinx `Mutex`", "kotlinFreeMutex")),
                    List.of(new Target(ALL, 1, "kotlinx `Mutex`"))),
            new Row(
                    "a free semaphore, acquire and release",
                    Unit.NANOS,
                    "SyncBenchmark.freeSemaphore",
                    List.of(peer("kotlinx `Semaphore`", "kotlinFreeSemaphore")),
                    List.of(new Target(ALL, 1, "kotlinx `Semaphore`"))),
            new Row(
                    "a lock that two contend for",
                    Unit.NANOS,
                    "SyncBenchmark.contendedLock",
                    List.of(peer("kotlinx `Mutex`", "kotlinContendedMutex"), peer("bare park/unpark", "parkUnpark")),
                    List.of(
                            new Target(EnumSet.of(CARRIERS), 300),
                            new Target(EnumSet.of(VIRTUAL), 1500),
                            new Target(EnumSet.of(PLATFORM), 1.2, "bare park/unpark"))),
            new Row(
                    "a queue of capacity 1, put and get",
                    Unit.NANOS,
                    "SyncBenchmark.queue",
                    List.of(peer("kotlinx `Channel`", "kotlinChannel"), peer("bare park/unpark", "parkUnpark")),
                    List.of(
                            new Target(EnumSet.of(CARRIERS), 300),
                            new Target(EnumSet.of(VIRTUAL), 1500),
                            new Target(EnumSet.of(PLATFORM), 2.4, "bare park/unpark"))),
            new Row(
                    "spawn 100 000 and gather, each",
                    Unit.NANOS,
                    "TaskBenchmark.spawn",
                    List.of(peer("kotlinx `async`, `awaitAll`", "kotlinSpawn")),
                    List.of(new Target(ALL, 300))),
            new Row(
                    "subscribe to a coroutine, and its result",
                    Unit.NANOS,
                    "TaskBenchmark.subscribe",
                    List.of(
                            peer("kotlinx `mono`", "kotlinSubscribe"),
                            peer("`subscribeOn(parallel())`", "subscribeOn")),
                    List.of(new Target(ALL, 1, "kotlinx `mono`"))),
            new Row(
                    "100 000 coroutines asleep for 500 ms, in all",
                    Unit.NANOS,
                    "TaskBenchmark.sleepers",
                    List.of(
                            peer("kotlinx `delay`", "kotlinSleepers"),
                            peer("virtual threads", "threadSleepers"),
                            peer("`Mono.delay`", "delaySleepers")),
                    List.of(new Target(MANY, 650e6))),
            new Row(
                    "the same, composed: `sleep(d, x)`",
                    Unit.NANOS,
                    "TaskBenchmark.composedSleepers",
                    List.of(peer("kotlinx `delay`", "kotlinSleepers")),
                    List.of(new Target(ALL, 650e6))),
            new Row(
                    "heap for each of 100 000 asleep",
                    Unit.BYTES,
                    "MemoryBenchmark.hundredThousand",
                    List.of(new Peer("kotlinx `delay`", "MemoryBenchmark.hundredThousandKotlin")),
                    List.of(new Target(MANY, 1.5 * 1024))),
            new Row(
                    "heap for each of 10 000 asleep (30 MB in all)",
                    Unit.BYTES,
                    "MemoryBenchmark.tenThousand",
                    List.of(new Peer("kotlinx `delay`", "MemoryBenchmark.hundredThousandKotlin")),
                    List.of(new Target(MANY, 30 * 1024 * 1024 / 10_000.0))),
            new Row(
                    "heap for each of 100 000 composed",
                    Unit.BYTES,
                    "MemoryBenchmark.hundredThousandComposed",
                    List.of(new Peer("kotlinx `delay`", "MemoryBenchmark.hundredThousandKotlin")),
                    List.of(new Target(ALL, 1.5 * 1024))));

    private final boolean quick;
    private final Path logs;
    private final Map<String, Double> measured = new LinkedHashMap<>();

    private Report(boolean quick, Path logs) {
        this.quick = quick;
        this.logs = logs;
    }

    /**
     * Measures and prints.
     *
     * @param args {@code --quick} for fewer and shorter iterations; the directory for JMH's logs; then regular expressions,
     *     of which one must be found in the benchmark of a row, or none for all rows
     * @throws Exception what JMH throws
     */
    public static void main(String... args) throws Exception {
        List<String> words = new ArrayList<>(List.of(args));
        boolean quick = words.remove("--quick");
        Path logs = Files.createDirectories(Path.of(words.remove(0)));
        List<Pattern> wanted = words.stream().map(Pattern::compile).toList();
        Report report = new Report(quick, logs);
        List<String> lines = new ArrayList<>();
        for (Row row : ROWS) {
            if (wanted.isEmpty()
                    || wanted.stream()
                            .anyMatch(pattern -> pattern.matcher(row.corio()).find())) {
                lines.add(report.line(row));
            }
        }
        System.out.println(report.heading());
        lines.forEach(System.out::println);
    }

    private static Peer peer(String name, String benchmark) {
        return new Peer(name, "PeerBenchmark." + benchmark);
    }

    private static List<Flavour> offered() {
        int java = Runtime.version().feature();
        return java >= 24 ? List.of(Flavour.values()) : java >= 21 ? List.of(PLATFORM, VIRTUAL) : List.of(PLATFORM);
    }

    // ---- measuring ----

    private String line(Row row) throws RunnerException {
        Map<Flavour, Double> corio = new EnumMap<>(Flavour.class);
        for (Flavour kind : offered()) {
            if (!row.targets(kind).isEmpty()) {
                corio.put(kind, measure(row.corio(), kind.name().toLowerCase(Locale.ROOT)));
            }
        }
        Map<String, Double> peers = new LinkedHashMap<>();
        for (Peer peer : row.peers()) {
            peers.put(peer.name(), measure(peer.benchmark(), "peer"));
        }
        return line(row, corio, peers);
    }

    /** The median; NaN if it failed. Measured once, however many rows ask for it. */
    private double measure(String benchmark, String flavour) throws RunnerException {
        String key = benchmark + "-" + flavour;
        Double before = measured.get(key);
        if (before != null) {
            return before;
        }
        double median = Double.NaN;
        try {
            for (RunResult result : new Runner(options(benchmark, flavour).build()).run()) {
                Result<?> wanted = result.getSecondaryResults().getOrDefault("bytesEach", result.getPrimaryResult());
                median = wanted.getStatistics().getPercentile(50);
            }
        } catch (RunnerException e) {
            System.err.println(key + " failed, see " + logs.resolve(key + ".log"));
        }
        System.err.printf(Locale.ROOT, "%s: %.1f%n", key, median);
        measured.put(key, median);
        return median;
    }

    private ChainedOptionsBuilder options(String benchmark, String flavour) {
        boolean memory = benchmark.startsWith("MemoryBenchmark");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + Pattern.quote(benchmark) + "$")
                .forks(quick ? 1 : 2)
                .warmupIterations(memory || quick ? 3 : 5)
                .measurementIterations(quick ? 3 : 5)
                .warmupTime(quick ? TimeValue.milliseconds(500) : TimeValue.seconds(1))
                .measurementTime(quick ? TimeValue.milliseconds(300) : TimeValue.seconds(1))
                .shouldFailOnError(true)
                .output(logs.resolve(benchmark + "-" + flavour + ".log").toString());
        // Room for a young generation, or the rows with many stacks would show how G1 sizes one.
        List<String> jvm = new ArrayList<>(List.of("-Xms2g", "-Xmx2g", "-Xmn1g", "-XX:+AlwaysPreTouch"));
        switch (flavour) {
            case "peer" -> {}
            case "carriers" ->
                jvm.addAll(List.of("-Dcorio.fibers=virtual", "--add-opens=java.base/java.lang=ALL-UNNAMED"));
            default -> jvm.add("-Dcorio.fibers=" + flavour);
        }
        return options.jvmArgs(jvm.toArray(String[]::new));
    }

    // ---- printing ----

    private String heading() {
        String kinds = offered().stream()
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" | "));
        return "Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                + (quick ? "a quick run" : "a full run") + "\n\n"
                + "| work | " + kinds + " | peer | ratio | target | met |\n"
                + "|---|" + "--:|".repeat(offered().size()) + "---|--:|---|---|";
    }

    private String line(Row row, Map<Flavour, Double> corio, Map<String, Double> peers) {
        StringBuilder line = new StringBuilder("| ").append(row.work());
        List<String> missed = new ArrayList<>();
        for (Flavour kind : offered()) {
            Double value = corio.get(kind);
            line.append(" | ").append(value == null ? "" : text(row, value));
            for (Target target : row.targets(kind)) {
                if (value == null || !(value <= limit(target, peers))) {
                    missed.add(kind.name().toLowerCase(Locale.ROOT));
                }
            }
        }
        String beside = peers.entrySet().stream()
                .map(peer -> peer.getKey() + " " + text(row, peer.getValue()))
                .collect(Collectors.joining(", "));
        double best =
                corio.values().stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        double ratio = best / peers.values().iterator().next();
        return line.append(" | ")
                .append(beside)
                .append(String.format(Locale.ROOT, " | %.2f", ratio))
                .append(" | ")
                .append(targets(row))
                .append(" | ")
                .append(corio.isEmpty() ? "not here" : missed.isEmpty() ? "yes" : "no: " + String.join(", ", missed))
                .append(" |")
                .toString();
    }

    private static String text(Row row, double value) {
        return Double.isNaN(value) ? "failed" : row.unit().text(value);
    }

    private static double limit(Target target, Map<String, Double> peers) {
        return target.peer().isEmpty() ? target.most() : target.most() * peers.getOrDefault(target.peer(), Double.NaN);
    }

    private static String targets(Row row) {
        return row.targets().stream()
                .filter(target -> target.kinds().stream().anyMatch(offered()::contains))
                .map(target -> {
                    String whom = target.kinds().size() > 1
                            ? ""
                            : target.kinds().iterator().next().name().toLowerCase(Locale.ROOT) + " ";
                    String most = target.peer().isEmpty()
                            ? row.unit().text(target.most())
                            : (target.most() == 1 ? "" : target.most() + " × ") + target.peer();
                    return whom + "≤ " + most;
                })
                .collect(Collectors.joining(", "));
    }
}
