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
                            await(started);
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
    void outcomesAndThreads() {
        rewriteRun(java("""
                import java.util.concurrent.CompletableFuture;

                abstract class A {
                    abstract CompletableFuture<String> find(int id);

                    abstract void log(String what);

                    CompletableFuture<Integer> handled(CompletableFuture<String> first) {
                        return first.handle((name, error) -> error != null ? -1 : name.length());
                    }

                    CompletableFuture<String> seen(CompletableFuture<String> first) {
                        return first.thenCompose(name -> find(name.length())).whenComplete((name, error) -> {
                            if (error == null) {
                                log(name);
                            } else {
                                log("failed");
                            }
                        });
                    }

                    CompletableFuture<String> closed(CompletableFuture<String> first) {
                        return first.whenComplete((name, error) -> log("done"));
                    }

                    CompletableFuture<Integer> onThreads(CompletableFuture<String> first) {
                        return first.thenComposeAsync(name -> find(name.length())).thenApplyAsync(name -> name.length());
                    }
                }
                """, """
                import io.github.corio.CancelledError;
                import io.github.corio.bridge.To;

                import java.util.concurrent.CompletableFuture;

                import static io.github.corio.Asyncio.*;

                abstract class A {
                    abstract CompletableFuture<String> find(int id);

                    abstract void log(String what);

                    CompletableFuture<Integer> handled(CompletableFuture<String> first) {
                        return To.completableFuture(async(() -> {
                            String name;
                            try {
                                name = await(first);
                            } catch (CancelledError cancel) {
                                throw cancel;
                            } catch (Throwable error) {
                                return -1;
                            }
                            return name.length();
                        }));
                    }

                    CompletableFuture<String> seen(CompletableFuture<String> first) {
                        return To.completableFuture(async(() -> {
                            String name;
                            try {
                                var name2 = await(first);
                                var found = await(find(name2.length()));
                                name = found;
                            } catch (CancelledError cancel) {
                                throw cancel;
                            } catch (Throwable error) {
                                log("failed");
                                throw error;
                            }
                            log(name);
                            return name;
                        }));
                    }

                    CompletableFuture<String> closed(CompletableFuture<String> first) {
                        return To.completableFuture(async(() -> {
                            try {
                                return await(first);
                            } finally {
                                log("done");
                            }
                        }));
                    }

                    CompletableFuture<Integer> onThreads(CompletableFuture<String> first) {
                        return To.completableFuture(async(() -> {
                            var name = await(first);
                            var name2 = await(await(toThread(() -> find(name.length()))));
                            return await(toThread(() -> name2.length()));
                        }));
                    }
                }
                """));
    }

    @Test
    void whatIsNotCertainIsLeftAlone() {
        rewriteRun(java("""
                import java.util.concurrent.CompletableFuture;
                import java.util.concurrent.Executor;
                import java.util.function.Function;

                abstract class A {
                    abstract CompletableFuture<String> find(int id);

                    CompletableFuture<String> handlerLooksAtTheError(int id) {
                        return find(id).exceptionally(error -> error.getMessage());
                    }

                    CompletableFuture<String> handleLooksAtTheError(int id) {
                        return find(id).handle((value, error) -> error == null ? value : error.getMessage());
                    }

                    CompletableFuture<String> completesLooksAtTheError(int id) {
                        return find(id).whenComplete((value, error) -> System.out.println(error));
                    }

                    CompletableFuture<String> withoutATest(int id) {
                        return find(id).handle((value, error) -> value == null ? "none" : value);
                    }

                    CompletableFuture<Object> elsewhere(int id, Function<String, Object> function) {
                        return find(id).thenApply(function);
                    }

                    CompletableFuture<String> onAThread(int id, Executor executor) {
                        return find(id).thenApplyAsync(value -> value + "!", executor);
                    }

                    void notReturned(int id) {
                        find(id).thenApply(value -> value + "!").join();
                    }
                }
                """));
    }
}
