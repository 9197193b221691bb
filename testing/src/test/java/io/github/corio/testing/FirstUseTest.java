package io.github.corio.testing;

import static io.github.corio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

@DisplayName("Virtual from the first second")
@ResourceLock(VirtualTime.REACTOR_SCHEDULERS)
class FirstUseTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Flux<Long> STATIC = Flux.interval(HOUR);
    private static final Scheduler MADE = Schedulers.newParallel("first-use", 1, true);

    private final Scheduler field = Schedulers.parallel();

    @CoroutineTest
    void isWhatIsInAStaticField() {
        assertThat(await(STATIC.take(2).collectList())).containsExactly(0L, 1L);
    }

    @CoroutineTest
    void isAScheduler() {
        await(Mono.delay(HOUR, field));
        assertThat(EventLoop.current().time()).isEqualTo(HOUR);
    }

    @CoroutineTest
    void isASchedulerMadeBeforeAnyTest() {
        await(Mono.delay(HOUR, MADE));
        assertThat(EventLoop.current().time()).isEqualTo(HOUR);
    }

    @Test
    void isWhatWasFetchedAfterAReset() {
        Schedulers.resetFactory();
        Mono<Long> fetched = Mono.delay(HOUR);
        assertThat(VirtualTime.run(fetched)).isZero();
        assertThat(VirtualTime.run(Mono.delay(HOUR))).isZero();
        assertThat(Mono.delay(Duration.ofMillis(1)).block()).isZero();
    }

    @Test
    void isWhatASupplierMakes() {
        assertThat(VirtualTime.run(() -> Mono.delay(HOUR))).isZero();
        Supplier<Mono<Long>> supplier = () -> Mono.delay(HOUR);
        assertThat(VirtualTime.run(supplier)).isZero();
        assertThatThrownBy(() -> VirtualTime.run(() -> {
                    await(Mono.delay(HOUR));
                    throw new IOException("broken");
                }))
                .isInstanceOf(IOException.class);
    }

    @Test
    void isNotWhatSomebodysVirtualTimeSchedulerHasAndThatIsSaid() {
        TestSettings quick = TestSettings.defaults().withPatience(Duration.ofMillis(20));
        assertThatThrownBy(() -> VirtualTime.run(quick, () -> {
                    VirtualTimeScheduler unused = VirtualTimeScheduler.getOrSet();
                    await(Mono.delay(HOUR));
                }))
                .isInstanceOf(DeadlockError.class)
                .hasMessageContaining("VirtualTimeScheduler.reset()");
        VirtualTimeScheduler.reset();
        assertThat(VirtualTime.run(() -> Mono.delay(HOUR))).isZero();
    }
}
