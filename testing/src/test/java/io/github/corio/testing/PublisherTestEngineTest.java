package io.github.corio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import io.github.corio.testing.samples.PublisherSample;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

@DisplayName("Tests that return a Mono run")
@ResourceLock("PublisherSample.LOG")
class PublisherTestEngineTest {
    @BeforeEach
    void clear() {
        PublisherSample.LOG.clear();
    }

    private static EngineExecutionResults run(DiscoverySelector... selectors) {
        return EngineTestKit.engine("corio")
                .configurationParameter("corio.samples", "true")
                .selectors(selectors)
                .execute();
    }

    private static List<Throwable> failures(EngineExecutionResults results) {
        return results.testEvents().failed().stream()
                .map(Event::getPayload)
                .flatMap(payload -> payload.stream())
                .map(TestExecutionResult.class::cast)
                .flatMap(result -> result.getThrowable().stream())
                .toList();
    }

    private static List<UniqueId> ids(EngineExecutionResults results) {
        return results.testEvents().started().stream()
                .map(event -> event.getTestDescriptor().getUniqueId())
                .toList();
    }

    @Nested
    @DisplayName("to their end")
    class ToTheirEnd {
        @Test
        void inAllForms() {
            EngineExecutionResults results = run(selectClass(PublisherSample.Passing.class));
            assertThat(failures(results)).isEmpty();
            results.testEvents().assertStatistics(stats -> stats.started(14).succeeded(14));
            results.containerEvents().assertStatistics(stats -> stats.skipped(1).failed(0));
            assertThat(PublisherSample.LOG)
                    .contains("mono", "coroutine", "flux", "stage", "parameter 1", "parameter 2", "nested", "tagged")
                    .contains("after PT25H", "after PT4H")
                    .doesNotContain("disabled", "void");
            assertThat(PublisherSample.LOG).filteredOn("seed"::equals).hasSize(3);
            assertThat(PublisherSample.LOG).filteredOn("repeated"::equals).hasSize(2);
        }

        @Test
        void andTheOthersAreLeftToJupiter() {
            EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                    .configurationParameter("corio.samples", "true")
                    .selectors(selectClass(PublisherSample.Passing.class))
                    .execute();
            results.testEvents().assertStatistics(stats -> stats.started(1).succeeded(1));
            assertThat(PublisherSample.LOG).containsExactly("void", "after PT1H");
        }

        @Test
        void whenTheyAreInherited() {
            EngineExecutionResults results = run(selectClass(PublisherSample.Heir.class));
            results.testEvents().assertStatistics(stats -> stats.started(1).succeeded(1));
            assertThat(PublisherSample.LOG).containsExactly("inherited");
        }
    }

    @Nested
    @DisplayName("and fail")
    class AndFail {
        @Test
        void withTheErrorOfTheMono() {
            EngineExecutionResults results = run(selectClass(PublisherSample.Failing.class));
            results.testEvents().assertStatistics(stats -> stats.started(7).failed(7));
            assertThat(failures(results))
                    .anySatisfy(failure -> assertThat(failure).hasMessage("boom"))
                    .anySatisfy(failure -> assertThat(failure).hasMessage("unmade"))
                    .anySatisfy(failure -> assertThat(failure).hasMessage("stage"))
                    .anySatisfy(failure -> assertThat(failure).hasMessage("late"))
                    .anySatisfy(failure -> assertThat(failure).isInstanceOf(DeadlockError.class))
                    .anySatisfy(failure ->
                            assertThat(failure).hasMessageContaining("withNull").hasMessageContaining("null"))
                    .anySatisfy(failure -> assertThat(failure)
                            .hasMessageContaining("whoseMonoWasTaken")
                            .hasMessageContaining("InvocationInterceptor"));
        }
    }

    @Nested
    @DisplayName("however they are selected")
    class Selected {
        @Test
        void byMethod() {
            EngineExecutionResults results = run(selectMethod(PublisherSample.Passing.class, "aMono"));
            results.testEvents().assertStatistics(stats -> stats.started(1).succeeded(1));
            assertThat(PublisherSample.LOG).contains("mono");
        }

        @Test
        void byNestedClassOrMethod() {
            run(selectClass(PublisherSample.Passing.Inner.class))
                    .testEvents()
                    .assertStatistics(stats -> stats.started(1).succeeded(1));
            run(selectNestedClass(List.of(PublisherSample.Passing.class), PublisherSample.Passing.Inner.class))
                    .testEvents()
                    .assertStatistics(stats -> stats.started(1).succeeded(1));
            run(selectNestedMethod(
                            List.of(PublisherSample.Passing.class), PublisherSample.Passing.Inner.class, "nested"))
                    .testEvents()
                    .assertStatistics(stats -> stats.started(1).succeeded(1));
        }

        @Test
        void byPackage() {
            EngineExecutionResults results = run(selectPackage(PublisherSample.class.getPackageName()));
            results.testEvents().assertStatistics(stats -> stats.started(24).failed(8));
        }

        @Test
        void byIdentifier() {
            for (UniqueId id : ids(run(selectClass(PublisherSample.Passing.class)))) {
                EngineExecutionResults again = run(selectUniqueId(id));
                assertThat(ids(again)).as("%s", id).contains(id);
                assertThat(failures(again)).isEmpty();
            }
            run(selectUniqueId(UniqueId.forEngine("corio").append("class", PublisherSample.Heir.class.getName())))
                    .testEvents()
                    .assertStatistics(stats -> stats.started(1).succeeded(1));
        }

        @Test
        void byTag() {
            EngineExecutionResults results = EngineTestKit.engine("corio")
                    .configurationParameter("corio.samples", "true")
                    .selectors(selectClass(PublisherSample.Passing.class))
                    .filters(TagFilter.includeTags("tagged"))
                    .execute();
            results.testEvents().assertStatistics(stats -> stats.started(1).succeeded(1));
        }

        @Test
        void andNothingIsFoundInOtherClasses() {
            run(selectClass(String.class), selectClass(PublisherSample.Base.class))
                    .allEvents()
                    .assertStatistics(stats -> stats.started(1).failed(0));
        }
    }
}
