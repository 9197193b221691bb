package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the pages show of real runs, of the sources and of the build is made afresh, and compared; see {@link Page#requireGenerated}. */
class GeneratedTest {
    private static Map<String, Callable<String>> makers() {
        Map<String, Callable<String>> makers = new LinkedHashMap<>();
        makers.putAll(ErrorTexts.all());
        makers.putAll(LogTexts.all());
        makers.putAll(CompilerTexts.all());
        makers.put("who-waits", WhoWaits::limits);
        makers.put("failures", WhoWaits::failures);
        makers.put("values", WhoWaits::values);
        makers.put("deadlock", Transfers::deadlock);
        makers.put("task-tree", Transfers::tree);
        makers.put("modules", Modules::mermaid);
        return makers;
    }

    @TestFactory
    Stream<DynamicTest> everyPartIsWhatIsMade() {
        Map<String, Callable<String>> makers = makers();
        return Page.all().stream()
                .flatMap(page -> page.generated().stream()
                        .map(part -> DynamicTest.dynamicTest(page.name() + ": " + part, () -> {
                            Callable<String> maker = makers.get(part);
                            assertThat(maker).as("what makes " + part).isNotNull();
                            Page.of(page.name()).requireGenerated(part, maker.call());
                        })));
    }

    @Test
    void everythingThatIsMadeIsShown() {
        List<String> shown = new ArrayList<>();
        Page.all().forEach(page -> shown.addAll(page.generated()));
        assertThat(shown).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(makers().keySet());
    }
}
