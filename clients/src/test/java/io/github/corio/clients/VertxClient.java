package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A future of Vert.x cannot be cancelled. */
final class VertxClient extends Client<String> {
    private final Promise<String> promise = Promise.promise();

    // snippet: client-vertx
    static <T> Mono<T> vertx(Callable<Future<T>> call) {
        return From.biConsumer(callback -> call.call().onComplete(callback::accept));
    }
    // end

    @Override
    Mono<String> mono(boolean hook, Release<? super String> release) {
        return From.biConsumer(callback -> promise.future().onComplete(callback::accept), CancelHook.none(), release);
    }

    @Override
    String text(String value) {
        return value;
    }

    @Override
    void succeed(@Nullable String value) {
        boolean unused = promise.tryComplete(value);
    }

    @Override
    void fail(Exception error) {
        boolean unused = promise.tryFail(error);
    }

    @Override
    boolean hasCancel() {
        return false;
    }

    @Override
    boolean isCancelled() {
        return false;
    }
}
