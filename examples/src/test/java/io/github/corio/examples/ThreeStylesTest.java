package io.github.corio.examples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Coroutine;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import io.github.corio.testing.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** One piece of code that takes an hour and a half, tested in three ways, none of which takes any time. */
class ThreeStylesTest {
    private int attempts;

    /** Asks a service that is there at the third attempt, and then waits for another that answers with a delay. */
    private Coroutine<String> report() {
        return async(() -> {
            String first = await(Mono.fromCallable(this::flaky).retryWhen(Retry.fixedDelay(3, Duration.ofMinutes(30))));
            await(sleep(Duration.ofMinutes(20)));
            String second = await(Mono.just("world").delayElement(Duration.ofMinutes(10)));
            return first + " " + second;
        });
    }

    private String flaky() {
        if (++attempts < 3) {
            throw new IllegalStateException("not yet");
        }
        return "hello";
    }

    @CoroutineTest
    void theBodyOfTheTestIsACoroutine(TestLoop loop) {
        assertThat(await(report())).isEqualTo("hello world");
        assertThat(loop.currentTime()).isEqualTo(Duration.ofMinutes(90));
    }

    @Test
    void onlyAPartOfTheTestRunsInVirtualTime() {
        assertThat(VirtualTime.<String>run(report())).isEqualTo("hello world");
        assertThat(attempts).isEqualTo(3);
    }

    @Test
    void stepVerifierLooksAtTheSignals() {
        StepVerifier.withVirtualTime(this::report)
                .expectSubscription()
                .expectNoEvent(Duration.ofMinutes(90))
                .expectNext("hello world")
                .verifyComplete();
    }
}
