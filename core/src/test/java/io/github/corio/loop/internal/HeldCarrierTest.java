package io.github.corio.loop.internal;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.corio.stress.RandomProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A fiber that does not let go of its carrier holds up its own loop and nobody else's. */
class HeldCarrierTest {
    private static final Duration LIMIT = Duration.ofSeconds(100);

    private final CountDownLatch release = new CountDownLatch(1);

    @BeforeEach
    void onCarriers() {
        assumeTrue(VirtualThreads.whyNot() == null, VirtualThreads::whyNot);
    }

    private static List<OwnCarrier> carriers() {
        List<OwnCarrier> all = new ArrayList<>();
        for (int i = 0; i < CarrierLoops.count(); i++) {
            all.add((OwnCarrier) CarrierLoops.next().carrier());
        }
        return all;
    }

    /** Three loops for each carrier, with everything that goes through one. */
    private static void othersGoOn() {
        Mono<Integer> one = async(() -> {
            int sum = 0;
            for (int i = 0; i < 5; i++) {
                await(sleep(Duration.ofMillis(1)));
                sum += await(gather(
                                Mono.just(1),
                                async(() -> 1),
                                Mono.delay(Duration.ofMillis(1)).thenReturn(1)))
                        .size();
            }
            return sum;
        });
        int count = 3 * CarrierLoops.count();
        assertThat(Flux.range(0, count).flatMap(i -> one, count).collectList().block(LIMIT))
                .hasSize(count)
                .containsOnly(15);
    }

    private void spin() {
        while (release.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    private Mono<List<Integer>> holdUpEach(Runnable body, CountDownLatch held) {
        int count = CarrierLoops.count();
        Mono<Integer> holds = async(() -> {
            held.countDown();
            body.run();
            await(sleep(Duration.ofMillis(1)));
            return 1;
        });
        Mono<List<Integer>> all =
                Flux.range(0, count).flatMap(i -> holds, count).collectList().cache();
        all.subscribe();
        return all;
    }

    private void holdUpAndRelease(Runnable body) throws Exception {
        CountDownLatch held = new CountDownLatch(CarrierLoops.count());
        Mono<List<Integer>> all = holdUpEach(body, held);
        held.await();
        othersGoOn();
        release.countDown();
        assertThat(all.block(LIMIT)).hasSize(CarrierLoops.count());
        othersGoOn();
    }

    @Test
    void bySpinning() throws Exception {
        List<CarrierThread> before = carriers().stream().map(OwnCarrier::thread).toList();
        holdUpAndRelease(this::spin);
        assertThat(carriers()).extracting(OwnCarrier::thread).doesNotContainAnyElementsOf(before);
        for (CarrierThread thread : before) { // they have carried their fiber to its next stop
            thread.join(LIMIT.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static volatile Runnable inInitializer = () -> {};

    private static final class SlowToInitialize {
        static {
            inInitializer.run();
        }

        static void touch() {}
    }

    @Test
    void inAClassInitializer() throws Exception {
        inInitializer = () -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        holdUpAndRelease(SlowToInitialize::touch);
    }

    /** More at once than there are carriers and spares of the first hour. */
    @Test
    void againByWhatASpareCarries() throws Exception {
        CountDownLatch first = new CountDownLatch(CarrierLoops.count());
        Mono<List<Integer>> some = holdUpEach(this::spin, first);
        first.await();
        CountDownLatch second = new CountDownLatch(CarrierLoops.count());
        Mono<List<Integer>> more = holdUpEach(this::spin, second);
        second.await();
        othersGoOn();
        release.countDown();
        assertThat(some.block(LIMIT)).hasSize(CarrierLoops.count());
        assertThat(more.block(LIMIT)).hasSize(CarrierLoops.count());
        othersGoOn();
    }

    /** Spares take over in the middle of everything, all the time. */
    @Test
    void orSaidToBe() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<OwnCarrier> carriers = carriers();
        Thread replaces = new Thread(() -> {
            while (!over.get()) {
                for (OwnCarrier carrier : carriers) {
                    CarrierThread held = carrier.thread();
                    carrier.replace(held);
                    while (carrier.thread() == held) {
                        Thread.onSpinWait();
                    }
                }
            }
        });
        replaces.start();
        try {
            int operations = 0;
            for (long seed = 0; operations < 5_000; seed++) {
                operations += new RandomProgram(seed, Schedulers.parallel()).run();
            }
        } finally {
            over.set(true);
            replaces.join();
        }
        othersGoOn();
    }
}
