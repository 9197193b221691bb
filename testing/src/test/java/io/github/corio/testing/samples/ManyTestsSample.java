package io.github.corio.testing.samples;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.testing.CoroutineTest;
import io.github.corio.testing.TestLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Eight classes of 125 tests each, in which everything takes time, and a different one in each test. */
public abstract class ManyTestsSample {
    public static final List<Class<?>> CLASSES =
            List.of(A.class, B.class, C.class, D.class, E.class, F.class, G.class, H.class);

    private static final AtomicInteger RUNNING = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    public static int mostAtOnce() {
        return MOST.get();
    }

    @RepeatedTest(125)
    @CoroutineTest
    void hasItsOwnTime(TestLoop loop) {
        int number = NUMBERS.incrementAndGet();
        MOST.accumulateAndGet(RUNNING.incrementAndGet(), Math::max);
        try {
            Duration unit = Duration.ofMillis(number);
            await(gather(List.of(
                    async(() -> await(sleep(unit.multipliedBy(3)))),
                    Mono.delay(unit.multipliedBy(2)).then(Mono.delay(unit)).then(),
                    Flux.interval(unit).take(3).then())));
            assertThat(loop.currentTime()).isEqualTo(unit.multipliedBy(3));
            assertThat(await(toThread(() -> number).delayElement(unit))).isEqualTo(number);
            assertThat(loop.currentTime()).isEqualTo(unit.multipliedBy(4));
        } finally {
            RUNNING.decrementAndGet();
        }
    }

    @Sample
    public static class A extends ManyTestsSample {}

    @Sample
    public static class B extends ManyTestsSample {}

    @Sample
    public static class C extends ManyTestsSample {}

    @Sample
    public static class D extends ManyTestsSample {}

    @Sample
    public static class E extends ManyTestsSample {}

    @Sample
    public static class F extends ManyTestsSample {}

    @Sample
    public static class G extends ManyTestsSample {}

    @Sample
    public static class H extends ManyTestsSample {}
}
