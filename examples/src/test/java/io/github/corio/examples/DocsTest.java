package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern VAGUE =
            Pattern.compile("\\b(who|whom|whose|whoever|somebody|someone|nobody|what|whatever|such|one|ones)\\b");
    static final Pattern BANNED = Pattern.compile(
            "\\b(at once|for good|but for|in the open|in place|comes out|come out|is told|are told|easy|easily|just)\\b");

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() {
        return Page.all().stream()
                .map(page -> DynamicTest.dynamicTest(page.name(), () -> {
                    List<String> broken = LINK.matcher(page.prose())
                            .results()
                            .map(link -> link.group(1))
                            .filter(link -> !link.startsWith("http"))
                            .filter(link -> !leadsSomewhere(page, link))
                            .toList();
                    assertThat(broken).isEmpty();
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyTableIsRendered() {
        return Page.all().stream()
                .map(page -> DynamicTest.dynamicTest(page.name(), () -> {
                    List<String> wrong = new ArrayList<>();
                    List<String> lines = page.prose().lines().toList();
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
            "every page: at most 1.2 vague words and 0.3 semicolons in 100 words, and none of the words of rule 10")
    void wordsAreCounted() {
        List<String> tooMany = new ArrayList<>();
        for (Page page : Page.all()) {
            String text = words(page);
            long words = text.split("\\s+").length;
            double vague = 100.0 * VAGUE.matcher(text).results().count() / words;
            double semicolons = 100.0 * text.chars().filter(c -> c == ';').count() / words;
            List<String> banned =
                    BANNED.matcher(text).results().map(found -> found.group(1)).toList();
            String line = String.format(
                    Locale.ROOT,
                    "%-36s %5d words, %.1f vague, %.1f semicolons in 100, %d of rule 10 %s",
                    page.name(),
                    words,
                    vague,
                    semicolons,
                    banned.size(),
                    banned);
            System.out.println(line);
            if (vague > 1.2 || semicolons > 0.3 || !banned.isEmpty()) {
                tooMany.add(line);
            }
        }
        assertThat(tooMany).isEmpty();
    }

    private static boolean leadsSomewhere(Page page, String link) {
        int hash = link.indexOf('#');
        Path target = hash == 0 ? page.path() : page.path().resolveSibling(hash < 0 ? link : link.substring(0, hash));
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0 || anchors(target).contains(link.substring(hash + 1));
    }

    /** As the forge makes them of headings. */
    private static Set<String> anchors(Path target) {
        return new Page(target, Page.read(target))
                .prose()
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

    /** The sentences alone: no code, no markup, no targets of links. */
    private static String words(Page page) {
        return page.prose()
                .replaceAll("(?s)<!--.*?-->", " ")
                .replaceAll("`[^`]*`", "x")
                .replaceAll("\\]\\([^)]*\\)", " ")
                .replaceAll("<[^>]+>", " ")
                .toLowerCase(Locale.ROOT);
    }
}
