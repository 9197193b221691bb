package io.github.corio;

import static io.github.corio.Asyncio.async;
import static io.github.corio.Asyncio.await;
import static io.github.corio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

class AssemblyHooksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        Hooks.resetOnEachOperator();
        Hooks.resetOnOperatorDebug();
    }

    @Test
    @DisplayName("onEachOperator sees every Mono that is assembled")
    void onEachOperator() {
        HandedOut.monos().forEach((name, mono) -> {
            List<Publisher<Object>> seen = new ArrayList<>();
            Hooks.onEachOperator("seen", publisher -> {
                seen.add(publisher);
                return publisher;
            });
            Mono<?> assembled = mono.get();
            Hooks.resetOnEachOperator("seen");
            assertThat(seen).as(name).anyMatch(each -> each == assembled || each.getClass() == assembled.getClass());
        });
    }

    @Test
    @DisplayName("a lifted subscriber is in the way of every signal to a subscriber")
    void lift() {
        HandedOut.monos().forEach((name, mono) -> {
            Object value = mono.get().block(PATIENCE);
            assertThat(lifted(mono).block(PATIENCE)).as(name).isEqualTo(value);
            assertThat(log).as(name).isNotEmpty();
        });
    }

    @Test
    @DisplayName("and of every signal to an await, but that of a coroutine, which runs in place")
    void liftOfWhatIsAwaited() {
        HandedOut.monos().forEach((name, mono) -> {
            Object value = mono.get().block(PATIENCE);
            Mono<?> lifted = lifted(mono);
            Object awaited = run(async(() -> await(lifted)));
            assertThat(awaited).as(name).isEqualTo(value);
            assertThat(log.isEmpty()).as(name).isEqualTo(lifted instanceof Coroutine);
        });
    }

    private Mono<?> lifted(Supplier<Mono<?>> mono) {
        log.clear();
        Hooks.onEachOperator("lift", Operators.<Object, Object>lift((publisher, actual) -> {
            log.add("lifted");
            return actual;
        }));
        Mono<?> lifted = mono.get();
        Hooks.resetOnEachOperator("lift");
        return lifted;
    }

    @Test
    @DisplayName("onOperatorDebug: each works, awaited or subscribed to, and an error has its assembly trace")
    void onOperatorDebug() {
        HandedOut.monos().forEach((name, mono) -> {
            Object value = mono.get().block(PATIENCE);
            Hooks.onOperatorDebug();
            assertThat(mono.get().block(PATIENCE)).as(name).isEqualTo(value);
            Object awaited = run(async(() -> await(mono.get())));
            assertThat(awaited).as(name).isEqualTo(value);
            Hooks.resetOnOperatorDebug();
        });
        Hooks.onOperatorDebug();
        assertThatThrownBy(() -> async(() -> {
                            throw new IllegalArgumentException("x");
                        })
                        .block())
                .hasMessage("x")
                .satisfies(error -> assertThat(error.getSuppressed())
                        .anySatisfy(trace -> assertThat(trace)
                                .hasMessageContaining("Assembly trace from producer [io.github.corio.Coroutine]")));
    }
}
