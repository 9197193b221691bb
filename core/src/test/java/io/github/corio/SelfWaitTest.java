package io.github.corio;

import static io.github.corio.Asyncio.allTasks;
import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.currentTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.waitFor;
import static io.github.corio.Asyncio.waitTasks;
import static io.github.corio.Asyncio.zip;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import reactor.core.publisher.Mono;

/** A wait that contains the task itself is refused, by its name. */
class SelfWaitTest {
    private static Map<String, Function<Task<?>, Mono<?>>> waits() {
        Map<String, Function<Task<?>, Mono<?>>> waits = new LinkedHashMap<>();
        waits.put("await", self -> self);
        waits.put("waitFor", self -> waitFor(self, Duration.ofSeconds(1)));
        waits.put("waitFor no time", self -> waitFor(self, Duration.ZERO));
        waits.put("shield", self -> shield(self));
        waits.put("shield and an operator", self -> shield(self).timeout(Duration.ofSeconds(1)));
        waits.put("gather", self -> gather(allTasks()));
        waits.put("gather and an operator", self -> gather(allTasks()).timeout(Duration.ofSeconds(1)));
        waits.put("gather with a limit", self -> gather(allTasks(), 1));
        waits.put("gatherOutcomes", self -> gatherOutcomes(allTasks()));
        waits.put("zip", self -> zip(allTasks()));
        waits.put("zip and an operator", self -> zip(allTasks()).timeout(Duration.ofSeconds(1)));
        waits.put("waitTasks", self -> waitTasks(Set.of(self), ReturnWhen.ALL_COMPLETED));
        waits.put("asCompleted", self -> Asyncio.asCompleted(allTasks()).then());
        waits.put(
                "asCompleted, direct",
                self -> async(() -> {
                    Object unused = Asyncio.asCompleted(allTasks()).iterate();
                }));
        return waits;
    }

    @TestFactory
    Stream<DynamicTest> isRefused() {
        return waits().entrySet().stream()
                .map(wait -> DynamicTest.dynamicTest(wait.getKey(), () -> refused(wait.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> isRefusedInAGroup() {
        return waits().entrySet().stream()
                .map(wait -> DynamicTest.dynamicTest(
                        wait.getKey(),
                        () -> refused(self -> taskGroup(group -> {
                            Object unused = await(wait.getValue().apply(self));
                            return "";
                        }))));
    }

    private static void refused(Function<Task<?>, Mono<?>> wait) {
        Virtual.runVirtually(() -> {
            Task<?> self = Objects.requireNonNull(currentTask());
            self.setName("the one that waits");
            assertThatThrownBy(() -> await(wait.apply(self)))
                    .satisfiesAnyOf(
                            e -> org.assertj.core.api.Assertions.assertThat(e)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("the one that waits"),
                            e -> org.assertj.core.api.Assertions.assertThat(((ExceptionGroup) e).exceptions())
                                    .allMatch(
                                            x -> String.valueOf(x.getMessage()).contains("the one that waits")));
        });
    }
}
