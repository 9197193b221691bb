package io.github.corio.tools;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.run;
import static io.github.corio.Asyncio.sleep;

import java.time.Duration;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** A process to look at: so many tasks that sleep. */
final class Sleepers {
    private Sleepers() {}

    public static void main(String[] args) {
        run(async(() -> sleepers(Integer.parseInt(args[0]))).named("sleepers"));
    }

    private static void sleepers(int count) {
        await(gather(IntStream.range(0, count).mapToObj(i -> sleeper()).toList()));
    }

    private static Mono<Void> sleeper() {
        return async(() -> await(sleep(Duration.ofHours(1))));
    }
}
