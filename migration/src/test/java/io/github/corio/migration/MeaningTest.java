package io.github.corio.migration;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.TestLoop;
import io.github.corio.testing.TestSettings;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openrewrite.InMemoryExecutionContext;
import org.openrewrite.Result;
import org.openrewrite.SourceFile;
import org.openrewrite.config.CompositeRecipe;
import org.openrewrite.internal.InMemoryLargeSourceSet;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Runs random chains before and after the recipe, in virtual time, and compares what they do. */
class MeaningTest {
    private static final int BATCH = 250;
    /** All that a chain waits for is in virtual time. */
    private static final TestSettings QUIET = TestSettings.defaults().withPatience(Duration.ZERO);

    @TempDir
    Path folder;

    private int same;
    private int left;
    private final List<String> different = new ArrayList<>();

    @Test
    void randomChainsKeepTheirSignals() throws Exception {
        compare(Long.getLong("corio.chains.seed", 1), Integer.getInteger("corio.chains", 50));
    }

    @Test
    @Tag("stress-long")
    void thousandsOfRandomChainsKeepTheirSignals() throws Exception {
        compare(1_000, 6_500);
    }

    private void compare(long seed, int chains) throws Exception {
        int batch = Math.min(BATCH, chains);
        for (int i = 0; i < chains / batch; i++) {
            compareBatch(seed + i, batch);
            report();
        }
        assertThat(different).isEmpty();
        assertThat(left).isLessThan(chains / 2);
    }

    private void report() {
        System.out.println("chains: " + same + " same, " + different.size() + " different (" + left + " left alone)");
    }

    private void compareBatch(long seed, int batch) throws Exception {
        String before = new RandomChains(seed).source(batch);
        String after = rewritten(before);
        try (URLClassLoader old = compiled("before" + seed, before);
                URLClassLoader direct = compiled("after" + seed, after)) {
            for (int i = 0; i < batch; i++) {
                Method one = old.loadClass("chains.Chains").getMethod("chain" + i, Probe.class);
                Method other = direct.loadClass("chains.Chains").getMethod("chain" + i, Probe.class);
                boolean leftAlone =
                        method(before, i).strip().equals(method(after, i).strip());
                compare(one, other, leftAlone, new Random(seed * 1_000 + i), before, after, i);
            }
        }
    }

    private void compare(Method one, Method other, boolean leftAlone, Random random, String before, String after, int i)
            throws Exception {
        for (int cancelAfter : new int[] {-1, random.nextInt(20), random.nextInt(100)}) {
            List<String> expected = signals(one, cancelAfter);
            List<String> actual = signals(other, cancelAfter);
            if (hasParallels(
                    method(before, i))) { // what several do at the moment in which one of them ends has no order
                expected = expected.stream().filter(MeaningTest::isOutcome).toList();
                actual = actual.stream().filter(MeaningTest::isOutcome).toList();
            }
            if (!actual.equals(expected)) {
                different.add("cancelled after " + cancelAfter + ":\n" + method(before, i) + "\nbecomes\n"
                        + method(after, i) + "\nbefore: " + expected + "\nafter:  " + actual);
                System.out.println(different.get(different.size() - 1));
                return;
            }
        }
        if (leftAlone) {
            left++;
        } else {
            same++;
        }
    }

    private static boolean hasParallels(String chain) {
        return chain.contains("zip") || chain.contains("Flux");
    }

    private static Disposable subscribed(Object chain, Probe probe) {
        if (chain instanceof CompletableFuture<?> future) {
            CompletableFuture<?> unused = future.whenComplete((value, error) -> {
                probe.note(error == null ? "value " + value : "error " + text(unwrapped(error)));
                probe.note("complete");
            });
            return Disposables.disposed(); // a cancel of it is another thing
        }
        return ((Mono<?>) chain)
                .subscribe(
                        value -> probe.note("value " + value),
                        error -> probe.note("error " + text(error)),
                        () -> probe.note("complete"));
    }

    private static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    private static List<String> signals(Method method, int cancelAfter) throws Exception {
        try (TestLoop loop = TestLoop.create(QUIET)) {
            Probe probe = new Probe(loop);
            loop.run(() -> {
                Disposable subscription = subscribed(method.invoke(null, probe), probe);
                if (cancelAfter >= 0) {
                    await(sleep(Duration.ofMillis(cancelAfter).plusNanos(500_000))); // never at the moment of a signal
                    subscription.dispose();
                }
                await(sleep(Duration.ofSeconds(2)));
            });
            return effectsThenOutcome(probe.notes());
        }
    }

    /** What doFinally does at the end comes after the signal, what finally does before it. The moment is the same. */
    private static List<String> effectsThenOutcome(List<String> notes) {
        List<String> ordered =
                new ArrayList<>(notes.stream().filter(note -> !isOutcome(note)).toList());
        notes.stream().filter(MeaningTest::isOutcome).forEach(ordered::add);
        return ordered;
    }

    /** {@code error of 9} is none: {@code doOnError} of a chain notes it. */
    private static boolean isOutcome(String note) {
        return note.matches("\\d+ (value|error(?! of )|complete).*");
    }

    private static String text(Throwable error) {
        return error instanceof NullPointerException
                ? "NullPointerException"
                : error.getClass().getName() + ": "
                        + String.valueOf(error.getMessage())
                                .replaceAll("NullPointerException.*", "NullPointerException")
                                .replaceAll(" in '\\w+'", ""); // a timeout names the operator above it
    }

    private static String rewritten(String before) {
        InMemoryExecutionContext context = new InMemoryExecutionContext(error -> {
            throw new AssertionError(error);
        });
        List<SourceFile> parsed =
                Sources.parser().build().parse(context, before).toList();
        List<Result> results = new CompositeRecipe(
                        List.of(new OperatorsToDirectStyle(), new FuturesToDirectStyle(), new CombinatorsToCorio()))
                .run(new InMemoryLargeSourceSet(parsed), context)
                .getChangeset()
                .getAllResults();
        return results.get(0).getAfter().printAll();
    }

    private URLClassLoader compiled(String name, String source) throws IOException {
        Path classes = Files.createDirectories(folder.resolve(name));
        Path file = Files.writeString(classes.resolve("Chains.java"), source);
        java.io.ByteArrayOutputStream errors = new java.io.ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        errors,
                        "-nowarn",
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        file.toString());
        assertThat(result).as(() -> errors + "\n" + source).isZero();
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, MeaningTest.class.getClassLoader());
    }

    private static String method(String source, int i) {
        int start = source.indexOf("chain" + i + "(Probe p)");
        return source.substring(start, source.indexOf("\n    }\n", start));
    }
}
