package io.github.corio.benchmarks;

import io.github.corio.benchmarks.Row.Peer;
import io.github.corio.benchmarks.Row.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
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
     * @param args {@code --quick} for fewer and shorter iterations; {@code --svg} and the file for a chart; the directory for
     *     JMH's logs; then regular expressions, of which one must be found in the benchmark of a row, or none for all rows
     * @throws Exception what JMH throws
     */
    public static void main(String... args) throws Exception {
        List<String> words = new ArrayList<>(List.of(args));
        boolean quick = words.remove("--quick");
        int svg = words.indexOf("--svg");
        Path chart = svg < 0 ? null : Path.of(words.remove(svg + 1));
        words.remove("--svg");
        Path logs = Files.createDirectories(Path.of(words.remove(0)));
        List<Pattern> wanted = words.stream().map(Pattern::compile).toList();
        Report report = new Report(quick, logs);
        List<Measured> run = new ArrayList<>();
        for (Row row : Rows.TABLE) {
            if (wanted.isEmpty()
                    || wanted.stream()
                            .anyMatch(pattern -> pattern.matcher(row.corio()).find())) {
                run.add(report.measure(row));
            }
        }
        System.out.println(report.conditions());
        System.out.println();
        System.out.println(heading());
        run.forEach(row -> System.out.println(line(row)));
        if (chart != null) {
            Files.writeString(chart, Chart.svg(report.conditions(), run));
        }
    }

    // ---- measuring ----

    private Measured measure(Row row) throws RunnerException {
        Map<Flavour, Double> corio = new EnumMap<>(Flavour.class);
        for (Flavour kind : Flavour.offered()) {
            if (row.kinds().contains(kind)) {
                corio.put(kind, measure(row.corio(), kind.label()));
            }
        }
        Map<String, Double> peers = new LinkedHashMap<>();
        for (Peer peer : row.peers()) {
            if (peer.isThere()) {
                peers.put(peer.name(), measure(peer.benchmark(), "peer"));
            }
        }
        return new Measured(row, corio, peers);
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
                .warmupIterations(memory ? 3 : quick ? 8 : 5)
                .measurementIterations(quick ? 3 : 5)
                .warmupTime(quick ? TimeValue.milliseconds(500) : TimeValue.seconds(1))
                .measurementTime(quick ? TimeValue.milliseconds(300) : TimeValue.seconds(1))
                .shouldFailOnError(true)
                .output(logs.resolve(benchmark + "-" + flavour + ".log").toString());
        // Room for a young generation, or the rows with many stacks would show how G1 sizes one.
        List<String> jvm = new ArrayList<>(List.of(
                "-Xms2g",
                "-Xmx2g",
                "-Xmn1g",
                "-XX:+AlwaysPreTouch",
                "-Dreactor.logging.fallback=JDK")); // to stderr, since the table is on stdout
        if (!flavour.equals("peer")) {
            jvm.add("-Dcorio.fibers=" + (flavour.equals("carriers") ? "virtual" : flavour));
        }
        if (flavour.equals("carriers") || flavour.equals("peer")) {
            jvm.add("--add-opens=java.base/java.lang=ALL-UNNAMED"); // of the peers, BareCarrier needs it
        }
        return options.jvmArgs(jvm.toArray(String[]::new));
    }

    // ---- printing ----

    private String conditions() {
        return "Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                + (quick ? "a quick run" : "a full run");
    }

    private static String heading() {
        return "| work | " + labels(Flavour.offered(), " | ") + " | peer | ratio | target | met |\n" + "|---|"
                + "--:|".repeat(Flavour.offered().size()) + "---|--:|---|---|";
    }

    private static String line(Measured measured) {
        StringBuilder line = new StringBuilder("| ").append(measured.row().work());
        for (Flavour kind : Flavour.offered()) {
            Double value = measured.corio().get(kind);
            line.append(" | ").append(value == null ? "" : measured.text(value));
        }
        return line.append(" | ")
                .append(peers(measured))
                .append(" | ")
                .append(ratio(measured))
                .append(" | ")
                .append(targets(measured.row()))
                .append(" | ")
                .append(met(measured))
                .append(" |")
                .toString();
    }

    private static String peers(Measured measured) {
        return measured.row().peers().stream()
                .map(peer -> {
                    Double value = measured.peers().get(peer.name());
                    return peer.name() + " " + (value == null ? "-" : measured.text(value));
                })
                .collect(Collectors.joining(", "));
    }

    private static String ratio(Measured measured) {
        double best = measured.corio().values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(Double.NaN);
        double ratio = best / measured.peers().values().iterator().next();
        return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String targets(Row row) {
        Set<Flavour> measured = offered(row.kinds());
        return row.targets().stream()
                .filter(target -> !offered(target.kinds()).isEmpty())
                .map(target -> {
                    Set<Flavour> kinds = offered(target.kinds());
                    String most = target.peer().isEmpty()
                            ? row.unit().text(target.most())
                            : (target.most() == 1 ? "" : target.most() + " × ") + target.peer();
                    return (kinds.equals(measured) ? "" : labels(kinds, " and ") + " ") + "≤ " + most;
                })
                .collect(Collectors.joining(", "));
    }

    /** What is compared with a peer that is not there is not judged. */
    private static String met(Measured measured) {
        Set<Flavour> judged = EnumSet.noneOf(Flavour.class);
        Set<Flavour> missed = EnumSet.noneOf(Flavour.class);
        for (Target target : measured.row().targets()) {
            Double unit = target.peer().isEmpty()
                    ? Double.valueOf(1)
                    : measured.peers().get(target.peer());
            measured.corio().forEach((kind, value) -> {
                if (unit != null && target.kinds().contains(kind)) {
                    judged.add(kind);
                    if (!(value <= target.most() * unit)) { // so that NaN is a miss
                        missed.add(kind);
                    }
                }
            });
        }
        return judged.isEmpty() ? "not here" : missed.isEmpty() ? "yes" : "no: " + labels(missed, ", ");
    }

    private static Set<Flavour> offered(Set<Flavour> kinds) {
        Set<Flavour> offered = EnumSet.copyOf(kinds);
        offered.retainAll(Flavour.offered());
        return offered;
    }

    private static String labels(Collection<Flavour> kinds, String between) {
        return kinds.stream().map(Flavour::label).collect(Collectors.joining(between));
    }
}
