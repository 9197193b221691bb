package io.github.corio;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ReactorVersionTest {
    @Test
    @EnabledIfSystemProperty(named = "corio.test.reactor", matches = ".+")
    void isTheOneThatTheBuildHasAskedFor() {
        String version = System.getProperty("corio.test.reactor");
        for (Class<?> type : new Class<?>[] {Mono.class, StepVerifier.class}) {
            URL jar =
                    Objects.requireNonNull(type.getResource("/" + type.getName().replace('.', '/') + ".class"));
            assertThat(jar).asString().contains("-" + version + ".jar!");
        }
    }
}
