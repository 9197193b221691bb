package io.github.corio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A planted bug")
class PlantedBugsTest {
    private static final int RUNS = 10_000;
    private static final TestSettings QUICK =
            TestSettings.defaults().withPatience(Duration.ZERO).allowingUnobservedErrors();

    static Stream<String> names() {
        return PlantedBugs.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void isFoundAndProvedAbsentOnceMended(String name) {
        PlantedBugs.Program program = PlantedBugs.all().get(name);
        assertThat(catchThrowable(() -> VirtualTime.run(QUICK, () -> program.run(false))))
                .as("in the order that comes by itself")
                .isNull();
        int seed = 1;
        while (seed < 1000 && passes(program, seed)) {
            seed++;
        }
        ExplorationError found = catchThrowableOfType(
                ExplorationError.class, () -> Explorer.upTo(RUNS).with(QUICK).explore(() -> program.run(false)));
        assertThat(found).as("found by exploration").isNotNull();
        Exploration mended = Explorer.upTo(RUNS).with(QUICK).explore(() -> program.run(true));
        System.out.println("| " + name + " | " + seed + " | " + found.runs() + " | "
                + Schedule.parse(found.schedule()).switches() + " | " + mended + " |");
        assertThat(seed).as("found by seed").isLessThan(1000);
        assertThat(mended.exhausted()).as("%s", mended).isTrue();
    }

    private static boolean passes(PlantedBugs.Program program, long seed) {
        return catchThrowable(() -> VirtualTime.run(QUICK.withSeed(seed).withChaos(true), () -> program.run(false)))
                == null;
    }
}
