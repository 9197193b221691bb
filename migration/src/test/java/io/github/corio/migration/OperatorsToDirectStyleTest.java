package io.github.corio.migration;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Test;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;
import org.openrewrite.test.TypeValidation;

class OperatorsToDirectStyleTest implements RewriteTest {
    @Override
    public void defaults(RecipeSpec spec) {
        spec.recipe(new OperatorsToDirectStyle())
                .parser(Sources.parser())
                .afterTypeValidationOptions(
                        TypeValidation.none()); // the parameter of a method reference has no type of its own
    }

    @Test
    void chainsBecomeBodies() {
        rewriteRun(java("""
                import java.io.IOException;
                import reactor.core.publisher.Mono;

                abstract class A {
                    abstract Mono<String> find(int id);

                    abstract Mono<Integer> save(String name, int length);

                    abstract Mono<Void> log();

                    abstract void done();

                    abstract String path(String name);

                    Mono<Integer> nested(int id) {
                        return find(id).flatMap(name -> find(id + 1).map(other -> name.length() + other.length()));
                    }

                    Mono<String> references(int id) {
                        return find(id).filter(name -> name.length() > 2).map(this::path).map(String::trim).map(x -> path(x)).map(x -> x + "!");
                    }

                    Mono<Integer> empties(int id) {
                        return find(id).switchIfEmpty(find(-id)).map(String::length).defaultIfEmpty(0);
                    }

                    Mono<Integer> blocks(int id) {
                        return find(id).flatMap(name -> {
                            int length = name.length();
                            if (length == 0) {
                                return Mono.empty();
                            }
                            return save(name, length);
                        });
                    }

                    Mono<Integer> errors(int id) {
                        return find(id)
                                .onErrorMap(IOException.class, e -> new IllegalStateException(e))
                                .flatMap(name -> save(name, 1))
                                .then(log())
                                .thenReturn(1)
                                .onErrorResume(e -> Mono.just(-1))
                                .doFinally(signal -> done());
                    }

                    Mono<String> zipped(int id) {
                        return find(id).zipWith(find(2), (a, b) -> a + b).switchIfEmpty(Mono.error(new IOException("none")));
                    }
                }
                """, """
                import java.io.IOException;

                import io.github.corio.CancelledError;
                import reactor.core.publisher.Mono;

                import static io.github.corio.Asyncio.*;
                import static java.util.Objects.requireNonNull;

                abstract class A {
                    abstract Mono<String> find(int id);

                    abstract Mono<Integer> save(String name, int length);

                    abstract Mono<Void> log();

                    abstract void done();

                    abstract String path(String name);

                    Mono<Integer> nested(int id) {
                        return async(() -> {
                            var name = await(find(id));
                            if (name == null) {
                                return null;
                            }
                            var other = await(find(id + 1));
                            if (other == null) {
                                return null;
                            }
                            return name.length() + other.length();
                        });
                    }

                    Mono<String> references(int id) {
                        return async(() -> {
                            var name = await(find(id));
                            if (name == null) {
                                return null;
                            }
                            if (!(name.length() > 2)) {
                                return null;
                            }
                            var value = requireNonNull(path(name));
                            var x = value.trim();
                            var x2 = requireNonNull(path(x));
                            return x2 + "!";
                        });
                    }

                    Mono<Integer> empties(int id) {
                        return async(() -> {
                            var found = await(async(() -> {
                                var found2 = await(find(id));
                                var value = found2 != null ? found2 : await(find(-id));
                                if (value == null) {
                                    return null;
                                }
                                return value.length();
                            }));
                            return found != null ? found : 0;
                        });
                    }

                    Mono<Integer> blocks(int id) {
                        return async(() -> {
                            var name = await(find(id));
                            if (name == null) {
                                return null;
                            }
                            int length = name.length();
                            if (length == 0) {
                                return null;
                            }
                            return await(save(name, length));
                        });
                    }

                    Mono<Integer> errors(int id) {
                        return async(() -> {
                            try {
                                try {
                                    await(async(() -> {
                                        var name = await(async(() -> {
                                            try {
                                                return awaitThrowing(find(id), IOException.class);
                                            } catch (IOException e) {
                                                throw new IllegalStateException(e);
                                            }
                                        }));
                                        if (name == null) {
                                            return null;
                                        }
                                        return await(save(name, 1));
                                    }));
                                    await(log());
                                    return 1;
                                } catch (CancelledError cancel) {
                                    throw cancel;
                                } catch (Throwable e2) {
                                    return -1;
                                }
                            } finally {
                                done();
                            }
                        });
                    }

                    Mono<String> zipped(int id) {
                        return async(() -> {
                            var found = await(async(() -> {
                                var both = await(find(id).zipWith(find(2)));
                                if (both == null) {
                                    return null;
                                }
                                var a = both.getT1();
                                var b = both.getT2();
                                return a + b;
                            }));
                            if (found != null) {
                                return found;
                            }
                            throw new IOException("none");
                        });
                    }
                }
                """));
    }

    @Test
    void whatIsNotCertainIsLeftAloneAndSaysWhy() {
        rewriteRun(spec -> spec.recipe(new OperatorsToDirectStyle(true)), java("""
                        import reactor.core.publisher.Mono;

                        abstract class A {
                            abstract Mono<String> find(int id);

                            abstract int next();

                            Mono<Integer> eager(int id) {
                                return find(id).thenReturn(next());
                            }

                            Mono<String> changing(int id) {
                                id++;
                                return find(id).map(String::trim);
                            }

                            Mono<String> inALambda(Mono<String> other) {
                                return other.retry();
                            }
                        }
                        """, """
                        import reactor.core.publisher.Mono;

                        abstract class A {
                            abstract Mono<String> find(int id);

                            abstract int next();

                            Mono<Integer> eager(int id) {
                                // corio: left alone, an argument of thenReturn is evaluated when it is assembled
                                return find(id).thenReturn(next());
                            }

                            Mono<String> changing(int id) {
                                id++;
                                // corio: left alone, id is not effectively final
                                return find(id).map(String::trim);
                            }

                            Mono<String> inALambda(Mono<String> other) {
                                return other.retry();
                            }
                        }
                        """));
    }
}
