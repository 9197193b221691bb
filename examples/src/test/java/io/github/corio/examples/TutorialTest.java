package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The two programs that this project was asked to bring to Java. */
class TutorialTest {
    @Test
    void aCoroutinePrintsSleepsASecondAndPrintsAgain() throws Exception {
        long start = System.nanoTime();
        assertThat(Output.of(PrintMessage::main))
                .containsExactly("Starting coroutine", "Coroutine resumed after sleep");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000L);
    }

    @Test
    void tenCoroutinesAreGatheredAndMainCannotCloseItsOwnLoop() throws Exception {
        assertThat(Output.of(TenCoroutines::main))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("gathered: [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]"),
                        line -> assertThat(line)
                                .startsWith("Once more, gathered: ")
                                .endsWith("64, 81]"),
                        line -> assertThat(line).contains("Cannot close a running event loop"));
    }
}
