package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class SleepTest {
    private final List<Object> log = new ArrayList<>();

    @Test
    @DisplayName("SLEEP-01 gives its value after its time")
    void valueAfterItsTime() {
        Virtual.runVirtually(() -> {
            Duration start = EventLoop.current().time();
            assertThat(await(sleep(Duration.ofMillis(100), "awake"))).isEqualTo("awake");
            assertThat(EventLoop.current().time().minus(start)).isEqualTo(Duration.ofMillis(100));
            assertThat(await(sleep(Duration.ofMillis(100)).hasElement())).isFalse();
        });
    }

    @Test
    @DisplayName("SLEEP-02 for no time: exactly one turn is given up")
    void exactlyOneTurn() {
        Virtual.runVirtually(() -> {
            for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
                log.clear();
                EventLoop loop = EventLoop.current();
                loop.callSoon(() -> {
                    log.add("this turn");
                    loop.callSoon(() -> log.add("next turn"));
                });
                assertThat(await(sleep(none, 10))).isEqualTo(10);
                assertThat(log).containsExactly("this turn");
                await(sleep(none));
                assertThat(log).containsExactly("this turn", "next turn");
            }
        });
    }

    @Test
    @DisplayName("SLEEP-02 the same for a task without a stack")
    void exactlyOneTurnWithoutAStack() {
        Virtual.runVirtually(() -> {
            Task<Integer> task = createTask(sleep(Duration.ZERO, 10));
            await(sleep(Duration.ZERO));
            assertThat(task.isDone()).isFalse();
            await(sleep(Duration.ZERO));
            assertThat(task.isDone()).isTrue();
        });
    }

    @Test
    @DisplayName("SLEEP-01 a cancelled sleep cancels its timer: the loop does not hold it any longer")
    void cancelsItsTimer() {
        try (Virtual virtual = new Virtual()) {
            Garbage.collect(() -> {
                Object value = new Object();
                virtual.run(async(() -> {
                    Task<Object> task = createTask(sleep(Duration.ofDays(30_000), value));
                    await(sleep(Duration.ZERO));
                    task.cancel();
                    assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                }));
                return value;
            });
            assertThat(virtual.reported()).isEmpty();
        }
    }

    @Test
    @DisplayName("SLEEP-01 as a plain Mono, outside of a loop, each subscription sleeps afresh")
    void asAMono() {
        StepVerifier.withVirtualTime(() -> sleep(Duration.ofHours(1), "a").repeat(1))
                .expectSubscription()
                .expectNoEvent(Duration.ofHours(1))
                .expectNext("a")
                .expectNoEvent(Duration.ofHours(1))
                .expectNext("a")
                .verifyComplete();
    }

    @Test
    @DisplayName("SLEEP-01 composed with operators it needs no coroutine")
    void composed() {
        StepVerifier.withVirtualTime(() -> sleep(Duration.ofHours(1)).then(Mono.just("after")))
                .thenAwait(Duration.ofHours(1))
                .expectNext("after")
                .verifyComplete();
    }
}
