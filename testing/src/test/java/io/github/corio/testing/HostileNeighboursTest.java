package io.github.corio.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.samples.NeighbourSample;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;

@DisplayName("A test beside hostile neighbours")
class HostileNeighboursTest {
    @ParameterizedTest
    @ValueSource(
            classes = {
                NeighbourSample.Statics.class,
                NeighbourSample.Threads.class,
                NeighbourSample.OneInstance.class,
                NeighbourSample.Constructed.class,
                NeighbourSample.Times.class,
                NeighbourSample.Blocks.class,
                NeighbourSample.VerifierOfReactor.class
            })
    void passes(Class<?> sample) {
        EngineExecutionResults results = CoroutineTestTest.jupiter(sample).execute();
        assertThat(CoroutineTestTest.failures(results)).isEmpty();
        assertThat(results.testEvents().succeeded().count()).isPositive();
    }

    @Test
    void passesBesideAnotherWithForeignSignals() {
        EngineExecutionResults results = CoroutineTestTest.jupiter(NeighbourSample.ForeignInParallel.class)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                .execute();
        assertThat(CoroutineTestTest.failures(results)).isEmpty();
        results.testEvents().assertStatistics(stats -> stats.succeeded(2));
    }

    @Test
    void saysThatAnotherVirtualTimeIsSet() {
        EngineExecutionResults results =
                CoroutineTestTest.jupiter(NeighbourSample.OtherTime.class).execute();
        assertThat(CoroutineTestTest.failures(results))
                .singleElement()
                .isInstanceOf(TestTimeoutError.class)
                .satisfies(failure -> assertThat(failure).hasMessageContaining("A VirtualTimeScheduler is set"));
        results.testEvents().assertStatistics(stats -> stats.succeeded(1));
    }

    @Test
    void passesBehindOnesThatAreStuck() {
        EngineExecutionResults results =
                CoroutineTestTest.jupiter(NeighbourSample.Stuck.class).execute();
        List<Throwable> failures = CoroutineTestTest.failures(results);
        assertThat(failures)
                .hasSize(4)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(TestTimeoutError.class)
                        .hasMessageContaining("NeighbourSample.java:"));
        results.testEvents().assertStatistics(stats -> stats.succeeded(1));
    }
}
