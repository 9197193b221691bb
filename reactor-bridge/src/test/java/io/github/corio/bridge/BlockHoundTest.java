package io.github.corio.bridge;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corio.Coroutine;
import io.github.corio.bridge.From.OnCancel;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** BlockHound is installed in all tests, by blockhound-junit-platform. */
class BlockHoundTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void findsTheIntegration() {
        assertThat(ServiceLoader.load(BlockHoundIntegration.class))
                .anySatisfy(found -> assertThat(found).isInstanceOf(CorioBlockHoundIntegration.class));
    }

    @Test
    void reportsABlockingCallOnAThreadThatMustNotBlock() {
        // the probe of the probe: a plain Reactor operator
        assertThatThrownBy(() -> Mono.fromRunnable(BlockHoundTest::block)
                        .subscribeOn(Schedulers.parallel())
                        .block(SOON))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
    }

    @Test
    void reportsABlockingCallInABodyThatRunsOnSuchAThread() {
        Coroutine<Void> blocking = async(() -> {
            await(sleep(Duration.ofMillis(1)));
            block();
        });
        assertThatThrownBy(() -> blocking.block(SOON)).hasRootCauseInstanceOf(BlockingOperationError.class);
    }

    @Test
    void reportsABlockingCallInACallOfTheBridgeOnSuchAThread() {
        Mono<String> blocking = From.nodeCallback(callback -> block());
        assertThatThrownBy(() -> blocking.subscribeOn(Schedulers.parallel()).block(SOON))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
    }

    @Test
    void allowsWhatTheBridgeDoesOnSuchAThread() {
        CompletableFuture<String> source = new CompletableFuture<>();
        Mono<String> future = From.future(() -> new Shape.PlainFuture(source), OnCancel.LEAVE_SOURCE)
                .subscribeOn(Schedulers.parallel());
        Mono<String> coroutine = async(() -> {
                    await(sleep(Duration.ofMillis(1)));
                    return "coroutine";
                })
                .subscribeOn(Schedulers.parallel());
        Mono<Long> delay = Mono.delay(Duration.ofMillis(5)).doOnNext(tick -> source.complete("future"));
        assertThat(Mono.zip(future, coroutine, delay).block(SOON)).isNotNull();
    }

    private static void block() {
        try {
            Thread.sleep(1); // what is looked for
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
