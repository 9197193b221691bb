package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TourTest {
    @Test
    void aNameRunsOneProgram() throws Exception {
        assertThat(Output.of(args -> Tour.main("tencoroutines")))
                .first()
                .asString()
                .startsWith("--- TenCoroutines: ");
    }

    @Test
    void aListShowsTheClassesInTheirOrder() throws Exception {
        List<String> names = Output.of(args -> Tour.main("--list")).stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
        assertThat(names).startsWith("PrintMessage", "TenCoroutines", "ConcurrentFetch");
        for (String name : names) {
            assertThat(Class.forName("io.github.corio.examples." + name)).hasDeclaredMethods("main");
        }
    }

    @Test
    void anUnknownNameIsAnErrorThatListsTheKnownOnes() {
        assertThatThrownBy(() -> Tour.main("Nowhere"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Nowhere")
                .hasMessageContaining("PrintMessage");
    }
}
