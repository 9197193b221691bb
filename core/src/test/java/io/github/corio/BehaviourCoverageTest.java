package io.github.corio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Counts the behaviours of asyncio that have a test, by the IDs in the display names and tags of all modules, and prints the
 * number of each group. What has none has a reason in {@code docs/asyncio.md}.
 */
class BehaviourCoverageTest {
    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final Pattern ID = Pattern.compile("\\b[A-Z]{2,9}-\\d\\d\\b");
    private static final Pattern NAME = Pattern.compile("@(?:DisplayName|Tag)\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    @Test
    void eachBehaviourHasATestOrAReason() throws IOException {
        Set<String> tested = tested();
        Set<String> reasoned = idsIn(notTested());
        Set<String> known = new TreeSet<>();
        Set<String> missing = new TreeSet<>();
        int covered = 0;
        for (List<String> group : groups()) {
            known.addAll(group);
            List<String> open = new ArrayList<>(group);
            open.removeAll(tested);
            covered += group.size() - open.size();
            int all = open.size();
            open.removeAll(reasoned);
            missing.addAll(open);
            print(group.get(0).replaceAll("-.*", ""), group.size() - all, group.size(), all - open.size());
        }
        print("all", covered, known.size(), known.size() - covered - missing.size());
        assertThat(missing).as("behaviours without a test and without a reason").isEmpty();
        assertThat(known).as("the list knows all that tests name").containsAll(tested);
    }

    private static void print(String group, int tested, int all, int reasoned) {
        System.out.println("behaviours " + group + ": " + tested + " of " + all + " tested, " + reasoned + " reasoned");
    }

    private static List<List<String>> groups() throws IOException {
        try (InputStream list =
                Objects.requireNonNull(BehaviourCoverageTest.class.getResourceAsStream("/behaviours.txt"))) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(BehaviourCoverageTest::group)
                    .toList();
        }
    }

    private static List<String> group(String line) {
        List<String> words = List.of(line.split(" "));
        return words.subList(1, words.size()).stream()
                .map(number -> words.get(0) + "-" + number)
                .toList();
    }

    private static Set<String> tested() throws IOException {
        Set<String> tested = new TreeSet<>();
        for (String module : List.of("core", "reactor-bridge", "testing")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> tested.addAll(idsOfTests(file)));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return tested;
    }

    private static Set<String> idsOfTests(Path file) {
        Set<String> ids = new TreeSet<>();
        Matcher names;
        try {
            names = NAME.matcher(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (names.find()) {
            ids.addAll(idsIn(names.group(1)));
        }
        return ids;
    }

    private static Set<String> idsIn(String text) {
        Set<String> ids = new TreeSet<>();
        Matcher matcher = ID.matcher(text);
        while (matcher.find()) {
            ids.add(matcher.group());
        }
        return ids;
    }

    private static String notTested() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/asyncio.md"));
        return page.substring(page.indexOf("## Behaviours that are not tests"));
    }
}
