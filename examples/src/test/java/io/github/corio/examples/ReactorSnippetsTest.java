package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Background;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ReactorSnippetsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private final AtomicInteger asked = new AtomicInteger();

    private final ReactorSnippets.Users users = new ReactorSnippets.Users() {
        @Override
        public Mono<String> name(int id) {
            return id == 3
                    ? Mono.empty()
                    : Mono.delay(Duration.ofMillis(10 - id)).thenReturn("user " + id);
        }

        @Override
        public Mono<Boolean> active(int id) {
            return Mono.just(id != 2);
        }
    };

    @Test
    void operatorsKeepTheOrder() {
        assertThat(ReactorSnippets.greetings(Flux.range(1, 5), users)
                        .collectList()
                        .block(SOON))
                .containsExactly("Hello user 1", "Hello user 4", "Hello user 5");
    }

    @Test
    void theContextGoesThrough() {
        assertThat(ReactorSnippets.tenant()
                        .contextWrite(context -> context.put("tenant", "acme"))
                        .block(SOON))
                .isEqualTo("acme and still acme");
    }

    @Test
    void signalsComeToTheLoop() {
        assertThat(ReactorSnippets.countOnTheLoop(Flux.range(1, 1000)).block(SOON))
                .isEqualTo(500);
    }

    @Test
    void backgroundWorkOutlivesItsCreator() throws InterruptedException {
        Sinks.Empty<Void> go = Sinks.empty();
        Background background = new Background();
        Mono<Void> audit = go.asMono().then(Mono.fromRunnable(asked::incrementAndGet));
        assertThat(ReactorSnippets.order(background, audit).block(SOON)).isEqualTo("accepted");
        assertThat(asked).hasValue(0);
        assertThat(background.tasks()).hasSize(1);

        go.tryEmitEmpty().orThrow();
        assertThat(ReactorSnippets.shutDown(background)).isTrue();
        assertThat(asked).hasValue(1);
    }

    @Test
    void oneLoadIsShared() {
        Sinks.One<String> answer = Sinks.one(); // which is there when all ten have asked, however slow they are
        ReactorSnippets.Names names = new ReactorSnippets.Names(new ReactorSnippets.Users() {
            @Override
            public Mono<String> name(int id) {
                return answer.asMono().doOnSubscribe(subscription -> asked.incrementAndGet());
            }

            @Override
            public Mono<Boolean> active(int id) {
                return Mono.just(true);
            }
        });
        CompletableFuture<List<String>> all =
                Flux.range(0, 10).flatMap(i -> names.name(1)).collectList().toFuture();
        answer.tryEmitValue("user 1").orThrow();
        assertThat(all.join()).hasSize(10).containsOnly("user 1");
        assertThat(asked).hasValue(1);
    }
}
