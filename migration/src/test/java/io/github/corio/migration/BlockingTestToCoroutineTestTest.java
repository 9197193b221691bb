package io.github.corio.migration;

import static org.openrewrite.java.Assertions.java;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openrewrite.config.CompositeRecipe;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;
import org.openrewrite.test.TypeValidation;

class BlockingTestToCoroutineTestTest implements RewriteTest {
    @Override
    public void defaults(RecipeSpec spec) {
        spec.recipe(new CompositeRecipe(List.of(new BlockingTestToCoroutineTest(), new AwaitInsteadOfBlock())))
                .parser(Sources.parser())
                .typeValidationOptions(TypeValidation.none());
    }

    @Test
    void testsThatWaitAwait() {
        rewriteRun(java("""
                import static org.junit.jupiter.api.Assertions.assertEquals;
                import static org.junit.jupiter.api.Assertions.assertThrows;

                import java.time.Duration;
                import java.util.concurrent.atomic.AtomicInteger;
                import org.junit.jupiter.api.Test;
                import reactor.core.publisher.Mono;

                class ATest {
                    @Test
                    void blocks() {
                        assertEquals("a", Mono.just("a").block());
                        assertThrows(IllegalStateException.class, () -> Mono.error(new IllegalStateException()).block());
                    }

                    @Test
                    void sleeps() throws InterruptedException {
                        AtomicInteger count = new AtomicInteger();
                        Mono.delay(Duration.ofMillis(10)).subscribe(tick -> count.incrementAndGet());
                        Thread.sleep(20);
                        assertEquals(1, count.get());
                    }
                }
                """, """
                import static io.github.corio.Asyncio.await;
                import static io.github.corio.Asyncio.sleep;
                import static org.junit.jupiter.api.Assertions.assertEquals;
                import static org.junit.jupiter.api.Assertions.assertThrows;

                import java.time.Duration;
                import java.util.concurrent.atomic.AtomicInteger;

                import io.github.corio.testing.CoroutineTest;
                import reactor.core.publisher.Mono;

                class ATest {
                    @CoroutineTest
                    void blocks() {
                        assertEquals("a", await(Mono.just("a")));
                        assertThrows(IllegalStateException.class, () -> await(Mono.error(new IllegalStateException())));
                    }

                    @CoroutineTest
                    void sleeps() throws InterruptedException {
                        AtomicInteger count = new AtomicInteger();
                        Mono.delay(Duration.ofMillis(10)).subscribe(tick -> count.incrementAndGet());
                        await(sleep(Duration.ofMillis(20)));
                        assertEquals(1, count.get());
                    }
                }
                """));
    }

    @Test
    void whatMayNeedRealTimeIsLeftAlone() {
        rewriteRun(java("""
                import static org.junit.jupiter.api.Assertions.assertThrows;

                import java.time.Duration;
                import java.util.concurrent.CompletableFuture;
                import org.junit.jupiter.api.Test;
                import org.junit.jupiter.api.extension.ExtendWith;
                import reactor.core.publisher.Flux;
                import reactor.core.publisher.Mono;

                class ATest {
                    @Test
                    void thread() throws InterruptedException {
                        new Thread(() -> {}).start();
                        Thread.sleep(10);
                    }

                    @Test
                    void future() {
                        Mono.fromFuture(CompletableFuture.supplyAsync(() -> 1)).block();
                    }

                    @Test
                    void wrapped() {
                        assertThrows(RuntimeException.class, () -> Mono.error(new Exception()).block());
                    }

                    @Test
                    void many() {
                        Flux.just(1).blockFirst();
                        Mono.just(1).block();
                    }

                    @Test
                    void limit() {
                        Mono.just(1).block(Duration.ofSeconds(1));
                    }

                    @Test
                    void elsewhere() {
                        Runnable later = () -> Mono.just(1).block();
                        later.run();
                    }

                    @Test
                    void nothing() {
                        Mono.just(1);
                    }
                }
                """));
    }
}
