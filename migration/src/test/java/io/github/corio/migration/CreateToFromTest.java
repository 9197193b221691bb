package io.github.corio.migration;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Test;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;
import org.openrewrite.test.TypeValidation;

class CreateToFromTest implements RewriteTest {
    private static final String CLIENT = """
            import java.util.function.BiConsumer;
            import java.util.function.Consumer;

            interface Client {
                Request ask(String key, Consumer<String> ok, Consumer<Throwable> failed);

                void node(BiConsumer<Throwable, String> callback);

                void pair(BiConsumer<String, Throwable> callback);

                void overloaded(Consumer<String> ok, Consumer<Throwable> failed);

                void overloaded(Runnable ok, Consumer<Throwable> failed);

                interface Request {
                    void abort();
                }
            }
            """;

    @Override
    public void defaults(RecipeSpec spec) {
        spec.recipe(new CreateToFrom()).parser(Sources.parser()).afterTypeValidationOptions(TypeValidation.none());
    }

    @Test
    void oneCallWithItsCallbacks() {
        rewriteRun(java(CLIENT), java("""
                import reactor.core.publisher.Mono;

                class A {
                    Mono<String> functions(Client client) {
                        return Mono.create(sink -> client.ask("key", sink::success, sink::error));
                    }

                    Mono<String> hook(Client client) {
                        return Mono.create(sink -> {
                            Client.Request request = client.ask("key", sink::success, sink::error);
                            sink.onCancel(request::abort);
                        });
                    }

                    Mono<String> node(Client client) {
                        return Mono.create(sink -> client.node((error, value) -> {
                            if (error != null) {
                                sink.error(error);
                            } else {
                                sink.success(value);
                            }
                        }));
                    }

                    Mono<String> pair(Client client) {
                        return Mono.create(sink -> {
                            client.pair((value, error) -> {
                                if (error != null) {
                                    sink.error(error);
                                } else {
                                    sink.success(value);
                                }
                            });
                        });
                    }
                }
                """, """
                import io.github.corio.bridge.From;
                import reactor.core.publisher.Mono;

                class A {
                    Mono<String> functions(Client client) {
                        return From.callbacks((onSuccess, onFailure) -> client.ask("key", onSuccess::accept, onFailure::accept));
                    }

                    Mono<String> hook(Client client) {
                        return From.callbacks((onSuccess, onFailure) -> client.ask("key", onSuccess::accept, onFailure::accept), request -> request.abort());
                    }

                    Mono<String> node(Client client) {
                        return From.nodeCallback(callback -> client.node(callback::accept));
                    }

                    Mono<String> pair(Client client) {
                        return From.biConsumer(callback -> client.pair(callback::accept));
                    }
                }
                """));
    }

    @Test
    void aSinkThatIsUsedOtherwiseIsLeftAlone() {
        rewriteRun(java(CLIENT), java("""
                import reactor.core.publisher.Mono;

                class A {
                    Mono<String> overloaded(Client client) {
                        return Mono.create(sink -> client.overloaded(sink::success, sink::error));
                    }

                    Mono<String> mapped(Client client) {
                        return Mono.create(sink -> client.ask("key", value -> sink.success(value + "!"), sink::error));
                    }

                    Mono<String> twoCalls(Client client) {
                        return Mono.create(sink -> {
                            client.ask("key", sink::success, sink::error);
                            client.ask("other", sink::success, sink::error);
                        });
                    }

                    Mono<String> disposed(Client client) {
                        return Mono.create(sink -> {
                            Client.Request request = client.ask("key", sink::success, sink::error);
                            sink.onDispose(request::abort);
                        });
                    }

                    Mono<String> noError(Client client) {
                        return Mono.create(sink -> client.pair((value, error) -> sink.success(value)));
                    }
                }
                """));
    }
}
