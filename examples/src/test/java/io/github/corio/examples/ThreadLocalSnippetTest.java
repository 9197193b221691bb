package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

/** The accessor that docs/threads-loops-context.md shows. */
class ThreadLocalSnippetTest {
    private static void register() {
        // snippet: thread-local
        ContextRegistry.getInstance()
                .registerThreadLocalAccessor(
                        "requestId",
                        () -> MDC.get("requestId"),
                        id -> MDC.put("requestId", id),
                        () -> MDC.remove("requestId"));
        // end
    }

    @AfterEach
    void leaveNothingBehind() {
        ContextRegistry.getInstance().removeThreadLocalAccessor("requestId");
    }

    @Test
    void theMdcIsThereAfterEachAwait() {
        register();
        Mono<String> twice = async(() -> {
            String before = MDC.get("requestId");
            await(sleep(Duration.ofMillis(1)));
            return before + " " + MDC.get("requestId");
        });
        assertThat(twice.contextWrite(context -> context.put("requestId", "17")).block(Duration.ofSeconds(60)))
                .isEqualTo("17 17");
    }
}
