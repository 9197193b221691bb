package io.github.corio.testing;

import static io.github.corio.testing.CoroutineTestTest.failures;
import static io.github.corio.testing.CoroutineTestTest.jupiter;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.samples.PatienceSample;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.Event;

@DisplayName("Patience means what it says")
class PatienceTest {
    @Test
    void forEveryWaitThatIsAnswered() {
        EngineExecutionResults results = jupiter(PatienceSample.Answered.class).execute();
        assertThat(failures(results)).isEmpty();
        results.testEvents().assertStatistics(stats -> stats.started(17).succeeded(17));
    }

    @Test
    void beforeAndAfterTheTest() {
        PatienceSample.AroundTheTest.log().clear();
        EngineExecutionResults results =
                jupiter(PatienceSample.AroundTheTest.class).execute();
        assertThat(failures(results)).isEmpty();
        assertThat(PatienceSample.AroundTheTest.log())
                .containsExactlyInAnyOrder(
                        "before late", "before late", "after late", "after late", "background late", "task late");
    }

    @Test
    void forEveryWaitThatIsInVain() {
        EngineExecutionResults results = jupiter(PatienceSample.InVain.class).execute();
        assertThat(failures(results)).hasSize(9).hasOnlyElementsOfType(DeadlockError.class);
        assertThat(times(results))
                .hasSize(9)
                .allSatisfy((test, time) -> assertThat(time).isGreaterThanOrEqualTo(PatienceSample.InVain.given()));
    }

    @Test
    void butNobodyIsWaitedForIfTasksWaitForEachOther() {
        EngineExecutionResults results = jupiter(PatienceSample.Certain.class).execute();
        assertThat(failures(results)).singleElement().isInstanceOf(DeadlockError.class);
        assertThat(times(results)).allSatisfy((test, time) -> assertThat(time).isLessThan(Duration.ofSeconds(50)));
    }

    /** How long each test has taken, in real time. */
    private static Map<String, Duration> times(EngineExecutionResults results) {
        Map<String, Instant> starts = new HashMap<>();
        for (Event event : results.testEvents().started().list()) {
            starts.put(event.getTestDescriptor().getUniqueId().toString(), event.getTimestamp());
        }
        Map<String, Duration> times = new HashMap<>();
        for (Event event : results.testEvents().finished().list()) {
            String test = event.getTestDescriptor().getUniqueId().toString();
            times.put(test, Duration.between(starts.get(test), event.getTimestamp()));
        }
        return times;
    }
}
