package io.github.corio.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
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

    /** A variable needs a name, which two of them do not share. */
    @Test
    void parametersWithoutAName() {
        assumeTrue(Runtime.version().feature() >= 22, "Java has them since 22");
        rewriteRun(java("""
                import reactor.core.publisher.Mono;

                abstract class A {
                    abstract Mono<String> find(int id);

                    Mono<Integer> one(int id) {
                        return find(id).flatMap(_ -> find(2)).map(name -> name.length());
                    }

                    Mono<String> two(int id) {
                        return find(id).flatMap(_ -> find(2)).flatMap(_ -> find(3));
                    }

                    Mono<String> error(int id) {
                        return find(id).onErrorResume(_ -> find(2));
                    }
                }
                """, """
                import io.github.corio.CancelledError;
                import reactor.core.publisher.Mono;

                import static io.github.corio.Asyncio.async;
                import static io.github.corio.Asyncio.await;

                abstract class A {
                    abstract Mono<String> find(int id);

                    Mono<Integer> one(int id) {
                        return async(() -> {
                            var unused = await(find(id));
                            if (unused == null) {
                                return null;
                            }
                            var name = await(find(2));
                            if (name == null) {
                                return null;
                            }
                            return name.length();
                        });
                    }

                    Mono<String> two(int id) {
                        return async(() -> {
                            var unused = await(find(id));
                            if (unused == null) {
                                return null;
                            }
                            var unused2 = await(find(2));
                            if (unused2 == null) {
                                return null;
                            }
                            return await(find(3));
                        });
                    }

                    Mono<String> error(int id) {
                        return async(() -> {
                            try {
                                return await(find(id));
                            } catch (CancelledError cancel) {
                                throw cancel;
                            } catch (Throwable unused) {
                                return await(find(2));
                            }
                        });
                    }
                }
                """));
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
    void valuesOfAChainAreComputedWhenItIsAssembled() {
        rewriteRun(java("""
                import reactor.core.publisher.Mono;

                abstract class A {
                    abstract Mono<String> find(int id);

                    abstract int next();

                    Mono<Integer> outside(int id) {
                        return find(id).thenReturn(next());
                    }

                    Mono<String> inside(int id) {
                        return find(id).flatMap(name -> find(id + 1).then(Mono.just(name + next())));
                    }

                    Mono<Integer> constant(int id) {
                        Mono<Integer> length = find(id).map(String::length);
                        return length.defaultIfEmpty(7);
                    }
                }
                """, """
                import reactor.core.publisher.Mono;

                import static io.github.corio.Asyncio.async;
                import static io.github.corio.Asyncio.await;

                abstract class A {
                    abstract Mono<String> find(int id);

                    abstract int next();

                    Mono<Integer> outside(int id) {
                        var value = next();
                        return async(() -> {
                            await(find(id));
                            return value;
                        });
                    }

                    Mono<String> inside(int id) {
                        return async(() -> {
                            var name = await(find(id));
                            if (name == null) {
                                return null;
                            }
                            var value = name + next();
                            await(find(id + 1));
                            return value;
                        });
                    }

                    Mono<Integer> constant(int id) {
                        Mono<Integer> length = async(() -> {
                            var value = await(find(id));
                            if (value == null) {
                                return null;
                            }
                            return value.length();
                        });
                        return async(() -> {
                            var found = await(length);
                            return found != null ? found : 7;
                        });
                    }
                }
                """));
    }

    @Test
    void branchesAndEarlyReturns() {
        rewriteRun(java("""
                import reactor.core.publisher.Mono;

                abstract class A {
                    abstract Mono<String> find(int id);

                    abstract void log(Object what);

                    Mono<Integer> branches(int id) {
                        return find(id)
                                .flatMap(name -> name.isEmpty() ? Mono.error(new IllegalStateException("none")) : Mono.just(name))
                                .flatMap(name -> {
                                    if (name.length() > 9) {
                                        return Mono.empty();
                                    }
                                    return find(name.length());
                                })
                                .doOnNext(this::log)
                                .flatMap(name -> name.isEmpty() ? find(1).map(String::length) : Mono.just(0))
                                .doOnError(e -> log(e));
                    }
                }
                """, """
                import io.github.corio.CancelledError;
                import reactor.core.publisher.Mono;

                import static io.github.corio.Asyncio.async;
                import static io.github.corio.Asyncio.await;

                abstract class A {
                    abstract Mono<String> find(int id);

                    abstract void log(Object what);

                    Mono<Integer> branches(int id) {
                        return async(() -> {
                            try {
                                var name = await(find(id));
                                if (name == null) {
                                    return null;
                                }
                                if (name.isEmpty()) {
                                    throw new IllegalStateException("none");
                                }
                                if (name.length() > 9) {
                                    return null;
                                }
                                var value = await(find(name.length()));
                                if (value == null) {
                                    return null;
                                }
                                log(value);
                                if (value.isEmpty()) {
                                    var value2 = await(find(1));
                                    if (value2 == null) {
                                        return null;
                                    }
                                    return value2.length();
                                }
                                return 0;
                            } catch (CancelledError cancel) {
                                throw cancel;
                            } catch (Throwable e) {
                                log(e);
                                throw e;
                            }
                        });
                    }
                }
                """));
    }

    @Test
    void whatIsNotCertainIsLeftAloneAndSaysWhy() {
        rewriteRun(
                spec -> spec.recipe(new OperatorsToDirectStyle(true))
                        .dataTable(
                                Chains.Row.class,
                                rows -> assertThat(rows)
                                        .extracting(Chains.Row::method, Chains.Row::rewritten)
                                        .containsExactly(
                                                tuple("eager", false),
                                                tuple("changing", false),
                                                tuple("stays", false),
                                                tuple("elsewhere", false),
                                                tuple("localFinally", false),
                                                tuple("localFinally", false),
                                                tuple("rewritten", true))),
                java("""
                        import java.util.ArrayList;
                        import java.util.List;
                        import reactor.core.publisher.Mono;

                        abstract class A {
                            abstract Mono<String> find(int id);

                            Mono<List<String>> eager(int id) {
                                return find(id).thenReturn(new ArrayList<>());
                            }

                            Mono<String> changing(int id) {
                                id++;
                                return find(id).map(String::trim);
                            }

                            Mono<String> stays(Mono<String> other) {
                                return other.retry();
                            }

                            void elsewhere(int id) {
                                find(id).map(String::trim).subscribe();
                            }

                            Mono<String> localFinally(int id) {
                                Mono<String> closed = find(id).doFinally(signal -> System.out.println());
                                return closed.map(String::trim);
                            }

                            Mono<String> rewritten(int id) {
                                return find(id).then(find(2).map(String::trim));
                            }
                        }
                        """, """
                        import java.util.ArrayList;
                        import java.util.List;
                        import reactor.core.publisher.Mono;

                        import static io.github.corio.Asyncio.async;
                        import static io.github.corio.Asyncio.await;

                        abstract class A {
                            abstract Mono<String> find(int id);

                            Mono<List<String>> eager(int id) {
                                // corio: left alone, an argument of thenReturn is evaluated when it is assembled
                                return find(id).thenReturn(new ArrayList<>());
                            }

                            Mono<String> changing(int id) {
                                id++;
                                // corio: left alone, id is not effectively final
                                return find(id).map(String::trim);
                            }

                            Mono<String> stays(Mono<String> other) {
                                // corio: left alone, its last operator has no direct form: retry
                                return other.retry();
                            }

                            void elsewhere(int id) {
                                find(id).map(String::trim).subscribe();
                            }

                            Mono<String> localFinally(int id) {
                                // corio: left alone, its last operator has no direct form: doFinally
                                Mono<String> closed = find(id).doFinally(signal -> System.out.println());
                                // corio: left alone, a doFinally runs after what follows it
                                return closed.map(String::trim);
                            }

                            Mono<String> rewritten(int id) {
                                return async(() -> {
                                    await(find(id));
                                    var value = await(find(2));
                                    if (value == null) {
                                        return null;
                                    }
                                    return value.trim();
                                });
                            }
                        }
                        """));
    }
}
