package io.github.corio.migration;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Test;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;

class OperatorsToDirectStyleTest implements RewriteTest {
    @Override
    public void defaults(RecipeSpec spec) {
        spec.recipe(new OperatorsToDirectStyle()).parser(Sources.parser());
    }

    @Test
    void all() {
        rewriteRun(java(
                """
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
                """,
                """
                """));
    }
}
