package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Every form of a test that passes. */
@Sample
public class PassingSample {
    private Duration before = Duration.ZERO;

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @CoroutineTest(seeds = 5)
    @interface Shuffled {}

    @BeforeEach
    void before(org.junit.jupiter.api.TestInfo info) {
        if (EventLoop.currentOrNull() != null) { // in virtual time, like the test
            await(sleep(Duration.ofHours(1)));
            before = EventLoop.current().time();
        }
    }

    @AfterEach
    void after(org.junit.jupiter.api.TestInfo info) {
        if (EventLoop.currentOrNull() != null) {
            await(sleep(Duration.ofHours(1)));
        }
    }

    @CoroutineTest
    void aBodyMayAwait() {
        await(sleep(Duration.ofDays(1)));
        assertThat(EventLoop.current().time()).isEqualTo(Duration.ofHours(25));
    }

    @CoroutineTest
    void itHasParameters(TestLoop loop, Clock clock, EventLoop events, Scheduler scheduler) {
        assertThat(events).isSameAs(EventLoop.current()).isSameAs(loop.loop());
        assertThat(clock).isSameAs(loop.clock());
        assertThat(scheduler).isSameAs(loop.scheduler());
        assertThat(before).isEqualTo(Duration.ofHours(1)).isEqualTo(loop.currentTime());
    }

    @CoroutineTest
    void itThrowsWhatItWants() throws Exception {
        assertThatThrownBy(() -> await(Mono.error(new java.io.IOException("expected"))))
                .isInstanceOf(java.io.IOException.class);
    }

    @Shuffled
    void itRunsUnderSeveralSeeds(TestLoop loop) {
        assertThat(loop.settings().seed()).isBetween(1L, 5L);
    }

    @CoroutineTest(seed = 42)
    void itRunsUnderOneSeed(TestLoop loop) {
        assertThat(loop.settings().seed()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @CoroutineTest
    void itHasArguments(int hours, TestLoop loop) {
        await(sleep(Duration.ofHours(hours)));
        assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(hours + 1));
    }

    @RepeatedTest(3)
    @CoroutineTest
    void itIsRepeated(TestLoop loop) {
        await(sleep(Duration.ofHours(1)));
        assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void aPlainTestIsLeftAlone() {
        assertThat(EventLoop.currentOrNull()).isNull();
    }

    @Nested
    class Inner {
        @BeforeEach
        void beforeInner(Clock clock) {
            await(sleep(Duration.ofHours(1)));
            assertThat(clock.instant()).hasToString("2000-01-01T02:00:00Z");
        }

        @CoroutineTest
        void isNested(TestLoop loop) {
            assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(2));
        }

        @CoroutineTest
        void hasALoopOfItsOwn(TestLoop loop) {
            assertThat(loop.currentTime()).isEqualTo(Duration.ofHours(2));
        }
    }
}
