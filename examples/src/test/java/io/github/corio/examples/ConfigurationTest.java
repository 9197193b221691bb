package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists the properties that the sources read, and no others. */
class ConfigurationTest {
    /** In quotes: these modules have no other names of this form. */
    private static final Pattern NAMED = Pattern.compile("\"(corio\\.[a-zA-Z]+(?:\\.[a-zA-Z]+)*)\"");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(corio\\.[a-zA-Z.]+)` \\|");

    @Test
    void thePageListsWhatTheSourcesRead() throws IOException {
        Set<String> listed = ROW.matcher(Page.of("docs/configuration.md").text())
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> read = new TreeSet<>();
        for (String module : new String[] {"core", "reactor-bridge", "testing", "tools"}) {
            try (Stream<Path> sources = Files.walk(Page.ROOT.resolve(module).resolve("src/main"))) {
                sources.filter(path -> path.toString().endsWith(".java"))
                        .forEach(source ->
                                NAMED.matcher(Page.read(source)).results().forEach(name -> read.add(name.group(1))));
            }
        }
        assertThat(read).isNotEmpty();
        assertThat(listed).containsExactlyElementsOf(read);
    }
}
