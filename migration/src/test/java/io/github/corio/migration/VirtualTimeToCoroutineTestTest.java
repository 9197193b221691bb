package io.github.corio.migration;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Test;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;
import org.openrewrite.test.TypeValidation;

class VirtualTimeToCoroutineTestTest implements RewriteTest {
    @Override
    public void defaults(RecipeSpec spec) {
        spec.recipe(new VirtualTimeToCoroutineTest())
                .parser(Sources.parser())
                .typeValidationOptions(TypeValidation.none());
    }

    @Test
    void oneValueInVirtualTime() {
        rewriteRun(java("""
                import java.time.Duration;
                import org.junit.jupiter.api.Test;
                import reactor.core.publisher.Mono;
                import reactor.test.StepVerifier;

                class ATest {
                    @Test
                    void waits() {
                        Mono<String> late = Mono.just("late").delayElement(Duration.ofHours(1));
                        StepVerifier.withVirtualTime(() -> late)
                                .thenAwait(Duration.ofHours(1))
                                .expectNext("late")
                                .verifyComplete();
                        StepVerifier.withVirtualTime(() -> late.then()).expectComplete().verify();
                        StepVerifier.withVirtualTime(() -> late.timeout(Duration.ofSeconds(1)))
                                .verifyError(IllegalStateException.class);
                    }
                }
                """, """
                import java.time.Duration;

                import io.github.corio.testing.CoroutineTest;

                import static io.github.corio.Asyncio.await;
                import static org.junit.jupiter.api.Assertions.*;

                import reactor.core.publisher.Mono;

                class ATest {
                    @CoroutineTest
                    void waits() {
                        Mono<String> late = Mono.just("late").delayElement(Duration.ofHours(1));
                        assertEquals("late", await(late));
                        assertNull(await(late.then()));
                        assertThrows(IllegalStateException.class, () -> await(late.timeout(Duration.ofSeconds(1))));
                    }
                }
                """));
    }

    @Test
    void othersAreLeftAlone() {
        rewriteRun(java("""
                import java.time.Duration;
                import org.junit.jupiter.api.Test;
                import reactor.core.publisher.Flux;
                import reactor.core.publisher.Mono;
                import reactor.test.StepVerifier;

                class ATest {
                    @Test
                    void many() {
                        StepVerifier.withVirtualTime(() -> Flux.just(1, 2)).expectNext(1, 2).verifyComplete();
                    }

                    @Test
                    void quiet() {
                        StepVerifier.withVirtualTime(() -> Mono.just(1))
                                .expectNoEvent(Duration.ofSeconds(1))
                                .expectNext(1)
                                .verifyComplete();
                    }

                    @Test
                    void realTime() {
                        StepVerifier.create(Mono.just(1)).expectNext(1).verifyComplete();
                    }

                    @Test
                    void somethingElse() {
                        StepVerifier.withVirtualTime(() -> Mono.just(1)).expectNext(1).verifyComplete();
                        Mono.just(1).block();
                    }
                }
                """));
    }
}
