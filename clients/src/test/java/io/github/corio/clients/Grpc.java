package io.github.corio.clients;

import io.github.corio.bridge.Events;
import io.github.corio.bridge.From;
import io.github.corio.bridge.Outcome;
import io.github.corio.bridge.To;
import io.grpc.ClientCall;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** gRPC's four kinds of call, on both sides. */
final class Grpc {
    private Grpc() {}

    // snippet: client-grpc-unary
    static <Q, R> Mono<R> unary(Callable<ClientCall<Q, R>> newCall, Q request) {
        return From.callback(
                Grpc::<R>observer,
                observer -> {
                    ClientCall<Q, R> call = newCall.call();
                    ClientCalls.asyncUnaryCall(call, request, observer);
                    return call;
                },
                call -> call.cancel("not wanted any more", null));
    }

    static <R> StreamObserver<R> observer(Outcome<R> outcome) {
        return new StreamObserver<>() {
            private @Nullable R value;

            @Override
            public void onNext(R next) {
                value = next;
            }

            @Override
            public void onError(Throwable error) {
                outcome.failure(error);
            }

            @Override
            public void onCompleted() {
                outcome.success(value);
            }
        };
    }
    // end

    // snippet: client-grpc-server-stream
    static <Q, R> Flux<R> serverStream(Callable<ClientCall<Q, R>> newCall, Q request) {
        return From.pull(
                (Events<R> events) -> {
                    Replies<Q, R> replies = new Replies<>(events);
                    ClientCalls.asyncServerStreamingCall(newCall.call(), request, replies);
                    return replies.call();
                },
                ClientCallStreamObserver::request,
                call -> call.cancel("not wanted any more", null));
    }

    static final class Replies<Q, R> implements ClientResponseObserver<Q, R> {
        private final Events<R> events;
        private @Nullable ClientCallStreamObserver<Q> call;
        private volatile Runnable ready = () -> {};

        Replies(Events<R> events) {
            this.events = events;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> call) {
            this.call = call;
            call.disableAutoRequestWithInitial(0); // else it runs ahead
            call.setOnReadyHandler(() -> ready.run());
        }

        ClientCallStreamObserver<Q> call() {
            return Objects.requireNonNull(call);
        }

        void onReady(Runnable handler) {
            ready = handler;
        }

        @Override
        public void onNext(R value) {
            events.next(value);
        }

        @Override
        public void onError(Throwable error) {
            events.error(error);
        }

        @Override
        public void onCompleted() {
            events.complete();
        }
    }
    // end

    // snippet: client-grpc-bidi
    static <Q, R> Flux<R> bidi(Callable<ClientCall<Q, R>> newCall, Publisher<Q> requests) {
        return From.pull(
                (Events<R> events) -> {
                    Replies<Q, R> replies = new Replies<>(events);
                    StreamObserver<Q> unused = ClientCalls.asyncBidiStreamingCall(newCall.call(), replies);
                    Disposable sending = To.outlet(requests, outlet(replies.call(), replies::onReady));
                    return new Exchange<>(replies.call(), sending);
                },
                (exchange, n) -> exchange.call().request(n),
                exchange -> {
                    exchange.sending().dispose();
                    exchange.call().cancel("not wanted any more", null);
                });
    }

    record Exchange<Q>(ClientCallStreamObserver<Q> call, Disposable sending) {}

    static <T> To.Outlet<T> outlet(CallStreamObserver<T> call, java.util.function.Consumer<Runnable> onReady) {
        return new To.Outlet<>() {
            @Override
            public boolean isReady() {
                return call.isReady();
            }

            @Override
            public void onReady(Runnable handler) {
                onReady.accept(handler);
            }

            @Override
            public void next(T value) {
                call.onNext(value);
            }

            @Override
            public void complete() {
                call.onCompleted();
            }

            @Override
            public void error(Throwable error) {
                call.onError(error);
            }
        };
    }
    // end

    // snippet: client-grpc-server-side
    /** The server's side of any call: requests by demand, replies as the client is ready. */
    static <Q, R> StreamObserver<Q> serve(StreamObserver<R> replies, Function<Flux<Q>, Publisher<R>> service) {
        ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) replies;
        call.disableAutoRequest();
        Requests<Q> requests = new Requests<>();
        Flux<Q> incoming = From.<Q, ServerCallStreamObserver<R>>pull(
                events -> {
                    requests.events.complete(events);
                    return call;
                },
                ServerCallStreamObserver::request,
                open -> {});
        Disposable sending = To.outlet(service.apply(incoming), outlet(call, call::setOnReadyHandler));
        call.setOnCancelHandler(sending::dispose);
        return requests;
    }

    /** Nothing comes before it is requested, except the end. */
    static final class Requests<Q> implements StreamObserver<Q> {
        private final CompletableFuture<Events<Q>> events = new CompletableFuture<>();

        @Override
        public void onNext(Q value) {
            events.join().next(value);
        }

        @Override
        public void onError(Throwable error) {
            CompletableFuture<Void> unused = events.thenAccept(to -> to.error(error));
        }

        @Override
        public void onCompleted() {
            CompletableFuture<Void> unused = events.thenAccept(Events::complete);
        }
    }
    // end
}
