package io.github.corio.loop.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class GenuineParallelTest {
    private static final String KEY = "GenuineParallelTest";

    @AfterEach
    void reset() {
        Schedulers.resetOnScheduleHook(KEY);
        VirtualTimeScheduler.reset();
    }

    @Test
    void isTheOneOfAnApplicationThatReplacesNothing() {
        assertThat(GenuineParallel.is(Schedulers.parallel())).isTrue();
        assertThat(GenuineParallel.is(Schedulers.single())).isFalse();
    }

    @Test
    void isNotTheOneUnderAScheduleHook() {
        Schedulers.onScheduleHook(KEY, task -> task);
        assertThat(GenuineParallel.is(Schedulers.parallel())).isFalse();
    }

    /** Reactor leaves an identity behind. */
    @Test
    void isItAgainWhenTheHookIsGone() {
        Schedulers.onScheduleHook(KEY, task -> task);
        Schedulers.resetOnScheduleHook(KEY);
        assertThat(GenuineParallel.is(Schedulers.parallel())).isTrue();
    }

    @Test
    void isNotAVirtualOne() {
        VirtualTimeScheduler.getOrSet();
        assertThat(GenuineParallel.is(Schedulers.parallel())).isFalse();
        VirtualTimeScheduler.reset();
        assertThat(GenuineParallel.is(Schedulers.parallel())).isTrue();
    }
}
