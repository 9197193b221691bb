package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import io.github.corio.bridge.Outcome;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

final class ApacheHttp extends Client<SimpleHttpResponse> {
    private final HttpServer server = new HttpServer();
    private final CloseableHttpAsyncClient http =
            HttpAsyncClients.custom().disableAutomaticRetries().build();
    private volatile @Nullable Future<?> future;

    ApacheHttp() throws IOException {
        http.start();
    }

    // snippet: client-apache
    static Mono<SimpleHttpResponse> apache(CloseableHttpAsyncClient client, SimpleHttpRequest request) {
        return From.callback(
                ApacheHttp::<SimpleHttpResponse>callback,
                callback -> client.execute(request, callback),
                future -> future.cancel(true));
    }

    static <T> FutureCallback<T> callback(Outcome<T> outcome) {
        return new FutureCallback<>() {
            @Override
            public void completed(T value) {
                outcome.success(value);
            }

            @Override
            public void failed(Exception error) {
                outcome.failure(error);
            }

            @Override
            public void cancelled() {
                outcome.failure(new CancellationException());
            }
        };
    }
    // end

    @Override
    Mono<SimpleHttpResponse> mono(boolean hook, Release<? super SimpleHttpResponse> release) {
        CancelHook<Future<?>> cancel = hook ? f -> f.cancel(true) : CancelHook.none();
        return From.callback(
                ApacheHttp::<SimpleHttpResponse>callback,
                callback -> {
                    Future<?> made =
                            http.execute(SimpleRequestBuilder.get(server.url()).build(), callback);
                    future = made;
                    return made;
                },
                cancel,
                release);
    }

    @Override
    String text(SimpleHttpResponse value) {
        return value.getBodyText();
    }

    @Override
    void isUnderWay() throws Exception {
        server.isAsked();
    }

    @Override
    void succeed(@Nullable String value) {
        server.succeed(value);
    }

    @Override
    void fail(Exception error) {
        server.fail();
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
    boolean isCancelled() {
        return future.isCancelled();
    }

    @Override
    public void close() {
        server.close();
        http.close(CloseMode.IMMEDIATE);
    }
}
