package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/decisions.md is the index of docs/adr. */
class DecisionsTest {
    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| \\[(\\d+)]\\((adr/\\d{4}-[a-z0-9-]+\\.md)\\) \\| (.+) \\| \\d{4}-\\d{2}-\\d{2} \\| `(\\w+)` \\|$");

    private final List<MatchResult> rows =
            ROW.matcher(Page.of("docs/decisions.md").text()).results().toList();

    @Test
    void everyDecisionHasARowWithItsNumberAndTitle() {
        List<String> indexed = new ArrayList<>();
        rows.forEach(row -> indexed.add(row.group(2) + ": # " + row.group(1) + ". " + row.group(3)));
        List<String> there = new ArrayList<>();
        for (Page page : Page.all()) {
            if (page.isDecision()) {
                there.add(page.name().substring("docs/".length()) + ": "
                        + page.text().lines().findFirst().orElseThrow());
            }
        }
        assertThat(indexed).isNotEmpty().containsExactlyElementsOf(there);
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        try (Stream<Path> modules = Files.list(Page.ROOT);
                Stream<Path> applications = Files.list(Page.ROOT.resolve("examples"))) {
            Set<String> tests = Stream.concat(modules, applications)
                    .map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(folder -> filesIn(folder).stream())
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
            assertThat(rows).allSatisfy(row -> assertThat(tests).contains(row.group(4)));
        }
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
