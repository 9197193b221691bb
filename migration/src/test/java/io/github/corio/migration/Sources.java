package io.github.corio.migration;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.openrewrite.java.JavaParser;

/** The parser of tests, with the class path that they run on. */
final class Sources {
    private Sources() {}

    static JavaParser.Builder<?, ?> parser() {
        return JavaParser.fromJavaVersion().classpath(classPath());
    }

    /** Only what tests name: the parser reads each. */
    private static List<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith(".jar")
                        || Stream.of("reactor", "reactive-streams", "corio", "junit-jupiter-api", "apiguardian")
                                .anyMatch(entry::contains))
                .filter(entry -> !entry.contains("openrewrite"))
                .map(Path::of)
                .toList();
    }
}
