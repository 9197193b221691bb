package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.awaitSingle;
import static io.github.corio.Asyncio.gather;
import static io.github.corio.Asyncio.zip;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Tasks that wait for each other in a circle, of which one leads through several at once. */
class CancelCircleTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final EventLoop loop = EventLoop.create();

    @AfterEach
    void end() {
        loop.setExceptionHandler((closed, left) -> {}); // those in a circle are still pending
        loop.dispose();
    }

    @ParameterizedTest(name = "through {0}")
    @ValueSource(strings = {"gather", "zip", "gather of three"})
    @DisplayName("a cancel from another thread is given up, and the loop goes on")
    void fromAnotherThread(String through) {
        Function<Task<Object>, Mono<List<Object>>> wait = switch (through) {
            case "gather" -> task -> gather(List.of(task));
            case "zip" -> task -> zip(List.of(task));
            default -> task -> gather(List.of(task, task, task));
        };
        AsyncFuture<Task<Object>> other = new AsyncFuture<>(loop);
        Task<Object> first = async(() -> await(awaitSingle(other))).on(loop).start();
        Task<Object> second =
                Asyncio.<Object>async(() -> await(wait.apply(first))).on(loop).start();
        other.setResult(second);
        while (first.waitsFor() == null || first.waitsFor() == other || second.waitsFor() == null) {
            Thread.onSpinWait();
        }
        assertThat(second.cancel()).isTrue();
        assertThat(first.cancel()).isTrue();
        assertThat(async(() -> "it goes on").on(loop).block(LIMIT)).isEqualTo("it goes on");
    }
}
