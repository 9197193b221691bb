package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Rule 8 of CONTRIBUTING, for all packages and public types of all published modules, and the words of rule 10 for their members too. */
class JavadocTest {
    private static final List<String> LABELS =
            List.of("Suspends:", "Cancellation:", "Order:", "Signals on:", "Errors:", "asyncio:");

    /** In the text of a type: the methods that have no labels need none. */
    private static final String COVERS = "These labels hold for each method that has none of its own.";

    private static final int MOST_WORDS = 25;

    private static final Pattern LIKE = Pattern.compile("\\bas\\s+\\{@link\\s+(\\w*)#(\\w+)");

    @TestFactory
    @DisplayName("a type has a plain first sentence, and labels in their order; if it is about awaiting, it says how")
    Stream<DynamicTest> typesAreDocumented() {
        return perModule(JavadocTest::faultsOfType);
    }

    @TestFactory
    @DisplayName(
            "no semicolon, no word of rule 10, and no sentence of more than 25 words in the Javadoc of a type or member")
    Stream<DynamicTest> sentencesArePlain() {
        return perModule(type -> {
            List<String> faults = new ArrayList<>(faultsOfWords(type));
            type.members().forEach(member -> faults.addAll(faultsOfWords(member)));
            return faults;
        });
    }

    @Test
    @DisplayName("the test finds the types that there are")
    void findsTypes() {
        List<String> names = Documented.modules().stream()
                .flatMap(module -> Documented.typesOf(module).stream())
                .map(Documented::name)
                .toList();
        assertThat(names)
                .contains(
                        "io.github.corio.sync",
                        "Asyncio",
                        "AsyncQueue.Statistics",
                        "From",
                        "TestLoop",
                        "CorioMetrics",
                        "CorioTools")
                .contains("CreateToFrom", "BlockingInBody", "BackgroundTasks")
                .doesNotContain("TaskHandle", "Engine");
    }

    private interface Rule {
        List<String> faults(Documented type);
    }

    private static Stream<DynamicTest> perModule(Rule rule) {
        return Documented.modules().stream()
                .map(module -> DynamicTest.dynamicTest(module.getFileName().toString(), () -> {
                    List<String> faults = faults(module, rule);
                    faults.forEach(System.out::println);
                    assertThat(faults).isEmpty();
                }));
    }

    private static List<String> faults(Path module, Rule rule) {
        return Documented.typesOf(module).stream()
                .flatMap(type -> rule.faults(type).stream())
                .toList();
    }

    private static List<String> faultsOfType(Documented type) {
        List<String> faults = new ArrayList<>();
        if (type.javadoc().firstSentence().isEmpty()) {
            faults.add(fault(type, "no first sentence"));
        }
        faultsOfLabels(type, faults);
        type.members().forEach(member -> faultsOfLabels(member, faults));
        List<Documented> awaitable =
                type.members().stream().filter(Documented::isAwaitable).toList();
        if (type.isAwaitable() || !awaitable.isEmpty()) {
            for (String label : List.of("Suspends", "Cancellation", "asyncio")) {
                if (!type.javadoc().hasLabel(label)) {
                    faults.add(fault(type, "no label " + label));
                }
            }
        }
        if (!String.join(" ", type.javadoc().sentences()).contains(COVERS)) {
            awaitable.stream()
                    .filter(method -> !isCovered(type, method))
                    .map(method -> fault(
                            method,
                            "no label, no \"as {@link #method}\" that has labels, and the type does not cover it"))
                    .forEach(faults::add);
        }
        return faults;
    }

    private static void faultsOfLabels(Documented documented, List<String> faults) {
        int last = -1;
        for (Javadoc.Label label : documented.javadoc().labels()) {
            int place = LABELS.indexOf(label.name());
            if (place < 0) {
                faults.add(fault(documented, "not a label: " + label.name()));
            } else if (place <= last) {
                faults.add(fault(documented, "label out of order: " + label.name()));
            }
            if (label.text().isEmpty()) {
                faults.add(fault(documented, "label without text: " + label.name()));
            }
            last = Math.max(last, place);
        }
        if (documented.javadoc().comment().matches("(?s).*(^|<p>|\\n\\s*)asyncio: .*")) {
            faults.add(fault(documented, "asyncio's counterpart is not a label"));
        }
    }

    /** By labels of its own, by those of the method that it overrides, or by those of another method of the type that it is like. */
    private static boolean isCovered(Documented type, Documented method) {
        return !method.javadoc().labels().isEmpty()
                || (method.isOverride() && method.javadoc().comment().isEmpty())
                || LIKE.matcher(method.javadoc().comment())
                        .results()
                        .anyMatch(like -> !like.group(1).isEmpty()
                                || type.members().stream()
                                        .filter(other -> other.name().equals(type.name() + "." + like.group(2)))
                                        .anyMatch(other ->
                                                !other.javadoc().labels().isEmpty()));
    }

    private static List<String> faultsOfWords(Documented documented) {
        List<String> faults = new ArrayList<>();
        for (String sentence : documented.javadoc().sentences()) {
            int words = sentence.split(" ").length;
            if (words > MOST_WORDS) {
                faults.add(fault(documented, words + " words: " + sentence));
            }
            if (sentence.contains(";")) {
                faults.add(fault(documented, "semicolon: " + sentence));
            }
            DocsTest.BANNED
                    .matcher(sentence.toLowerCase(Locale.ROOT))
                    .results()
                    .forEach(found -> faults.add(fault(documented, "\"" + found.group() + "\": " + sentence)));
        }
        return faults;
    }

    private static String fault(Documented documented, String missing) {
        return documented.place() + " " + documented.name() + ": " + missing;
    }
}
