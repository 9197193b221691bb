package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadlinesTest {
    @Test
    void limitsNestGroupsCleanUpAndTheFasterReplicaWins() throws Exception {
        assertThat(Output.of(Deadlines::main))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("Nested timeouts: the short report"),
                        line -> assertThat(line).isEqualTo("Group: removed the rest of a.iso"),
                        line -> assertThat(line).isEqualTo("Group: removed the rest of b.iso"),
                        line -> assertThat(line).isEqualTo("Group: [java.io.IOException: disk full]"),
                        line -> {
                            assertThat(line).startsWith("Hedged request: replica-2 answers /, after ");
                            assertThat(Output.number(line, "ms")).isBetween(250L, 2999L);
                        });
    }
}
