package io.github.corio.migration;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Test;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;
import org.openrewrite.test.TypeValidation;

class FuturesToDirectStyleTest implements RewriteTest {
    @Override
    public void defaults(RecipeSpec spec) {
        spec.recipe(new FuturesToDirectStyle())
                .parser(Sources.parser())
                .afterTypeValidationOptions(TypeValidation.none());
    }

    @Test
    void chainsBecomeBodies() {
        rewriteRun(java("""
                import java.util.concurrent.CompletableFuture;

                abstract class A {
                    abstract CompletableFuture<String> find(int id);

                    CompletableFuture<Integer> two(int id) {
                        return find(id).thenCompose(name -> find(name.length())).thenApply(String::length);
                    }

                    CompletableFuture<Integer> all(CompletableFuture<Integer> first) {
                        return CompletableFuture.allOf(first, find(2)).thenApply(done -> 7);
                    }

                    CompletableFuture<Integer> caught(CompletableFuture<String> first) {
                        return first.thenApply(name -> name.length()).exceptionally(error -> -1);
                    }
                }
                """, """
                import io.github.corio.CancelledError;
                import io.github.corio.bridge.To;

                import java.util.concurrent.CompletableFuture;

                import static io.github.corio.Asyncio.async;
                import static io.github.corio.Asyncio.await;

                abstract class A {
                    abstract CompletableFuture<String> find(int id);

                    CompletableFuture<Integer> two(int id) {
                        var started = find(id);
                        return To.completableFuture(async(() -> {
                            var name = await(started);
                            var value = await(find(name.length()));
                            return value.length();
                        }));
                    }

                    CompletableFuture<Integer> all(CompletableFuture<Integer> first) {
                        var started = CompletableFuture.allOf(first, find(2));
                        return To.completableFuture(async(() -> {
                            var done = await(started);
                            return 7;
                        }));
                    }

                    CompletableFuture<Integer> caught(CompletableFuture<String> first) {
                        return To.completableFuture(async(() -> {
                            try {
                                var name = await(first);
                                return name.length();
                            } catch (CancelledError cancel) {
                                throw cancel;
                            } catch (Throwable error) {
                                return -1;
                            }
                        }));
                    }
                }
                """));
    }

    @Test
    void whatIsNotCertainIsLeftAlone() {
        rewriteRun(java("""
                import java.util.concurrent.CompletableFuture;
                import java.util.function.Function;

                abstract class A {
                    abstract CompletableFuture<String> find(int id);

                    CompletableFuture<String> handlerLooksAtTheError(int id) {
                        return find(id).exceptionally(error -> error.getMessage());
                    }

                    CompletableFuture<String> both(int id) {
                        return find(id).handle((value, error) -> error == null ? value : "none");
                    }

                    CompletableFuture<Object> elsewhere(int id, Function<String, Object> function) {
                        return find(id).thenApply(function);
                    }

                    CompletableFuture<String> onAThread(int id) {
                        return find(id).thenApplyAsync(value -> value + "!");
                    }

                    void notReturned(int id) {
                        find(id).thenApply(value -> value + "!").join();
                    }
                }
                """));
    }
}
