package io.github.corio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.corio.testing.samples.AnybodySample;
import io.github.corio.testing.samples.DeadlockSample;
import io.github.corio.testing.samples.HangingSample;
import io.github.corio.testing.samples.LeakSample;
import io.github.corio.testing.samples.ManyTestsSample;
import io.github.corio.testing.samples.OrderSample;
import io.github.corio.testing.samples.PassingSample;
import io.github.corio.testing.samples.RealTimerSample;
import io.github.corio.testing.samples.SeedSample;
import io.github.corio.testing.samples.TroubleSample;
import io.github.corio.testing.samples.UnobservedSample;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class CoroutineTestTest {
    static EngineTestKit.Builder jupiter(Class<?>... samples) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter("corio.samples", "true")
                .selectors(Stream.of(samples)
                        .map(DiscoverySelectors::selectClass)
                        .toArray(org.junit.platform.engine.discovery.ClassSelector[]::new));
    }

    static List<Throwable> failures(EngineExecutionResults results) {
        return results.testEvents().failed().stream()
                .map(Event::getPayload)
                .flatMap(payload -> payload.stream())
                .map(org.junit.platform.engine.TestExecutionResult.class::cast)
                .flatMap(result -> result.getThrowable().stream())
                .toList();
    }

    private static Throwable onlyFailure(Class<?> sample) {
        EngineExecutionResults results = jupiter(sample).execute();
        List<Throwable> failures = failures(results);
        assertThat(failures).hasSize(1);
        return failures.get(0);
    }

    @Nested
    @DisplayName("A passing test")
    class Passing {
        @Test
        void passesInAllForms() {
            EngineExecutionResults results = jupiter(PassingSample.class).execute();
            assertThat(failures(results)).isEmpty();
            results.testEvents().assertStatistics(stats -> stats.started(18).succeeded(18));
        }
    }

    @Nested
    @DisplayName("A failing test")
    class Failing {
        @Test
        void isADeadlockOfTwoLocks() {
            assertThat(onlyFailure(DeadlockSample.class))
                    .isInstanceOf(DeadlockError.class)
                    .hasMessageContaining(
                            "left waits for AsyncLock-1, which right holds; right waits for AsyncLock-2, which left holds")
                    .hasMessageContaining("(T) left: waits for AsyncLock-1, which right holds")
                    .hasMessageContaining("(T) right: waits for AsyncLock-2, which left holds")
                    .hasMessageContaining("(T) main: waits for gather of 2")
                    .hasMessageContaining("at io.github.corio.testing.samples.DeadlockSample")
                    .hasMessageContaining("DeadlockSample.java:31")
                    .hasMessageNotContaining("AsyncLock.java")
                    .hasNoSuppressedExceptions();
        }

        @Test
        void leavesATaskRunning() {
            assertThat(onlyFailure(LeakSample.class))
                    .isInstanceOf(LeakedTaskError.class)
                    .hasMessageContaining("(T) forgotten: waits for sleep")
                    .hasMessageContaining("LeakSample.java:");
        }

        @Test
        void leavesAnErrorUnseen() {
            assertThat(onlyFailure(UnobservedSample.class))
                    .isInstanceOf(UnobservedError.class)
                    .hasMessageContaining("Task[forgotten, failed")
                    .hasMessageContaining("at io.github.corio.testing.samples.UnobservedSample")
                    .hasMessageContaining("UnobservedSample.java:")
                    .hasRootCauseMessage("nobody looks at this");
        }

        @Test
        void hangs() {
            assertThat(onlyFailure(HangingSample.class))
                    .isInstanceOf(TestTimeoutError.class)
                    .hasMessageContaining("running now, on")
                    .hasMessageContaining("HangingSample.java:")
                    .hasMessageContaining("(T) main")
                    .hasMessageContaining("(T) bystander: waits for sleep");
        }

        @Test
        void namesItsSeed() {
            EngineExecutionResults results = jupiter(SeedSample.class).execute();
            List<Throwable> failures = failures(results);
            results.testEvents().assertStatistics(stats -> stats.started(20));
            assertThat(failures)
                    .isNotEmpty()
                    .hasSizeLessThan(20)
                    .allSatisfy(failure -> assertThat(failure.getSuppressed())
                            .anySatisfy(note -> assertThat(note).hasMessageContaining("under seed")));
            Event failed = results.testEvents().failed().list().get(0);
            assertThat(failed.getTestDescriptor().getDisplayName()).matches("fails.* seed \\d+");
        }

        @Test
        void isRepeatedUnderItsSeed() {
            EngineExecutionResults all = jupiter(SeedSample.class).execute();
            String name =
                    all.testEvents().failed().list().get(0).getTestDescriptor().getDisplayName();
            String seed = name.substring(name.lastIndexOf(' ') + 1);
            EngineExecutionResults one = jupiter(SeedSample.class)
                    .configurationParameter("corio.testing.seed", seed)
                    .execute();
            one.testEvents().assertStatistics(stats -> stats.started(1).failed(1));
        }
    }

    @Nested
    @DisplayName("Trouble at the edges of a test")
    class Trouble {
        @Test
        void inTheCleanupIsSuppressedByThatOfTheBody() {
            assertThat(onlyFailure(TroubleSample.AfterEachFails.class))
                    .hasMessage("in the body")
                    .satisfies(failure -> assertThat(failure.getSuppressed())
                            .singleElement()
                            .satisfies(cleanup -> assertThat(cleanup).hasMessage("in the cleanup")));
        }

        @Test
        void inThePreparationLeavesTheCleanup() {
            assertThat(onlyFailure(TroubleSample.BeforeEachFails.class))
                    .hasMessage("in the preparation")
                    .hasNoSuppressedExceptions();
        }

        @Test
        void inTheConstructorNamesThePlacesThatHaveALoop() {
            assertThat(onlyFailure(TroubleSample.ParameterOfTheConstructor.class))
                    .hasMessageContaining("TestLoop")
                    .hasMessageContaining("@BeforeEach");
        }

        @Test
        void isAnOverflowOfTheStack() {
            EngineExecutionResults results =
                    jupiter(TroubleSample.OverflowsTheStack.class).execute();
            assertThat(failures(results)).hasSize(4).hasOnlyElementsOfType(StackOverflowError.class);
        }

        @Test
        void isAnInterruptThatABodyLeaves() {
            EngineExecutionResults results =
                    jupiter(TroubleSample.LeavesAnInterrupt.class).execute();
            assertThat(failures(results)).isEmpty();
            results.testEvents().assertStatistics(stats -> stats.succeeded(20));
        }

        @Test
        void isALimitOfJUnit() {
            EngineExecutionResults results =
                    jupiter(TroubleSample.LimitOfJUnit.class).execute();
            assertThat(OpenTests.none()).as("no test is left open").isTrue();
            assertThat(failures(results)).hasSize(2).hasOnlyElementsOfType(TimeoutException.class);
            results.testEvents().assertStatistics(stats -> stats.succeeded(1));
        }

        @Test
        void isABodyThatIgnoresTheInterrupt() {
            EngineExecutionResults results =
                    jupiter(TroubleSample.IgnoresTheInterrupt.class).execute();
            assertThat(failures(results))
                    .singleElement()
                    .isInstanceOf(TestTimeoutError.class)
                    .satisfies(failure -> assertThat(failure).hasMessageContaining("TroubleSample.java:"));
            results.testEvents().assertStatistics(stats -> stats.succeeded(1));
        }
    }

    @Nested
    @DisplayName("What anybody runs into")
    class Anybody {
        @Test
        void aBareSubscribeFailsTheTest() {
            EngineExecutionResults results =
                    jupiter(AnybodySample.BareSubscribe.class).execute();
            assertThat(failures(results))
                    .hasSize(6)
                    .allSatisfy(failure -> assertThat(failure)
                            .isInstanceOf(UnobservedError.class)
                            .hasMessageContaining("bare"));
            results.testEvents().assertStatistics(stats -> stats.succeeded(1));
        }

        @Test
        void bodiesThatSpinFailOnlyThemselves() {
            EngineExecutionResults results =
                    jupiter(AnybodySample.Spinning.class).execute();
            AnybodySample.Spinning.end();
            assertThat(failures(results))
                    .hasSize(AnybodySample.Spinning.bodies())
                    .allSatisfy(failure -> assertThat(failure)
                            .isInstanceOf(TestTimeoutError.class)
                            .hasMessageContaining("AnybodySample.java:")
                            .hasMessageNotContaining("at io.github.corio.testing.TestLoop"));
            results.testEvents().assertStatistics(stats -> stats.succeeded(2));
        }

        @Test
        void settingsStandInTheAnnotation() {
            EngineExecutionResults results =
                    jupiter(AnybodySample.Settings.class).execute();
            assertThat(failures(results)).isEmpty();
            results.testEvents().assertStatistics(stats -> stats.succeeded(3));
        }

        @Test
        void aTestMayReturnAMono() {
            EngineExecutionResults results = EngineTestKit.engine("corio")
                    .configurationParameter("corio.samples", "true")
                    .selectors(selectClass(AnybodySample.ReturnsAMono.class))
                    .execute();
            assertThat(failures(results))
                    .singleElement()
                    .satisfies(failure -> assertThat(failure).hasMessage("at the end"));
            results.testEvents().assertStatistics(stats -> stats.started(2).succeeded(1));
        }

        @Test
        void noInternalLineIsShown() {
            List<Throwable> failures = failures(jupiter(
                            DeadlockSample.class,
                            LeakSample.class,
                            UnobservedSample.class,
                            AnybodySample.Waits.class,
                            AnybodySample.BareSubscribe.class)
                    .execute());
            assertThat(failures)
                    .hasSizeGreaterThan(10)
                    .allSatisfy(failure -> assertThat(
                                    failure.getMessage().lines().filter(line -> line.matches("\\s+(created )?at .*")))
                            .allSatisfy(line -> assertThat(line)
                                    .containsAnyOf("io.github.corio.testing.samples.", "CoroutineTestTest.java")));
        }

        @Test
        void parametersOfOthersAreTheirs() {
            EngineExecutionResults results =
                    jupiter(AnybodySample.OtherResolver.class).execute();
            assertThat(failures(results)).isEmpty();
            results.testEvents().assertStatistics(stats -> stats.succeeded(2));
        }

        @Test
        void contextVarsOfLifecycleMethodsAreSeen() {
            EngineExecutionResults results =
                    jupiter(AnybodySample.ContextVars.class).execute();
            assertThat(failures(results)).isEmpty();
            results.testEvents().assertStatistics(stats -> stats.succeeded(2));
        }

        @Test
        void aDeadlockSaysWhatToDoOnlyWhereThatHelps() {
            assertThat(failures(jupiter(AnybodySample.WaitsForOutside.class).execute()))
                    .hasSize(2)
                    .allSatisfy(failure -> assertThat(failure).isInstanceOf(DeadlockError.class))
                    .anySatisfy(failure -> assertThat(failure)
                            .hasMessageContaining("inRealTime")
                            .hasMessageContaining("AnybodySample.java"))
                    .anySatisfy(failure -> assertThat(failure).hasMessageNotContaining("inRealTime"));
        }

        @Test
        void aDumpNamesTimersThatAreArmedInRealTime() {
            RealTimerSample.startApplication();
            try {
                List<Throwable> failures =
                        failures(jupiter(RealTimerSample.class).execute());
                assertThat(failures)
                        .hasSize(5)
                        .filteredOn(failure -> failure.getMessage().contains("\nin real time: "))
                        .hasSize(4)
                        .allSatisfy(failure -> assertThat(failure)
                                .message()
                                .containsPattern("\nin real time: .* in PT(1H|59M59.*S), armed by thread \\S+")
                                .containsOnlyOnce("\nin real time: "));
                assertThat(failures)
                        .filteredOn(failure -> failure.getMessage().contains("armed by thread outside"))
                        .hasSize(2);
                assertThat(failures).filteredOn(DeadlockError.class::isInstance).hasSize(4);
            } finally {
                RealTimerSample.stopApplication();
            }
        }

        @Test
        void timersOfTheLoopAndOfReactorFireInTheOrderOfRegistration() {
            EngineExecutionResults results = jupiter(OrderSample.class).execute();
            assertThat(failures(results)).isEmpty();
            results.testEvents().assertStatistics(stats -> stats.started(8).succeeded(8));
        }

        @Test
        void explorationHasAnInstanceForEachRun() {
            EngineExecutionResults results =
                    jupiter(AnybodySample.Explored.class).execute();
            assertThat(failures(results))
                    .hasSize(2)
                    .allSatisfy(failure -> assertThat(failure)
                            .isInstanceOf(ExplorationError.class)
                            .hasMessageContaining("replay = "));
            results.testEvents().assertStatistics(stats -> stats.started(3).succeeded(1));
            assertThat(AnybodySample.Explored.instances()).isGreaterThan(5);
            assertThat(results.allEvents().reportingEntryPublished().list())
                    .singleElement()
                    .satisfies(event -> assertThat(event.toString()).containsPattern("all \\d+ interleavings passed"));
        }
    }

    @Nested
    @DisplayName("Many tests in parallel")
    class Parallel {
        @Test
        void doNotDisturbEachOther() {
            EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                    .configurationParameter("corio.samples", "true")
                    .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                    .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                    .configurationParameter("junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
                    .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                    .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "8")
                    .selectors(ManyTestsSample.CLASSES.stream()
                            .map(type -> selectClass(type))
                            .toArray(org.junit.platform.engine.discovery.ClassSelector[]::new))
                    .execute();
            assertThat(failures(results)).isEmpty();
            results.testEvents().assertStatistics(stats -> stats.started(1000).succeeded(1000));
            assertThat(ManyTestsSample.mostAtOnce()).as("tests at once").isGreaterThan(1);
        }
    }
}
