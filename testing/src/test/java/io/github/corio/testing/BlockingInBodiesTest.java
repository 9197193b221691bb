package io.github.corio.testing;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

class BlockingInBodiesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Nested
    @DisplayName("A tool that waits for a Publisher gets virtual time")
    class WaitingTools {
        @Test
        void inABody() {
            VirtualTime.run(() -> {
                StepVerifier.create(Mono.delay(HOUR)).expectNext(0L).verifyComplete();
                assertThat(EventLoop.current().time()).isEqualTo(HOUR);
                StepVerifier.create(Flux.interval(HOUR).take(3))
                        .expectNext(0L, 1L, 2L)
                        .verifyComplete();
                assertThat(EventLoop.current().time()).isEqualTo(HOUR.multipliedBy(4));
                await(sleep(HOUR));
                assertThat(EventLoop.current().time()).isEqualTo(HOUR.multipliedBy(5));
            });
        }

        @Test
        void inABodyForACoroutine() {
            VirtualTime.run(() -> {
                StepVerifier.create(async(() -> {
                            await(sleep(HOUR));
                            return await(Mono.delay(HOUR).thenReturn("there"));
                        }))
                        .expectNext("there")
                        .verifyComplete();
            });
        }

        @Test
        void inABlockingCall() {
            VirtualTime.run(() -> {
                await(toThread(() ->
                        StepVerifier.create(Mono.delay(HOUR)).expectNext(0L).verifyComplete()));
                assertThat(EventLoop.current().time()).isEqualTo(HOUR);
            });
        }

        @Test
        void thatIsATestSubscriber() {
            VirtualTime.run(() -> {
                TestSubscriber<Long> subscriber = TestSubscriber.create();
                Mono.delay(HOUR).subscribe(subscriber);
                subscriber.block();
                assertThat(subscriber.expectTerminalSignal().isOnComplete()).isTrue();
            });
        }
    }

    @Nested
    @DisplayName("block() is refused as in production, with the line")
    class Block {
        @Test
        void inABody() {
            assertThatThrownBy(() -> VirtualTime.run(() -> {
                        Object unused = Mono.delay(HOUR).block();
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("block")
                    .satisfies(error -> assertThat(error.getStackTrace())
                            .anySatisfy(
                                    frame -> assertThat(frame.getFileName()).isEqualTo("BlockingInBodiesTest.java")));
        }

        @Test
        void inAnOperator() {
            assertThatThrownBy(() -> VirtualTime.run(
                            Mono.delay(HOUR).map(tick -> Mono.delay(HOUR).block())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("block");
        }

        @Test
        void inATaskOverAPlainMono() {
            assertThatThrownBy(() -> VirtualTime.run(
                            Mono.fromCallable(() -> Mono.delay(HOUR).block()).hide()))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void butNotInABlockingCallOrOutside() {
            VirtualTime.run(() -> {
                assertThat(await(toThread(() -> Mono.delay(HOUR).block()))).isZero();
                assertThat(await(Mono.fromCallable(() -> Mono.delay(HOUR).block())
                                .subscribeOn(Schedulers.boundedElastic())))
                        .isZero();
            });
            assertThat(Mono.delay(Duration.ofMillis(1)).block()).isZero();
        }
    }
}
