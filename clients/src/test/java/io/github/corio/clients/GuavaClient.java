package io.github.corio.clients;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import io.github.corio.bridge.From;
import io.github.corio.bridge.From.CancelHook;
import io.github.corio.bridge.From.Release;
import io.github.corio.bridge.Outcome;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

final class GuavaClient extends Client<String> {
    private final SettableFuture<@Nullable String> future = SettableFuture.create();

    // snippet: client-guava
    static <T> Mono<T> guava(Callable<ListenableFuture<T>> call) {
        return From.callback(GuavaClient::<T>callback, callback -> add(call.call(), callback), f -> f.cancel(true));
    }

    static <T> ListenableFuture<T> add(ListenableFuture<T> future, FutureCallback<T> callback) {
        Futures.addCallback(future, callback, MoreExecutors.directExecutor());
        return future;
    }

    static <T> FutureCallback<T> callback(Outcome<T> outcome) {
        return new FutureCallback<>() {
            @Override
            public void onSuccess(@Nullable T value) {
                outcome.success(value);
            }

            @Override
            public void onFailure(Throwable error) {
                outcome.failure(error);
            }
        };
    }
    // end

    @Override
    Mono<String> mono(boolean hook, Release<? super String> release) {
        CancelHook<ListenableFuture<String>> cancel = hook ? f -> f.cancel(true) : CancelHook.none();
        return From.callback(GuavaClient::<String>callback, callback -> add(future, callback), cancel, release);
    }

    @Override
    String text(String value) {
        return value;
    }

    @Override
    void succeed(@Nullable String value) {
        boolean unused = future.set(value);
    }

    @Override
    void fail(Exception error) {
        boolean unused = future.setException(error);
    }

    @Override
    boolean isCancelled() {
        return future.isCancelled();
    }
}
