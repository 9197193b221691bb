package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.gatherOutcomes;
import static io.github.corio.Asyncio.shield;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.staggeredRace;
import static io.github.corio.Asyncio.taskGroup;
import static io.github.corio.Asyncio.timeout;
import static io.github.corio.Asyncio.toThread;
import static io.github.corio.Asyncio.waitFor;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Every kind of Mono that the core hands out. */
final class HandedOut {
    private HandedOut() {}

    /** Each has the value "x", or is one of it. */
    static Map<String, Supplier<Mono<?>>> monos() {
        Map<String, Supplier<Mono<?>>> monos = new LinkedHashMap<>();
        monos.put("coroutine", () -> async(() -> "x"));
        monos.put("coroutine that suspends", () -> async(() -> await(sleep(Duration.ofMillis(1), "x"))));
        monos.put("sleep", () -> sleep(Duration.ofMillis(1), "x"));
        monos.put("sleep for no time", () -> sleep(Duration.ZERO, "x"));
        monos.put("gather", () -> gather(List.of(async(() -> "x"), sleep(Duration.ofMillis(1), "y"))));
        monos.put("gather, typed", () -> gather(async(() -> "x"), Mono.just("y")));
        monos.put("gather, limited", () -> gather(List.of(async(() -> "x"), Mono.just("y")), 1));
        monos.put("gatherOutcomes", () -> gatherOutcomes(List.of(async(() -> "x"), Mono.just("y"))));
        monos.put("toThread", () -> toThread(() -> "x"));
        monos.put("waitFor", () -> waitFor(async(() -> "x"), Duration.ofSeconds(20)));
        monos.put("timeout", () -> timeout(Duration.ofSeconds(20), timeout -> "x"));
        monos.put("shield", () -> shield(async(() -> "x")));
        monos.put("staggeredRace", () -> staggeredRace(List.of(async(() -> "x")), Duration.ofSeconds(20)));
        monos.put("taskGroup", () -> taskGroup(group -> "x"));
        return monos;
    }
}
