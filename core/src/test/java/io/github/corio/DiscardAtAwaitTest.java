package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.createTask;
import static io.github.corio.Asyncio.sleep;
import static io.github.corio.Virtual.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Where {@code doOnDiscard} has to stand for a value that meets a cancel at its await. */
class DiscardAtAwaitTest {
    private record Buffer(String name) {}

    private final List<String> discarded = new ArrayList<>();

    private void valueMeetsCancel(UnaryOperator<Mono<Buffer>> awaited, UnaryOperator<Mono<Buffer>> around) {
        Virtual.runVirtually(() -> {
            Sinks.One<Buffer> source = Sinks.one();
            Task<Buffer> task = createTask(around.apply(async(() -> await(awaited.apply(source.asMono())))));
            turn();
            turn();
            source.tryEmitValue(new Buffer("a")).orThrow();
            task.cancel();
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            await(sleep(Duration.ofSeconds(1)));
        });
    }

    @Test
    void aroundTheCoroutineItIsFound() {
        valueMeetsCancel(mono -> mono, body -> body.doOnDiscard(Buffer.class, buffer -> discarded.add(buffer.name())));
        assertThat(discarded).containsExactly("a");
    }

    @Test
    void onTheAwaitedMonoItIsNotFound() {
        valueMeetsCancel(mono -> mono.doOnDiscard(Buffer.class, buffer -> discarded.add(buffer.name())), body -> body);
        assertThat(discarded).isEmpty();
    }

    /** From the thread that subscribes, and while the task waits. */
    @Test
    void aValueBesideAnErrorIsDiscarded() {
        Flux<Buffer> broken = Flux.just(new Buffer("a")).concatWith(Flux.error(new IllegalStateException("made")));
        for (Flux<Buffer> source : List.of(broken, broken.delaySubscription(sleep(Duration.ofSeconds(1))))) {
            Coroutine<Buffer> body = async(() -> await(Mono.fromDirect(source)));
            Mono<Buffer> watched = body.doOnDiscard(Buffer.class, buffer -> discarded.add(buffer.name()));
            Virtual.runVirtually(
                    () -> assertThatThrownBy(() -> await(createTask(watched))).hasMessage("made"));
        }
        assertThat(discarded).containsExactly("a", "a");
    }
}
