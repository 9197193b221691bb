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
    void callbackClassesOfLibraries() {
        rewriteRun(
                java("""
                        package okhttp3;

                        public interface Callback {
                            void onFailure(Call call, Exception e);

                            void onResponse(Call call, String response);
                        }
                        """),
                java("""
                        package okhttp3;

                        public interface Call {
                            void enqueue(Callback callback);

                            void cancel();
                        }
                        """),
                java("""
                        import okhttp3.Call;
                        import okhttp3.Callback;
                        import reactor.core.publisher.Mono;

                        class A {
                            Mono<String> http(Call prepared) {
                                return Mono.create(sink -> {
                                    Call call = prepared;
                                    sink.onCancel(call::cancel);
                                    call.enqueue(new Callback() {
                                        @Override
                                        public void onFailure(Call call, Exception e) {
                                            sink.error(e);
                                        }

                                        @Override
                                        public void onResponse(Call call, String response) {
                                            if (response.isEmpty()) {
                                                sink.success();
                                            } else {
                                                sink.success(response);
                                            }
                                        }
                                    });
                                });
                            }

                            Mono<Integer> typed(Call call) {
                                return Mono.<String>create(sink -> call.enqueue(new Callback() {
                                    @Override
                                    public void onFailure(Call call, Exception e) {
                                        sink.error(e);
                                    }

                                    @Override
                                    public void onResponse(Call call, String response) {
                                        sink.success(response);
                                    }
                                })).map(String::length);
                            }
                        }
                        """, """
                        import io.github.corio.bridge.From;
                        import okhttp3.Call;
                        import okhttp3.Callback;
                        import reactor.core.publisher.Mono;

                        class A {
                            Mono<String> http(Call prepared) {
                                return From.callbacks((onSuccess, onFailure) -> {
                                    Call call = prepared;
                                    call.enqueue(new Callback() {
                                        @Override
                                        public void onFailure(Call call, Exception e) {
                                            onFailure.accept(e);
                                        }

                                        @Override
                                        public void onResponse(Call call, String response) {
                                            if (response.isEmpty()) {
                                                onSuccess.accept(null);
                                            } else {
                                                onSuccess.accept(response);
                                            }
                                        }
                                    });
                                    return call;
                                }, call -> call.cancel());
                            }

                            Mono<Integer> typed(Call call) {
                                return From.<String>callbacks((onSuccess, onFailure) -> call.enqueue(new Callback() {
                                    @Override
                                    public void onFailure(Call call, Exception e) {
                                        onFailure.accept(e);
                                    }

                                    @Override
                                    public void onResponse(Call call, String response) {
                                        onSuccess.accept(response);
                                    }
                                })).map(String::length);
                            }
                        }
                        """));
    }

    @Test
    void codeInTheCallbacks() {
        rewriteRun(java(CLIENT), java("""
                import reactor.core.publisher.Mono;

                class A {
                    Mono<String> mapped(Client client) {
                        return Mono.create(sink -> client.ask("key", value -> sink.success(value + "!"), sink::error));
                    }

                    Mono<String> noError(Client client) {
                        return Mono.create(sink -> client.pair((value, error) -> sink.success(value)));
                    }
                }
                """, """
                import io.github.corio.bridge.From;
                import reactor.core.publisher.Mono;

                class A {
                    Mono<String> mapped(Client client) {
                        return From.callbacks((onSuccess, onFailure) -> client.ask("key", value -> onSuccess.accept(value + "!"), onFailure::accept));
                    }

                    Mono<String> noError(Client client) {
                        return From.callbacks((onSuccess, onFailure) -> client.pair((value, error) -> onSuccess.accept(value)));
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

                    Mono<String> passedOn(Client client) {
                        return Mono.create(sink -> client.ask("key", value -> use(sink), sink::error));
                    }

                    Mono<String> disposed(Client client) {
                        return Mono.create(sink -> {
                            Client.Request request = client.ask("key", sink::success, sink::error);
                            sink.onDispose(request::abort);
                        });
                    }

                    Mono<String> requested(Client client) {
                        return Mono.create(sink -> sink.onRequest(n -> client.pair((value, error) -> sink.success(value))));
                    }

                    static void use(Object sink) {}
                }
                """));
    }
}
