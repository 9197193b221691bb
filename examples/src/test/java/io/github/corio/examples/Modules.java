package io.github.corio.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The modules that are published, and what they need of each other and of others, as their POMs say it. docs/design.md draws it. */
final class Modules {
    private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");

    private Modules() {}

    /** A flowchart of Mermaid. */
    static String mermaid() throws IOException {
        StringBuilder chart = new StringBuilder("```mermaid\nflowchart BT\n");
        try (Stream<Path> folders = Files.list(Page.ROOT)) {
            List<String> poms = folders.map(folder -> folder.resolve("pom.xml"))
                    .filter(Files::exists)
                    .map(Page::read)
                    .map(pom -> pom.replaceAll("(?s)<dependencyManagement>.*?</dependencyManagement>", "")
                            .replaceAll(
                                    "(?s)<!--.*?-->|<build>.*?</build>|<profiles>.*?</profiles>|<exclusions>.*?</exclusions>",
                                    ""))
                    .filter(pom -> !pom.contains("<maven.deploy.skip>true") && pom.contains("<dependencies>"))
                    .sorted(Comparator.comparing(Modules::name))
                    .toList();
            for (String pom : poms) {
                chart.append("    ").append(name(pom).replace("corio-", "")).append('\n');
                DEPENDENCY.matcher(pom).results().map(found -> found.group(1)).forEach(dependency -> {
                    String needed = name(dependency);
                    boolean ours = dependency.contains("<groupId>io.github.corio</groupId>");
                    if (!dependency.contains("<scope>test") && (ours || needed.equals("reactor-core"))) {
                        chart.append("    ").append(name(pom).replace("corio-", ""));
                        chart.append(dependency.contains("<optional>true") ? " -.-> " : " --> ");
                        chart.append(needed.replace("corio-", "")).append('\n');
                    }
                });
            }
        }
        return chart.append("```").toString();
    }

    /** The folders of those that have classes. */
    static List<Path> published() throws IOException {
        try (Stream<Path> folders = Files.list(Page.ROOT)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                    .filter(folder -> !Page.read(folder.resolve("pom.xml")).contains("<maven.deploy.skip>true"))
                    .sorted()
                    .toList();
        }
    }

    private static String name(String pom) {
        Matcher name = ARTIFACT.matcher(pom.replaceAll("(?s)<parent>.*?</parent>", ""));
        if (!name.find()) {
            throw new IllegalArgumentException(pom);
        }
        return name.group(1);
    }
}
