package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.github.corio.Coroutine;
import io.github.corio.CoroutineAction;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What 10 000 runs of a small test cost in a JVM that has just started: {@code explore}, or {@code plain}, one plain run in virtual time after
 * another. Prints the time since the JVM began, and the time that its threads had a processor, the JIT compiler's among them. The test has four tasks
 * with three awaits each, of what takes no time; {@code -Dtasks} and {@code -DpauseMillis} change that. {@code testing/exploration-cost} runs it.
 */
final class ExplorationCost {
    private static final int RUNS = 10_000;
    private static final int TASKS = Integer.getInteger("tasks", 4);
    private static final Duration PAUSE = Duration.ofMillis(Integer.getInteger("pauseMillis", 0));

    private ExplorationCost() {}

    public static void main(String[] args) {
        CoroutineAction test = ExplorationCost::tasksWithThreeAwaits;
        String done =
                args[0].equals("explore") ? Explorer.upTo(RUNS).explore(test).toString() : plain(test) + " plain runs";
        long wall = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.out.printf(
                "%s. Java %s, fibers %s: %.1f s, of processor time %.1f s%n",
                done,
                Runtime.version().feature(),
                System.getProperty("corio.fibers", "as chosen"),
                wall / 1e3,
                system.getProcessCpuTime() / 1e9);
    }

    private static int plain(CoroutineAction test) {
        for (int i = 0; i < RUNS; i++) {
            VirtualTime.run(test);
        }
        return RUNS;
    }

    private static void tasksWithThreeAwaits() {
        int[] steps = new int[1];
        List<Coroutine<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(async(() -> {
                await(sleep(PAUSE));
                await(sleep(PAUSE));
                await(sleep(PAUSE));
                steps[0]++;
            }));
        }
        await(gather(tasks));
        assertThat(steps[0]).isEqualTo(TASKS);
    }
}
