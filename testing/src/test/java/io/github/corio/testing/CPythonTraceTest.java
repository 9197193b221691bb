package io.github.corio.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Programs that CPython 3.13 has run give the same trace here, line for line. They lie in {@code src/test/resources/traces};
 * {@code -Dcorio.traces=DIR} reads another directory.
 */
class CPythonTraceTest {
    private static int same;
    private static int different;

    @TestFactory
    Stream<DynamicTest> theTraceIsThatOfCPython() throws IOException, URISyntaxException {
        List<Path> programs = programs();
        assertThat(programs).isNotEmpty();
        return programs.stream().map(file -> DynamicTest.dynamicTest(nameOf(file), () -> compare(file)));
    }

    private static void compare(Path file) throws IOException {
        JsonNode program = new ObjectMapper().readTree(file.toFile());
        List<String> expected = new ArrayList<>();
        program.get("trace").forEach(line -> expected.add(line.asText()));
        different++;
        assertThat(TraceInterpreter.run(program)).containsExactlyElementsOf(expected);
        different--;
        same++;
    }

    private static List<Path> programs() throws IOException, URISyntaxException {
        String other = System.getProperty("corio.traces");
        Path directory = other != null
                ? Path.of(other)
                : Path.of(Objects.requireNonNull(CPythonTraceTest.class.getResource("/traces"))
                        .toURI());
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString().replace(".json", "");
    }

    @AfterAll
    static void count() {
        System.out.println("traces: " + same + " same, " + different + " different");
    }
}
