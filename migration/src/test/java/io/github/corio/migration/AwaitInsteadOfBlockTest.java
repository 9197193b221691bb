package io.github.corio.migration;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;

class AwaitInsteadOfBlockTest implements RewriteTest {
    @Override
    public void defaults(RecipeSpec spec) {
        spec.recipe(new AwaitInsteadOfBlock()).parser(Sources.parser());
    }

    @Nested
    class InABody implements RewriteTest {
        @Override
        public void defaults(RecipeSpec spec) {
            AwaitInsteadOfBlockTest.this.defaults(spec);
        }

        @Test
        void blockBecomesAwait() {
            rewriteRun(java("""
                    import static io.github.corio.Asyncio.async;

                    import reactor.core.publisher.Mono;

                    class A {
                        Mono<Integer> a(Mono<Integer> one, Mono<Integer> other) {
                            return async(() -> one.block() + other.block());
                        }
                    }
                    """, """
                    import static io.github.corio.Asyncio.async;
                    import static io.github.corio.Asyncio.await;

                    import reactor.core.publisher.Mono;

                    class A {
                        Mono<Integer> a(Mono<Integer> one, Mono<Integer> other) {
                            return async(() -> await(one) + await(other));
                        }
                    }
                    """));
        }

        @Test
        void futuresAndStagesAreAwaited() {
            rewriteRun(java("""
                    import static io.github.corio.Asyncio.run;

                    import java.util.concurrent.CompletableFuture;
                    import java.util.concurrent.CompletionStage;

                    class A {
                        String a(CompletableFuture<String> one, CompletionStage<String> other) {
                            return run(() -> {
                                one.join();
                                return one.get() + other.toCompletableFuture().get();
                            });
                        }
                    }
                    """, """
                    import static io.github.corio.Asyncio.await;
                    import static io.github.corio.Asyncio.run;

                    import java.util.concurrent.CompletableFuture;
                    import java.util.concurrent.CompletionStage;

                    class A {
                        String a(CompletableFuture<String> one, CompletionStage<String> other) {
                            return run(() -> {
                                await(one);
                                return await(one) + await(other);
                            });
                        }
                    }
                    """));
        }

        @Test
        void sleepingBecomesSleep() {
            rewriteRun(
                    spec -> spec.afterTypeValidationOptions(org.openrewrite.test.TypeValidation.none()),
                    java("""
                    import static io.github.corio.Asyncio.async;

                    import reactor.core.publisher.Mono;

                    class A {
                        Mono<Integer> a(long millis) {
                            return async(() -> {
                                Thread.sleep(millis);
                                try {
                                    Thread.sleep(10);
                                } catch (InterruptedException e) {
                                    return 2;
                                }
                                return 1;
                            });
                        }
                    }
                    """, """
                    import static io.github.corio.Asyncio.*;

                    import reactor.core.publisher.Mono;

                    import java.time.Duration;

                    class A {
                        Mono<Integer> a(long millis) {
                            return async(() -> {
                                await(sleep(Duration.ofMillis(millis)));
                                try {
                                    Thread.sleep(10);
                                } catch (InterruptedException e) {
                                    return 2;
                                }
                                return 1;
                            });
                        }
                    }
                    """));
        }

        @Test
        void toIterableBecomesEach() {
            rewriteRun(java("""
                    import static io.github.corio.Asyncio.taskGroup;

                    import reactor.core.publisher.Flux;
                    import reactor.core.publisher.Mono;

                    class A {
                        Mono<Integer> a(Flux<Integer> numbers) {
                            return taskGroup(group -> {
                                int sum = 0;
                                for (int number : numbers.toIterable()) {
                                    sum += number;
                                }
                                return sum;
                            });
                        }
                    }
                    """, """
                    import static io.github.corio.Asyncio.each;
                    import static io.github.corio.Asyncio.taskGroup;

                    import reactor.core.publisher.Flux;
                    import reactor.core.publisher.Mono;

                    class A {
                        Mono<Integer> a(Flux<Integer> numbers) {
                            return taskGroup(group -> {
                                int sum = 0;
                                for (int number : each(numbers)) {
                                    sum += number;
                                }
                                return sum;
                            });
                        }
                    }
                    """));
        }
    }

    @Test
    void whatDoesNotRunInABodyIsLeftAlone() {
        rewriteRun(java("""
                import static io.github.corio.Asyncio.async;
                import static io.github.corio.Asyncio.toThread;

                import java.time.Duration;
                import java.util.List;
                import java.util.concurrent.CompletableFuture;
                import java.util.concurrent.ExecutionException;
                import java.util.concurrent.Executor;
                import reactor.core.publisher.Mono;

                class A {
                    int outside(Mono<Integer> one) {
                        return one.block();
                    }

                    Mono<Integer> nested(Mono<Integer> one, Executor executor) {
                        return async(() -> {
                            executor.execute(() -> one.block());
                            Runnable later = new Runnable() {
                                @Override
                                public void run() {
                                    one.block();
                                }
                            };
                            later.run();
                            synchronized (this) {
                                one.block();
                            }
                            return List.of(one).stream().mapToInt(each -> each.block()).sum();
                        });
                    }

                    Mono<Integer> onAThread(Mono<Integer> one) {
                        return toThread(() -> one.block());
                    }

                    Mono<Integer> withALimit(Mono<Integer> one) {
                        return async(() -> one.block(Duration.ofSeconds(1)));
                    }

                    Mono<Integer> caught(CompletableFuture<Integer> one) {
                        return async(() -> {
                            try {
                                return one.get();
                            } catch (ExecutionException e) {
                                return 0;
                            }
                        });
                    }
                }
                """));
    }
}
