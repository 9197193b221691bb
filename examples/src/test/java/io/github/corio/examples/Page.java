package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the documentation, with the parts in it that a test generates: those between {@code <!-- generated: name -->} and {@code <!-- end -->}. */
record Page(Path path, String text) {
    static final Path ROOT =
            Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();

    private static final Pattern GENERATED =
            Pattern.compile("(?ms)^<!-- generated: ([a-z-]+) -->\\n(.*?)^<!-- end -->$");

    static Page of(String name) {
        return of(ROOT.resolve(name));
    }

    private static Page of(Path path) {
        return new Page(path, read(path));
    }

    /** README, the pages at the root, and everything below docs. */
    static List<Page> all() {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")
                                    .map(ROOT::resolve),
                            docs.filter(path -> path.toString().endsWith(".md")).sorted().toList().stream())
                    .map(Page::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As it is called in links from the root. */
    String name() {
        return ROOT.relativize(path).toString().replace('\\', '/');
    }

    boolean isDecision() {
        return name().startsWith("docs/adr/");
    }

    /** Without blocks of code. */
    String prose() {
        return text.replaceAll("(?ms)^```.*?^```$", "");
    }

    /** The names of the parts that a test generates. */
    Set<String> generated() {
        return GENERATED.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    /** Compares a part with what a test has made, or writes that, if {@code -Dcorio.docs.update=true} is set. */
    void requireGenerated(String part, String made) {
        Matcher matcher = GENERATED.matcher(text);
        List<String> there = new ArrayList<>();
        String updated = matcher.replaceAll(found -> {
            if (!found.group(1).equals(part)) {
                return Matcher.quoteReplacement(found.group());
            }
            there.add(found.group(2));
            return Matcher.quoteReplacement("<!-- generated: " + part + " -->\n" + made.strip() + "\n<!-- end -->");
        });
        assertThat(there).as("parts named " + part + " in " + name()).hasSize(1);
        if (Boolean.getBoolean("corio.docs.update")) {
            write(path, updated);
        } else {
            assertThat(there.get(0).strip()).isEqualTo(made.strip());
        }
    }

    private static void write(Path path, String text) {
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
