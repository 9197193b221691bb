package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The documentation as a reader meets it: links lead somewhere, tables are tables, and pages keep to the rules of CONTRIBUTING. */
class DocsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern VAGUE =
            Pattern.compile("\\b(who|whom|whose|whoever|somebody|someone|nobody|what|whatever|such|one|ones)\\b");
    private static final Pattern BANNED = Pattern.compile(
            "\\b(at once|for good|but for|in the open|in place|comes out|come out|is told|are told|easy|easily|just)\\b");

    /** Pages that the rules hold for already; the others are only counted. */
    private static final Set<String> KEPT = Set.of("README.md", "docs/guide.md");

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() throws IOException {
        return pages().map(page -> DynamicTest.dynamicTest(name(page), () -> {
            List<String> broken = LINK.matcher(prose(page))
                    .results()
                    .map(link -> link.group(1))
                    .filter(link -> !link.startsWith("http"))
                    .filter(link -> !leadsSomewhere(page, link))
                    .toList();
            assertThat(broken).isEmpty();
        }));
    }

    @TestFactory
    Stream<DynamicTest> everyTableIsRendered() throws IOException {
        return pages().map(page -> DynamicTest.dynamicTest(name(page), () -> {
            List<String> wrong = new ArrayList<>();
            List<String> lines = prose(page).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                boolean row = isRow(lines.get(i));
                boolean head = row && (i == 0 || !isRow(lines.get(i - 1)));
                if (head && (i + 1 == lines.size() || !lines.get(i + 1).matches("\\|(\\s*:?-+:?\\s*\\|)+"))) {
                    wrong.add("no head: " + lines.get(i));
                }
                if (row && !head && columns(lines.get(i)) != columns(lines.get(i - 1))) {
                    wrong.add("other columns than the row above: " + lines.get(i));
                }
            }
            assertThat(wrong).isEmpty();
        }));
    }

    @Test
    @DisplayName(
            "README and guide: at most 1.2 vague words and 0.3 semicolons in 100 words, and none of the words of rule 10")
    void wordsAreCounted() throws IOException {
        List<String> tooMany = new ArrayList<>();
        for (Path page : pages().toList()) {
            String text = words(page);
            long words = text.split("\\s+").length;
            double vague = 100.0 * VAGUE.matcher(text).results().count() / words;
            double semicolons = 100.0 * text.chars().filter(c -> c == ';').count() / words;
            List<String> banned =
                    BANNED.matcher(text).results().map(found -> found.group(1)).toList();
            String line = String.format(
                    Locale.ROOT,
                    "%-36s %5d words, %.1f vague, %.1f semicolons in 100, %d of rule 10 %s",
                    name(page),
                    words,
                    vague,
                    semicolons,
                    banned.size(),
                    KEPT.contains(name(page)) ? banned : "");
            System.out.println(line);
            if (KEPT.contains(name(page)) && (vague > 1.2 || semicolons > 0.3 || !banned.isEmpty())) {
                tooMany.add(line);
            }
        }
        assertThat(tooMany).isEmpty();
    }

    private static boolean leadsSomewhere(Path page, String link) {
        int hash = link.indexOf('#');
        Path target = hash == 0 ? page : page.resolveSibling(hash < 0 ? link : link.substring(0, hash));
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0 || anchors(target).contains(link.substring(hash + 1));
    }

    /** As the forge makes them of headings. */
    private static Set<String> anchors(Path page) {
        return prose(page)
                .lines()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static boolean isRow(String line) {
        return line.startsWith("|");
    }

    private static int columns(String row) {
        return row.replace("\\|", "")
                .replaceAll("`[^`]*`", "")
                .replaceAll("[^|]", "")
                .length();
    }

    /** Without blocks of code. */
    private static String prose(Path page) {
        return read(page).replaceAll("(?ms)^```.*?^```$", "");
    }

    /** The sentences alone: no code, no markup, no targets of links. */
    private static String words(Path page) {
        return prose(page)
                .replaceAll("(?s)<!--.*?-->", " ")
                .replaceAll("`[^`]*`", "x")
                .replaceAll("\\]\\([^)]*\\)", " ")
                .replaceAll("<[^>]+>", " ")
                .toLowerCase(Locale.ROOT);
    }

    private static Stream<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                    Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")
                            .map(ROOT::resolve),
                    docs.filter(path -> path.toString().endsWith(".md")).sorted().toList().stream());
        }
    }

    private static String name(Path page) {
        return ROOT.relativize(page).toString().replace('\\', '/');
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
