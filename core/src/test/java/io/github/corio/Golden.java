package io.github.corio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Files that say what a tree looks like. {@code -Dcorio.golden.write=true} writes them. */
final class Golden {
    private static final Path DIRECTORY = Path.of("src/test/resources/io/github/corio/tree");
    private static final Pattern NUMBERS = Pattern.compile(
            "\\bT(\\d+)\\b|(?<=\"(?:id|task|lockOwner)\":)(\\d+)|(?<=Task-)(\\d+)|(?<=EventLoop-)(\\d+)|(?<=subgraph )L(\\d+)");

    private Golden() {}

    static void compare(String name, TaskTree tree) {
        compareText(name + ".txt", tree.toText());
        compareText(name + ".json", tree.toJson().replace("},{", "},\n{") + "\n");
        compareText(name + ".mmd", tree.toMermaid());
    }

    static void compareText(String file, String text) {
        String shown = shown(text);
        Path path = DIRECTORY.resolve(file);
        try {
            if (Boolean.getBoolean("corio.golden.write")) {
                Files.createDirectories(DIRECTORY);
                Files.writeString(path, shown);
            }
            assertThat(shown).isEqualTo(Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Numbers in the order of their appearance, and no numbers of lines. */
    private static String shown(String text) {
        Map<String, String> numbers = new HashMap<>();
        String renumbered = NUMBERS.matcher(text).replaceAll(match -> {
            String kind = match.group(1) != null || match.group(2) != null || match.group(3) != null ? "T" : "L";
            String number = match.group().replaceAll("\\D", "");
            String shown = numbers.computeIfAbsent(
                    kind + number,
                    key -> ""
                            + (numbers.keySet().stream()
                                            .filter(known -> known.startsWith(kind))
                                            .count()
                                    + 1));
            return match.group().replace(number, shown);
        });
        return renumbered
                .replaceAll("\\.java:\\d+\\)", ".java)")
                .replaceAll("running\":true", "running\":false")
                .replaceAll("\", running", "\"")
                .replaceAll(", running", "");
    }
}
