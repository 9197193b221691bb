package io.github.corio.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.testkit.engine.EngineTestKit;

class JUnitVersionTest {
    @Test
    @EnabledIfSystemProperty(named = "corio.test.junit", matches = ".+")
    void isTheOneThatTheBuildHasAskedFor() {
        String version = System.getProperty("corio.test.junit");
        for (Class<?> type : new Class<?>[] {Test.class, JupiterTestEngine.class, EngineTestKit.class}) {
            URL jar =
                    Objects.requireNonNull(type.getResource("/" + type.getName().replace('.', '/') + ".class"));
            assertThat(jar).asString().contains("-" + version + ".jar!");
        }
    }
}
