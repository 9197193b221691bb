package io.github.corio.tools;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.TasksMXBean;
import io.github.corio.loop.FiberKind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import reactor.core.publisher.Mono;

/** A process to look at: so many tasks that sleep. */
final class Sleepers {
    private Sleepers() {}

    public static void main(String[] args) {
        run(async(() -> sleepers(Integer.parseInt(args[0]))).named("sleepers"));
    }

    private static void sleepers(int count) {
        createTask(ready());
        await(gather(IntStream.range(0, count).mapToObj(i -> sleeper()).toList()));
    }

    /** Says it when all sleep and the bean is there. */
    private static Mono<Void> ready() {
        return async(() -> {
            await(sleep(Duration.ZERO)); // they start meanwhile
            while (!ManagementFactory.getPlatformMBeanServer().isRegistered(new ObjectName(TasksMXBean.NAME))) {
                await(sleep(Duration.ofMillis(20)));
            }
            System.out.println("ready");
        });
    }

    /** A body, where each may have a virtual thread. */
    private static Mono<Void> sleeper() {
        if (FiberKind.current() == FiberKind.PLATFORM) {
            return sleep(Duration.ofHours(1));
        }
        return async(() -> await(sleep(Duration.ofHours(1))));
    }
}
