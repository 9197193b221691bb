package io.github.corio.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import io.github.corio.loop.FiberKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Configuration;

class JvmPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    static class Nothing {}

    /** Runs in a JVM of its own, where no class of Corio was loaded before. */
    static final class Fresh {
        public static void main(String... args) {
            start(args).run().close();
            EventLoop loop = EventLoop.create();
            System.out.println(">" + FiberKind.current() + " debug=" + loop.isDebug() + " "
                    + System.getProperty("corio.fibers.max") + " " + System.getProperty("corio.warnLeftBehind"));
            loop.dispose();
        }
    }

    private static SpringApplicationBuilder start(String... properties) {
        return new SpringApplicationBuilder(Nothing.class)
                .web(WebApplicationType.NONE)
                .properties(properties);
    }

    @Test
    void propertiesOfTheApplicationReachTheJvmUnlessASystemPropertySaysOtherwise() throws Exception {
        List<String> jvm = List.of("-Dcorio.fibers.max=5");
        assertThat(fresh(
                        jvm,
                        "corio.fibers=platform",
                        "corio.debug=on",
                        "corio.fibers-max=77",
                        "corio.warn-left-behind=false"))
                .isEqualTo(">PLATFORM debug=true 5 false");
    }

    @Test
    void nonsenseIsRefusedByName() {
        assertThatThrownBy(() -> JvmPropertiesTest.withoutFibers(
                        () -> start("corio.fibers=green").run()))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("corio.fibers")
                .hasMessageContaining("platform and virtual");
        assertThatThrownBy(() -> start("corio.fibers-max=many").run())
                .isInstanceOf(BindException.class)
                .hasMessageContaining("corio.fibers-max");
        assertThatThrownBy(() -> start("corio.fibers-max=0").run())
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("corio.fibers-max");
    }

    /** A system property comes before those of the application. */
    private static void withoutFibers(Runnable code) {
        String before = System.clearProperty("corio.fibers");
        try {
            code.run();
        } finally {
            if (before != null) {
                System.setProperty("corio.fibers", before);
            }
        }
    }

    @Test
    void everyPropertyIsDescribedAndEveryDescribedOneIsRead() throws IOException {
        Set<String> described = new TreeSet<>();
        try (InputStream metadata =
                JvmProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            String text = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
            Pattern.compile("\"name\": \"(corio[^\"]+)\",\\s+\"type\": \"java")
                    .matcher(text)
                    .results()
                    .forEach(property -> described.add(property.group(1)));
        }
        Set<String> read = new TreeSet<>(JvmProperties.names());
        read.addAll(List.of(
                "corio.mdc-keys",
                "corio.background.concurrency",
                "corio.background.shutdown-timeout",
                "corio.background.restart-delay",
                "corio.background.restart-delay-max"));
        assertThat(described).isEqualTo(read);
    }

    private static String fresh(List<String> options, String... properties) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder command = new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-Dspring.main.banner-mode=off");
        command.command().addAll(options);
        command.command().addAll(List.of("-cp", System.getProperty("java.class.path"), Fresh.class.getName()));
        command.command().addAll(List.of(properties));
        Process process = command.redirectErrorStream(true).start();
        String output;
        try (InputStream stream = process.getInputStream()) {
            output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.lines().filter(line -> line.startsWith(">")).collect(Collectors.joining("\n"));
    }
}
