package io.github.corio.migration;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Test;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;
import org.openrewrite.test.TypeValidation;

class CombinatorsToCorioTest implements RewriteTest {
    @Override
    public void defaults(RecipeSpec spec) {
        spec.recipe(new CombinatorsToCorio())
                .parser(Sources.parser())
                .afterTypeValidationOptions(TypeValidation.none());
    }

    @Test
    void thoseWithTheSameMeaning() {
        rewriteRun(java("""
                import static io.github.corio.Asyncio.async;
                import static io.github.corio.Asyncio.await;

                import reactor.core.publisher.Flux;
                import reactor.core.publisher.Mono;

                abstract class A {
                    abstract Mono<String> find(int id);

                    Mono<String> both() {
                        return async(() -> {
                            var two = await(Mono.zip(find(1), find(2)));
                            var three = await(find(3).zipWith(find(4)));
                            return two.getT1() + three.getT2();
                        });
                    }

                    Flux<Integer> limited(Flux<Integer> ids) {
                        return ids.flatMap(id -> find(id).map(name -> name.length()), 8);
                    }
                }
                """, """
                import static io.github.corio.Asyncio.*;
                import static io.github.corio.bridge.AwaitOperators.mapAwaitUnordered;

                import reactor.core.publisher.Flux;
                import reactor.core.publisher.Mono;

                abstract class A {
                    abstract Mono<String> find(int id);

                    Mono<String> both() {
                        return async(() -> {
                            var two = await(zip(find(1), find(2)));
                            var three = await(zip(find(3), find(4)));
                            return two.getT1() + three.getT2();
                        });
                    }

                    Flux<Integer> limited(Flux<Integer> ids) {
                        return ids.transform(mapAwaitUnordered(8, id -> {
                            var name = await(find(id));
                            if (name == null) {
                                return null;
                            }
                            return name.length();
                        }));
                    }
                }
                """));
    }

    @Test
    void othersAreLeftAlone() {
        rewriteRun(java("""
                import static io.github.corio.Asyncio.async;
                import static io.github.corio.Asyncio.await;

                import java.util.List;
                import reactor.core.publisher.Flux;
                import reactor.core.publisher.Mono;

                abstract class A {
                    abstract Mono<String> find(int id);

                    Mono<?> outside() {
                        return Mono.zip(find(1), find(2)).retry();
                    }

                    Mono<Object> withAFunction() {
                        return async(() -> await(Mono.zip(List.of(find(1)), all -> all)));
                    }

                    Mono<Object> notAwaited() {
                        return async(() -> await(Mono.zip(find(1), find(2)).retry()));
                    }

                    Flux<String> withoutALimit(Flux<Integer> ids) {
                        return ids.flatMap(id -> find(id).map(name -> name + "!"));
                    }

                    Flux<String> nothingToGain(Flux<Integer> ids) {
                        return ids.flatMap(id -> find(id), 8);
                    }

                    Flux<String> many(Flux<Integer> ids) {
                        return ids.flatMap(id -> Flux.just("a", "b"), 8);
                    }
                }
                """));
    }
}
