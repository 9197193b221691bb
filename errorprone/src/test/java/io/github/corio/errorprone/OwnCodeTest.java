package io.github.corio.errorprone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.BaseErrorProneJavaCompiler;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.scanner.ScannerSupplier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own code has no findings: what users read, and what is built on {@code Asyncio}. */
class OwnCodeTest {
    @TempDir
    Path classes;

    @Test
    void hasNoFindings() throws IOException {
        List<Class<? extends BugChecker>> checks = new ArrayList<>();
        ServiceLoader.load(BugChecker.class).forEach(check -> {
            if (check.getClass().getPackage() == getClass().getPackage()) {
                checks.add(check.getClass());
            }
        });
        assertThat(checks).hasSize(9);
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files =
                ToolProvider.getSystemJavaCompiler().getStandardFileManager(found, null, null)) {
            List<Path> sources = new ArrayList<>();
            for (String module : List.of("core", "reactor-bridge", "tools", "testing", "micrometer", "examples")) {
                sources.addAll(sources("../" + module + "/src/main/java"));
            }
            boolean compiled = new BaseErrorProneJavaCompiler(ScannerSupplier.fromBugCheckerClasses(checks))
                    .getTask(
                            null,
                            files,
                            found,
                            List.of(
                                    "-proc:none",
                                    "-d",
                                    classes.toString(),
                                    "-XepAllErrorsAsWarnings",
                                    "-Xmaxwarns",
                                    "1000"),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as(() -> found.getDiagnostics().toString()).isTrue();
        }
        assertThat(found.getDiagnostics().stream()
                        .map(each -> ((Diagnostic<?>) each).toString())
                        .filter(text -> text.contains("[Corio")))
                .isEmpty();
    }

    private static List<Path> sources(String folder) throws IOException {
        try (Stream<Path> all = Files.walk(Path.of(folder))) {
            return all.filter(file -> file.toString().endsWith(".java")
                            && !file.toString().endsWith("module-info.java"))
                    .toList();
        }
    }
}
