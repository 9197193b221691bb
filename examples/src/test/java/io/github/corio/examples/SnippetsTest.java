package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The Java in the documentation is compiled: a block under {@code <!-- snippet: name -->} is, to the letter, what stands in
 * the sources of the examples, and of the starter's tests, between {@code // snippet: name} and {@code // end}. Imports at its head are those of the same source.
 */
class SnippetsTest {
    private static final Path ROOT = root();

    @TestFactory
    Stream<DynamicTest> everyMarkedBlockIsWhatIsCompiled() throws IOException {
        Map<String, Snippet> compiled = compiled();
        return documents().stream()
                .flatMap(document -> blocks(document).stream()
                        .filter(block -> block.snippet != null)
                        .map(block -> DynamicTest.dynamicTest(
                                ROOT.relativize(document) + ": " + block.snippet,
                                () -> assertSame(block, compiled.get(block.snippet)))));
    }

    @TestFactory
    Stream<DynamicTest> noJavaIsUncompiled() throws IOException {
        return documents().stream()
                .map(document -> DynamicTest.dynamicTest(
                        ROOT.relativize(document).toString(),
                        () -> assertThat(blocks(document))
                                .allSatisfy(block -> assertThat(block.snippet)
                                        .as("the snippet of\n" + block.code)
                                        .isNotNull())));
    }

    @TestFactory
    Stream<DynamicTest> theFirstJavaOfAPageShowsItsImports() throws IOException {
        return documents().stream()
                .filter(document -> !blocks(document).isEmpty())
                .map(document -> DynamicTest.dynamicTest(
                        ROOT.relativize(document).toString(),
                        () -> assertThat(blocks(document).get(0).code).contains("import ")));
    }

    private static void assertSame(Block block, Snippet compiled) {
        String file =
                block.code.replaceFirst("^package \\w+;\n+", ""); // a file of the reader's, in a package of his own
        List<String> imports =
                file.lines().filter(line -> line.startsWith("import ")).toList();
        assertThat(imports)
                .allSatisfy(line ->
                        assertThat(compiled.imports).anyMatch(inSource -> inSource.startsWith(line.replace("*;", ""))));
        String code = file.lines().skip(imports.size()).collect(Collectors.joining("\n", "", "\n"));
        assertThat(imports.isEmpty() ? code : code.stripLeading()).isEqualTo(compiled.code);
    }

    private record Block(String snippet, String code) {}

    private record Snippet(String code, List<String> imports) {}

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** The Java blocks of a document, each with the name of the snippet that the line above it gives. */
    private static List<Block> blocks(Path document) {
        List<String> lines = lines(document);
        Stream.Builder<Block> blocks = Stream.builder();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).equals("```java")) {
                int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
                String above = i == 0 ? "" : lines.get(i - 1);
                String name = above.startsWith("<!-- snippet: ")
                        ? above.substring("<!-- snippet: ".length(), above.indexOf(" -->"))
                        : null;
                blocks.add(new Block(name, String.join("\n", lines.subList(i + 1, end)) + "\n"));
                i = end;
            }
        }
        return blocks.build().toList();
    }

    private static Map<String, Snippet> compiled() throws IOException {
        Map<String, Snippet> snippets = new HashMap<>();
        for (String module : List.of("examples", "clients", "spring-boot-starter", "micrometer")) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module).resolve("src"))) {
                for (Path source : sources.filter(path -> path.toString().endsWith(".java"))
                        .toList()) {
                    addSnippets(lines(source), snippets);
                }
            }
        }
        return snippets;
    }

    private static void addSnippets(List<String> lines, Map<String, Snippet> snippets) {
        List<String> imports =
                lines.stream().filter(line -> line.startsWith("import ")).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("// snippet: ")) {
                int start = i + 1;
                while (!lines.get(i).strip().equals("// end")) {
                    i++;
                }
                String code = String.join("\n", lines.subList(start, i)).stripIndent() + "\n";
                Snippet before = snippets.put(line.substring("// snippet: ".length()), new Snippet(code, imports));
                assertThat(before).as("a snippet of the same name as " + line).isNull();
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("CHANGELOG.md")) ? here : here.getParent();
    }
}
