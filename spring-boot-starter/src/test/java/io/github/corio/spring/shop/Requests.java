package io.github.corio.spring.shop;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;

import io.github.corio.ContextVar;
import java.time.Duration;
import java.util.List;
import org.slf4j.MDC;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a request is in a coroutine. */
@RestController
class Requests {
    static final ContextVar<String> PASSWORD = ContextVar.of("password");

    private final Gate gate;

    Requests(Gate gate) {
        this.gate = gate;
    }

    /** Waits at the gate, with secrets on all sides. */
    @GetMapping("/gate")
    Mono<String> gate() {
        return async(() -> {
                    Object unused = PASSWORD.set("swordfish-1");
                    String argument = "swordfish-2";
                    gate.arrived.countDown();
                    await(gate.open.waitUntilSet());
                    return argument;
                })
                .named("at-the-gate")
                .contextWrite(context -> context.put("token", "swordfish-3"));
    }

    /** The request's id before and after waits on several threads: four times the same. */
    @GetMapping("/request-id")
    Mono<List<String>> requestId() {
        return async(() -> {
            String first = MDC.get("requestId");
            await(sleep(Duration.ofMillis(5)));
            String second = MDC.get("requestId");
            await(Mono.fromRunnable(() -> {}).subscribeOn(Schedulers.boundedElastic()));
            String third = MDC.get("requestId");
            String fourth = await(async(() -> MDC.get("requestId")));
            return List.of(first, second, third, fourth);
        });
    }
}
