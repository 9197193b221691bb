package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

final class GrpcUnary extends Client<String> {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile @Nullable StreamObserver<String> answer;
    private final GrpcServer server =
            new GrpcServer(MethodDescriptor.MethodType.UNARY, ServerCalls.asyncUnaryCall((request, observer) -> {
                ((ServerCallStreamObserver<String>) observer).setOnCancelHandler(cancelled::countDown);
                answer = observer;
                asked.countDown();
            }));

    GrpcUnary() throws IOException {}

    @Override
    Mono<String> mono(boolean hook, Release<? super String> release) {
        CancelHook<ClientCall<?, ?>> cancel = hook ? call -> call.cancel("not wanted", null) : CancelHook.none();
        return From.callback(
                Grpc::<String>observer,
                observer -> {
                    ClientCall<String, String> call = server.call();
                    ClientCalls.asyncUnaryCall(call, "request", observer);
                    return call;
                },
                cancel,
                release);
    }

    @Override
    String text(String value) {
        return value;
    }

    @Override
    void isUnderWay() throws Exception {
        if (!asked.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no request");
        }
    }

    @Override
    void succeed(@Nullable String value) {
        answer.onNext(value);
        answer.onCompleted();
    }

    @Override
    void fail(Exception error) {
        answer.onError(error);
    }

    @Override
    boolean sameError() {
        return false;
    }

    @Override
    boolean hasNull() {
        return false;
    }

    @Override
    boolean isCancelled() throws InterruptedException {
        return cancelled.await(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        server.close();
    }
}
