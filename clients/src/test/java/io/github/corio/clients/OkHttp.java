package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import io.github.corio.bridge.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

final class OkHttp extends Client<Response> {
    private final HttpServer server = new HttpServer();
    private final OkHttpClient http =
            new OkHttpClient.Builder().retryOnConnectionFailure(false).build();
    private volatile @Nullable Call call;

    OkHttp() throws IOException {}

    // snippet: client-okhttp
    static Mono<Response> okHttp(OkHttpClient client, Request request) {
        return From.callback(
                OkHttp::callback,
                callback -> enqueue(client.newCall(request), callback),
                Call::cancel,
                Response::close); // one that comes after a cancel all the same
    }

    static Call enqueue(Call call, Callback callback) {
        call.enqueue(callback);
        return call;
    }

    static Callback callback(Outcome<Response> outcome) {
        return new Callback() {
            @Override
            public void onResponse(Call call, Response response) {
                outcome.success(response);
            }

            @Override
            public void onFailure(Call call, IOException error) {
                outcome.failure(error);
            }
        };
    }
    // end

    @Override
    Mono<Response> mono(boolean hook, Release<? super Response> release) {
        Request request = new Request.Builder().url(server.url()).build();
        CancelHook<Call> cancel = hook ? Call::cancel : CancelHook.none();
        return From.callback(
                OkHttp::callback,
                callback -> {
                    Call made = enqueue(http.newCall(request), callback);
                    call = made;
                    return made;
                },
                cancel,
                release);
    }

    @Override
    String text(Response value) {
        try (value) {
            return value.body().string();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        return call.isCanceled();
    }

    @Override
    public void close() {
        server.close();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
