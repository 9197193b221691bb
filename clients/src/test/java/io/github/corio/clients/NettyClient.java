package io.github.corio.clients;

import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import io.github.corio.bridge.Outcome;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

final class NettyClient extends Client<String> {
    private final Promise<String> promise = ImmediateEventExecutor.INSTANCE.newPromise();

    // snippet: client-netty
    static <T> Mono<T> netty(Callable<Future<T>> call) {
        return From.callback(
                NettyClient::<T>listener, listener -> call.call().addListener(listener), f -> f.cancel(true));
    }

    static <T> FutureListener<T> listener(Outcome<T> outcome) {
        return done -> outcome.either(done.getNow(), done.cause());
    }
    // end

    @Override
    Mono<String> mono(boolean hook, Release<? super String> release) {
        CancelHook<Future<String>> cancel = hook ? f -> f.cancel(true) : CancelHook.none();
        return From.callback(NettyClient::<String>listener, promise::addListener, cancel, release);
    }

    @Override
    String text(String value) {
        return value;
    }

    @Override
    void succeed(@Nullable String value) {
        boolean unused = promise.trySuccess(value);
    }

    @Override
    void fail(Exception error) {
        boolean unused = promise.tryFailure(error);
    }

    @Override
    boolean isCancelled() {
        return promise.isCancelled();
    }
}
